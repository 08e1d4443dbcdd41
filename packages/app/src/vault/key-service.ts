import { AppError } from "../errors/app-error.ts";

/**
 * An outside key service, such as a cloud's KMS or an HSM: two functions around a key that never leaves it. With one,
 * the keys that seal what is stored lie in the app's database, each wrapped by the service; nothing on the app's
 * machines opens a copy of the database. `docs/guide/key-service.md` shows one for each of the large clouds.
 *
 * @example
 * ```ts
 * createApp({
 *   …,
 *   keyService: {
 *     wrap: async (key, { signal }) =>
 *       (await kms.send(new EncryptCommand({ KeyId, Plaintext: key }), { abortSignal: signal })).CiphertextBlob,
 *     unwrap: async (wrapped, { signal }) =>
 *       (await kms.send(new DecryptCommand({ KeyId, CiphertextBlob: wrapped }), { abortSignal: signal })).Plaintext,
 *   },
 * });
 * ```
 */
export type KeyService = {
  /** Encrypts a key of 32 bytes. Called when a key is made: at the first event ever, and by `annex keys rotate`. */
  readonly wrap: (key: Uint8Array, call: KeyServiceCall) => Promise<Uint8Array>;
  /** The key that `wrap` was given. Called when the app starts, and before the unwrapped keys have been kept too long. */
  readonly unwrap: (wrapped: Uint8Array, call: KeyServiceCall) => Promise<Uint8Array>;
  /**
   * How long an unwrapped key stays in memory, in seconds: 300 unless given, from 10 to 3600. So long can the service
   * be away without anybody noticing, and so long it takes until a key that was disabled there opens nothing here.
   */
  readonly keptSeconds?: number;
};

/** What a key service is told of one call to it. */
export type KeyServiceCall = {
  /** Aborted when the app no longer waits, after a second and a half. */
  readonly signal: AbortSignal;
};

export const usualKeptSeconds = 300;
export const fewestKeptSeconds = 10;
export const mostKeptSeconds = 3600;

/** @throws TypeError when it is not made of two functions and a time within its bounds. */
export function checkKeyService({ wrap, unwrap, keptSeconds = usualKeptSeconds }: KeyService): void {
  if (typeof wrap !== "function" || typeof unwrap !== "function")
    throw new TypeError("A keyService has two functions, wrap and unwrap.");
  if (keptSeconds >= fewestKeptSeconds && keptSeconds <= mostKeptSeconds) return;
  throw new TypeError(`keptSeconds of a keyService is from ${fewestKeptSeconds} to ${mostKeptSeconds}.`);
}

const retryAfterSeconds = 30;

/**
 * What is sealed can't be opened, and nothing be sealed, for the time being. Nothing was changed.
 *
 * @example
 * ```ts
 * if (error instanceof KeyServiceUnavailable) tryAgainLater();
 * ```
 */
export class KeyServiceUnavailable extends AppError {
  override readonly name = "KeyServiceUnavailable";

  /** @param cause what the service said; for the log alone. */
  constructor(cause: unknown) {
    super({
      code: "key_service_unavailable",
      status: 503,
      whatHappened: "The key service that opens what is stored could not be used; nothing was changed.",
      whatToDo: "Try again in a minute.",
      details: { retry_after: retryAfterSeconds },
      cause,
    });
  }
}
