/** Sealing of what must be readable again but never lie in clear on disk: AES-256-GCM under a key file of the data directory. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { SandboxStartError } from "../errors.ts";

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const ownerOnly = 0o600;

/** Seals texts, each for one context: a sealed text copied to another row does not open there. */
export type Seal = {
  seal(text: string, context: string): Uint8Array;
  /** @throws Error when the bytes were changed, or sealed for another context or under another key. */
  open(sealed: Uint8Array, context: string): string;
};

/**
 * A seal under the key in `path`. The nonces come from the system's own
 * generator always, since two equal ones under one key would open both texts.
 *
 * @example
 * ```ts
 * const seal = createSeal(readOrCreateSealingKey("/data/sealing.key", false));
 * seal.open(seal.seal("blnk_…", "delivery:dlv_1"), "delivery:dlv_1");
 * ```
 */
export function createSeal(key: Uint8Array): Seal {
  return {
    seal: (text, context) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      cipher.setAAD(Buffer.from(context));
      const hidden = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), hidden]);
    },
    open: (sealed, context) => {
      const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes));
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
      const shown = [decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()];
      return Buffer.concat(shown).toString("utf8");
    },
  };
}

/**
 * The 32 bytes in a key file (mode 0600), made on the first start.
 *
 * @param mustExist true where there is state sealed under it already.
 * @throws SandboxStartError when it is missing though it must exist, or is not 32 bytes long.
 */
export function readOrCreateSealingKey(path: string, mustExist: boolean): Uint8Array {
  if (existsSync(path)) return checkedKey(readFileSync(path), path);
  if (mustExist) {
    throw new SandboxStartError(
      "sealing_key_missing",
      `The key file ${path} is gone, and without it the state beside it cannot be read.`,
      "Put the file back, or start with a fresh data directory (--fresh).",
    );
  }
  const key = randomBytes(keyBytes);
  writeFileSync(path, key, { mode: ownerOnly, flag: "wx", flush: true });
  return key;
}

function checkedKey(key: Uint8Array, path: string): Uint8Array {
  if (key.length === keyBytes) return key;
  throw new SandboxStartError(
    "sealing_key_invalid",
    `The key file ${path} holds ${key.length} bytes instead of ${keyBytes}.`,
    "Put the right file back, or start with a fresh data directory (--fresh).",
  );
}
