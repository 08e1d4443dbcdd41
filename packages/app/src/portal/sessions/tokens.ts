import { hash } from "node:crypto";
import { randomBytes } from "../../process/random-bytes.ts";

const randomTokenBytes = 32;
const timeBytes = 4;
/** Prefixes make a token easy to find, and the log masks what begins so. */
const prefixes = { link: "annexl_", session: "annexs_" } as const;
const prefixLength = prefixes.link.length;

/**
 * A new token: the second it was made in, then 256 random bits. The time is no
 * secret and protects nothing; it makes what is stored grow at one end, where a
 * hundred new rows fit into one page instead of touching a hundred.
 *
 * @param now milliseconds since 1970.
 */
export function newToken(kind: keyof typeof prefixes, now: number): string {
  const bytes = Buffer.allocUnsafe(timeBytes + randomTokenBytes);
  bytes.writeUInt32BE(Math.floor(now / 1000) >>> 0);
  randomBytes(randomTokenBytes).copy(bytes, timeBytes);
  return `${prefixes[kind]}${bytes.toString("base64url")}`;
}

/** What is stored of a token: its time and the hash of it all. Nobody who reads the database can enter with it. */
export function tokenKey(token: string): Uint8Array {
  const key = Buffer.alloc(timeBytes + 32);
  Buffer.from(token.slice(prefixLength, prefixLength + 6), "base64url").copy(key, 0, 0, timeBytes);
  hash("sha256", token, "buffer").copy(key, timeBytes);
  return key;
}
