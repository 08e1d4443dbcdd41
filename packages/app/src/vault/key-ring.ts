import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject } from "node:crypto";
import { EnvironmentError } from "../environment/environment-error.ts";

/** One key of the ring, and what is derived from it. */
export type RingKey = {
  readonly id: string;
  /** Seals what is stored: AES-256. */
  readonly sealing: KeyObject;
  /** Makes keyed hashes, so that two API keys can be compared without either being stored. */
  readonly hashing: KeyObject;
};

/** The keys that seal what is stored: the first one seals, all of them open. */
export type KeyRing = { readonly first: RingKey; readonly byId: ReadonlyMap<string, RingKey> };

const keyBytes = 32;
const wanted =
  "must be id:base64,… with ids of 1 to 32 letters, digits, - or _ and keys of 32 bytes in base64";

/**
 * Reads `ANNEX_KEY_RING`.
 *
 * @throws EnvironmentError when it is not of the form `id:base64,…`; the text is not repeated.
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = text.split(",").map((part) => parseRingKey(part.trim()));
  const [first] = keys;
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (first === undefined || byId.size !== keys.length) throw new EnvironmentError("ANNEX_KEY_RING", wanted);
  return { first, byId };
}

/** Ids that the text of a key ring names, without looking at its keys; for who opens nothing. */
export function ringKeyIdsIn(text: string): readonly string[] {
  return [...parseKeyRing(text).byId.keys()];
}

function parseRingKey(part: string): RingKey {
  const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(part);
  const bytes = Buffer.from(match?.[2] ?? "", "base64");
  const id = match?.[1];
  if (id === undefined || bytes.length !== keyBytes) throw new EnvironmentError("ANNEX_KEY_RING", wanted);
  return ringKeyOf(id, bytes);
}

/** A key of the ring, made of 32 random bytes. */
export function ringKeyOf(id: string, bytes: Uint8Array): RingKey {
  return {
    id,
    sealing: createSecretKey(derived(bytes, "annex seal")),
    hashing: createSecretKey(derived(bytes, "annex key hash")),
  };
}

// Two uses never share a key, so that neither can be turned against the other.
function derived(bytes: Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", bytes, Buffer.alloc(0), use, keyBytes));
}

/** Tells whether a key is the one that it was; says nothing else of it. */
export function hashOfKey(bytes: Uint8Array): string {
  return hash("sha256", derived(bytes, "annex key check"), "base64url");
}

/** A keyed hash of a secret that remembers which key made it: `id.base64url`. */
export function keyedHash(key: RingKey, value: string): string {
  return `${key.id}.${createHmac("sha256", key.hashing).update(value).digest("base64url")}`;
}
