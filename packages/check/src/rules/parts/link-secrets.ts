/**
 * What in a portal URL lets somebody in. Where one part alone varies it is that; of several the app says which: a URL with
 * one of them spoiled is refused.
 */
import { refused, secretsAt, tokenPlaces, withParts } from "../../evidence/index.ts";
import { enter, installed, launch, uninstall, type World } from "../../world/index.ts";
import { another, isPage, plain } from "./invented-links.ts";

/** Where the secrets of an app's URLs stand; all of them are needed to enter. */
export type LinkSecrets = {
  /** Not where the app refused none: then it is some of these, and nobody knows which. */
  readonly isSure: boolean;
  /** Those of one URL. */
  of(url: string): readonly string[];
};

/** More parts that vary are no token's neighbours any more. */
const mostPlaces = 4;

/** By the URLs of several launches of one installation. Asks the app once, and only where it has to. */
export async function linkSecrets(world: World, urls: readonly string[]): Promise<LinkSecrets> {
  const places = tokenPlaces(urls);
  if (places.length <= 1) return { isSure: true, of: (url) => secretsAt(places, url) };
  const refusedWithout = await world.once("secrets of a link", () => askWhich(world, places));
  const known = refusedWithout.length > 0 ? refusedWithout : places;
  return { isSure: refusedWithout.length > 0, of: (url) => secretsAt(known, url) };
}

/** The places without whose value a fresh URL is refused, as long as it opens with all of them; else none. */
async function askWhich(world: World, places: readonly string[]): Promise<readonly string[]> {
  if (places.length > mostPlaces) return [];
  const tenant = await installed(world);
  const url = await launch(world, tenant);
  const tried = [];
  for (const place of places) {
    const spoiled = withParts(url, ({ name, value }) => (name === place ? another(value) : value));
    tried.push({ place, page: (await enter(spoiled)).page });
  }
  // Last: who may try only so often, or enter once, shows it here.
  const { page } = await enter(url);
  await uninstall(world, tenant);
  const isTold = tried.every(
    (one) => refused(one.page) || (isPage(one.page) && plain(one.page) === plain(page)),
  );
  return isPage(page) && isTold ? tried.filter((one) => refused(one.page)).map(({ place }) => place) : [];
}

/** Whether all the secrets of one of these links were found: with fewer nobody enters. */
export type Leak = "none" | "some" | "all";

/**
 * How much of a link stands somewhere.
 *
 * @example
 * ```ts
 * leakOf([["0192f0c1", "6f1ed002"]], (secret) => log.includes(secret)); // "some" where the log has the launch's id alone
 * ```
 */
export function leakOf(links: readonly (readonly string[])[], isThere: (secret: string) => boolean): Leak {
  const seen = links.map((secrets) => secrets.filter(isThere).length);
  if (links.some((secrets, place) => secrets.length > 0 && seen[place] === secrets.length)) return "all";
  return seen.some((count) => count > 0) ? "some" : "none";
}
