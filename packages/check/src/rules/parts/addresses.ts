/** Addresses near the app's doors: with another secret, and unknown ones. */
import { randomBytes } from "node:crypto";
import { secretSegments } from "../../evidence/index.ts";

/**
 * URLs of somebody who knows the app but not its secret: another secret of the same form, one that is right but for
 * its end, half of it, a longer one, none in its place, and the door alone. Nothing where the URL holds no part that could be a secret.
 */
export function forgedAddresses(url: string): readonly string[] {
  const secrets = secretSegments(url);
  const [secret] = secrets;
  if (secret === undefined) return [];
  const last = secret.slice(-1);
  const half = secret.slice(0, Math.ceil(secret.length / 2));
  const put = (text: string) => url.replace(encodeURIComponent(secret), encodeURIComponent(text));
  return [
    ...secrets.map((one) => url.replace(encodeURIComponent(one), encodeURIComponent(scramble(one)))),
    put(secret.slice(0, -1) + another(last, 0)),
    put(half),
    put(`${secret}0`),
    url.replace(`/${encodeURIComponent(secret)}`, ""),
    put(""),
    ...doorAlone(url, secret),
  ].filter((forged) => forged !== url);
}

/** The last name of the path at the root of the origin, where that is not the secret itself. */
function doorAlone(url: string, secret: string): readonly string[] {
  const name = new URL(url).pathname.split("/").at(-1) ?? "";
  return name === "" || name === encodeURIComponent(secret) ? [] : [new URL(`/${name}`, url).href];
}

/** The same URL with each part that could be its secret replaced by another of the same form. */
export function withOtherSecret(url: string): string | undefined {
  const [...secrets] = secretSegments(url);
  if (secrets.length === 0) return undefined;
  return secrets.reduce(
    (known, secret) => known.replace(encodeURIComponent(secret), encodeURIComponent(scramble(secret))),
    url,
  );
}

/** Other letters and digits in the same places. */
function scramble(secret: string): string {
  const chance = randomBytes(secret.length);
  return [...secret].map((character, place) => another(character, chance[place] ?? 0)).join("");
}

function another(character: string, chance: number): string {
  if (/[0-9]/.test(character)) return String((Number(character) + 1 + (chance % 8)) % 10);
  if (/[a-f]/.test(character)) return "abcdef".charAt(("abcdef".indexOf(character) + 1 + (chance % 4)) % 6);
  if (/[A-Z]/.test(character)) return character === "Q" ? "R" : "Q";
  return /[g-z]/.test(character) ? (character === "q" ? "r" : "q") : character;
}

/** A path of the same app that certainly leads nowhere, below one of its own where that is given. */
export function unknownAddress(url: string, below = ""): string {
  return new URL(`${below}/${randomBytes(8).toString("hex")}/${randomBytes(8).toString("hex")}`, url).href;
}

/**
 * Each address that a URL's path goes through.
 *
 * @example
 * ```ts
 * addressesAbove("https://a.example/portal/enter?token=1"); // ["https://a.example/portal"]
 * ```
 */
export function addressesAbove(url: string): readonly string[] {
  const { origin, pathname } = new URL(url);
  const parts = pathname.split("/").filter((part) => part !== "");
  return parts.slice(1).map((_, place) => `${origin}/${parts.slice(0, place + 1).join("/")}`);
}
