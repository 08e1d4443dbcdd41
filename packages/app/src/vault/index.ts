/**
 * The vault: an API key is sealed before it reaches the database and opened only
 * for the call that needs it. AES-256-GCM under a key ring, with the installation
 * id as additional data, so that a sealed key copied to another row does not open.
 * Implements contract section 9, point 1. Touches nothing but `node:crypto` and the random bytes.
 *
 * Sealed form: version (1 byte), length of the ring key's id (1), the id, nonce
 * (12), tag (16), ciphertext. The plain text is padded to a multiple of 64 bytes:
 * sealed keys then are of one size, which lets the store overwrite them in place.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { Secret } from "@annex/protocol/words";
import { randomBytes } from "../process/random-bytes.ts";
import { type KeyRing, keyedHash, type RingKey } from "./key-ring.ts";

/** An API key as it is stored, and the ring key that opens it. */
export type SealedKey = { readonly ringKeyId: string; readonly sealed: Uint8Array };

export type Vault = {
  /** The ring key that seals. */
  readonly ringKeyId: string;
  /** Ids of all ring keys; whatever is sealed by another can't be opened. */
  readonly ringKeyIds: readonly string[];
  /** Seals an API key for one installation. */
  seal(installedAppId: string, key: Secret): SealedKey;
  /** Whether the ring has the key that a sealed key is under. */
  opens(sealed: Uint8Array): boolean;
  /** @throws VaultError when it was sealed for another installation, altered, or by a key that left the ring. */
  open(installedAppId: string, sealed: Uint8Array): Secret;
  /**
   * Keyed hashes of an API key, one for each ring key, the first one's first: to tell
   * whether two keys are the same without storing either.
   */
  hashes(key: Secret): readonly string[];
};

/** A sealed key does not open. */
export class VaultError extends Error {
  override readonly name = "VaultError";
  readonly code: "unknown_ring_key" | "seal_broken";
  constructor(code: "unknown_ring_key" | "seal_broken", message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;
const paddingBlock = 64;
const algorithm = "aes-256-gcm";

/** A vault over a key ring. */
export function createVault(ring: KeyRing): Vault {
  return {
    ringKeyId: ring.first.id,
    ringKeyIds: [...ring.byId.keys()],
    seal: (installedAppId, key) => ({
      ringKeyId: ring.first.id,
      sealed: seal(ring.first, installedAppId, key),
    }),
    opens: (sealed) => ring.byId.has(ringKeyIdOf(Buffer.from(sealed))),
    open: (installedAppId, sealed) => open(ring, installedAppId, sealed),
    hashes: (key) => [...ring.byId.values()].map((ringKey) => keyedHash(ringKey, key.reveal())),
  };
}

function seal(ringKey: RingKey, installedAppId: string, key: Secret): Uint8Array {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, ringKey.sealing, nonce).setAAD(Buffer.from(installedAppId));
  const ciphertext = Buffer.concat([cipher.update(padded(key.reveal())), cipher.final()]);
  const id = Buffer.from(ringKey.id);
  const head = Buffer.from([version, id.length]);
  return Buffer.concat([head, id, nonce, cipher.getAuthTag(), ciphertext]);
}

function padded(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const block = Buffer.alloc(Math.ceil((length + 2) / paddingBlock) * paddingBlock);
  block.writeUInt16BE(length);
  block.write(text, 2);
  return block;
}

function open(ring: KeyRing, installedAppId: string, sealed: Uint8Array): Secret {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const idEnd = 2 + (bytes[1] ?? 0);
  const ringKey = ring.byId.get(ringKeyIdOf(bytes));
  if (bytes[0] !== version || ringKey === undefined) {
    throw new VaultError(
      "unknown_ring_key",
      "The key was sealed by a ring key that is not in ANNEX_KEY_RING.",
    );
  }
  const block = opened(ringKey, installedAppId, bytes.subarray(idEnd));
  return new Secret(block.toString("utf8", 2, 2 + block.readUInt16BE(0)));
}

function ringKeyIdOf(bytes: Buffer): string {
  return bytes.subarray(2, 2 + (bytes[1] ?? 0)).toString();
}

function opened(ringKey: RingKey, installedAppId: string, bytes: Buffer): Buffer {
  const nonce = bytes.subarray(0, nonceBytes);
  const tag = bytes.subarray(nonceBytes, nonceBytes + tagBytes);
  try {
    const decipher = createDecipheriv(algorithm, ringKey.sealing, nonce, { authTagLength: tagBytes })
      .setAAD(Buffer.from(installedAppId))
      .setAuthTag(tag);
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new VaultError(
      "seal_broken",
      "A sealed key does not open: altered, or of another installation.",
      cause,
    );
  }
}
