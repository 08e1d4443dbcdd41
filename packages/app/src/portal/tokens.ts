import { hash, randomBytes } from "node:crypto";

const tokenBytes = 32;
/** Prefixes make a token easy to find, and the log masks what begins so. */
const prefixes = { link: "annexl_", session: "annexs_" } as const;

/** A new token of 256 random bits. */
export function newToken(kind: keyof typeof prefixes): string {
  return `${prefixes[kind]}${randomBytes(tokenBytes).toString("base64url")}`;
}

/** What is stored of a token: nobody who reads the database can enter with it. */
export function tokenHash(token: string): Uint8Array {
  return hash("sha256", token, "buffer");
}
