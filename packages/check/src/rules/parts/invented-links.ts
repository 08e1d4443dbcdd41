/** Portal URLs with parts that nobody has, and what the pages that they open have in common with those of good ones. */
import {
  type Answer,
  NotTested,
  type Part,
  partsOf,
  tokensOf,
  varyingParts,
  withParts,
} from "../../evidence/index.ts";
import { launch, openFrame, type Tenant, type World } from "../../world/index.ts";

/** A good link of an installation, and two that nobody was given. */
export type Links = {
  readonly good: string;
  /** Nothing is left of what lets somebody in. */
  readonly invented: string;
  /** One character of that is another one, in the middle of what differs between two launches. */
  readonly changed: string;
  /**
   * The second half of its last part is another, as of a signature that stands after what it signs; where it has parts, and
   * that one differs between two launches.
   */
  readonly endedOtherwise: string | undefined;
};

/** Launches twice: what differs between the two is what lets somebody in. */
export async function linksOf(world: World, tenant: Tenant): Promise<Links> {
  const urls = [await launch(world, tenant), await launch(world, tenant)];
  return linksFrom(urls);
}

/** By the URLs of two launches. */
export function linksFrom(urls: readonly string[]): Links {
  const [first = "", good = ""] = urls;
  const isSecret = secretsOf(urls);
  const before = new Map(partsOf(first).map(({ name, value }) => [name, value]));
  return {
    good,
    invented: inventedFor(good, isSecret),
    changed: inventedFor(good, isSecret, ({ name, value }) =>
      changedInTheMiddle(value, before.get(name) ?? ""),
    ),
    endedOtherwise: unlessSame(
      good,
      withParts(good, (part) =>
        isSecret(part) ? endedOtherwise(part.value, before.get(part.name) ?? "") : part.value,
      ),
    ),
  };
}

/** All that differs, since the token may be any of it; where nothing of that can be one, also what looks like one. */
export function secretsOf(urls: readonly string[]): (part: Part) => boolean {
  const varying = varyingParts(urls);
  const [token, ...others] = tokensOf(urls);
  return others.every((other) => other === token)
    ? ({ name, value }) => varying.has(name) || value === token
    : ({ name }) => varying.has(name);
}

/**
 * The same URL with other values for these of its parts, so that it still looks like one.
 *
 * @throws NotTested where there is nothing in it that could be another.
 *
 * @example
 * ```ts
 * inventedFor("https://a.example/enter?of=7&token=a1%3D", ({ name }) => name === "query token");
 * // "https://a.example/enter?of=7&token=f8%3D"
 * ```
 */
export function inventedFor(
  url: string,
  isSecret: (part: Part) => boolean,
  change: (part: Part) => string = ({ value }) => another(value),
): string {
  const invented = withParts(url, (part) => (isSecret(part) ? change(part) : part.value));
  if (invented === withParts(url, ({ value }) => value))
    throw new NotTested(
      "There is no letter or digit in the portal URL's token.",
      "It needs a portal URL with a token in its query, its fragment or its path.",
    );
  return invented;
}

/** What percent-encodes a character in a path stays, and every letter and digit. */
const characters = /%[\da-f]{2}|[a-z\d]/gi;

/** Every letter and digit another one of its kind: what is hexadecimal or a number stays so. */
export function another(value: string): string {
  return value.replaceAll(characters, (character) => mirrored(character));
}

/** What stays from launch to launch lets nobody in, and need not be looked at; where all of it stays, it is any of it. */
function changedInTheMiddle(value: string, before: string): string {
  const { from, until } = differing(value, before);
  const places = [...value.matchAll(characters)].filter(
    ({ 0: character, index }) => character.length === 1 && index >= from && index < until,
  );
  const middle = places[Math.floor(places.length / 2)];
  if (middle === undefined) return value;
  return `${value.slice(0, middle.index)}${mirrored(middle[0])}${value.slice(middle.index + 1)}`;
}

/** Where a text differs from another one. */
function differing(value: string, before: string): { readonly from: number; readonly until: number } {
  if (value === before) return { from: 0, until: value.length };
  const from = sameAtStart(value, before);
  return {
    from,
    until: value.length - sameAtStart(reversed(value.slice(from)), reversed(before.slice(from))),
  };
}

function sameAtStart(one: string, other: string): number {
  let place = 0;
  while (place < one.length && one[place] === other[place]) place += 1;
  return place;
}

function reversed(text: string): string {
  return text.split("").reverse().join("");
}

/** As long as what signs something is at least. */
const shortestSignature = 20;

/** A token in parts, as one that is signed: the first half of its last part stays, the rest is another. */
function endedOtherwise(value: string, before: string): string {
  const last = lastPart(value);
  // What stays from launch to launch signs nothing.
  if (last === undefined || last.length < shortestSignature || last === lastPart(before)) return value;
  const half = value.length - Math.floor(last.length / 2);
  return value.slice(0, half) + another(value.slice(half));
}

function lastPart(value: string): string | undefined {
  return /(?<=[.~:])[\w+/=-]+$/.exec(value)?.[0];
}

function unlessSame(url: string, changed: string): string | undefined {
  return changed === withParts(url, ({ value }) => value) ? undefined : changed;
}

const kinds = ["0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ"];

function mirrored(character: string): string {
  const kind = kinds.find((one) => one.includes(character));
  return kind?.at(-1 - kind.indexOf(character)) ?? character;
}

/**
 * The same URL about another installation: its id stands in place of the first one's, also inside what is base64, as in a
 * token whose content anybody can read.
 *
 * @returns nothing where no part of the URL names the installation.
 */
export function rewrittenFor(url: string, from: Tenant, to: Tenant): string | undefined {
  const renamed = (text: string) => text.replaceAll(from.installedAppId, to.installedAppId);
  const rewritten = withParts(url, ({ value }) =>
    renamed(value).replaceAll(/[\w+/-]{16,}={0,2}/g, (part) => {
      const content = Buffer.from(part, "base64").toString("utf8");
      const other = renamed(content);
      if (other === content) return part;
      const encoded = Buffer.from(other).toString(/[+/=]/.test(part) ? "base64" : "base64url");
      return part.endsWith("=") ? encoded : encoded.replace(/=+$/, "");
    }),
  );
  return rewritten === withParts(url, ({ value }) => value) ? undefined : rewritten;
}

/** Whether somebody was let in, or given a shell. */
export function isPage({ status }: Answer): boolean {
  return status !== null && status < 300;
}

/** What a page's scripts ask for by themselves. @returns nothing where no browser may be opened. */
export async function askedByScripts(world: World, url: string): Promise<readonly Answer[] | undefined> {
  if (world.options.fast === true) return undefined;
  try {
    const frame = await openFrame(world, url);
    const { exchanges } = await frame.look();
    await frame.close();
    const { origin } = new URL(url);
    return exchanges
      .filter((exchange) => new URL(exchange.url).origin === origin)
      .map(({ answer }) => answer);
  } catch (error) {
    if (error instanceof NotTested) return undefined;
    throw error;
  }
}

/** What belongs to an installation, whichever it is. */
export function marksOf({ cloud, tenants }: World): readonly string[] {
  return [
    ...cloud.marks.a,
    ...cloud.marks.b,
    ...tenants.flatMap(({ installedAppId, instanceId }) => [installedAppId, instanceId]),
  ];
}

const shortestRandom = 8;
/** A word of the language that is as long stands in every page alike. */
const longestWord = 15;

/**
 * A page without what is made anew each time: tokens, nonces, references. A short one is told from a word by a digit or a
 * capital inside it, a long one by its length alone, since one in thirty of 22 characters has no digit.
 */
export function plain({ text }: Pick<Answer, "text">): string {
  return text.replaceAll(/[\w+/=-]+/g, (word) => {
    const isRandom = word.length > longestWord || /\d|[a-z][A-Z]/.test(word);
    return word.length >= shortestRandom && isRandom ? "·" : word;
  });
}
