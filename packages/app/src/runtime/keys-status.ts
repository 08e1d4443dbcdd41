/** The ring as it is used: what is sealed by which key. Contract section 9, point 1. */
import type { RingKeyUse, Store } from "../stores/interface.ts";

/** By which key of the ring how much is sealed. */
export type KeysStatus = {
  /** The ring key that seals; absent where a key service has not made one yet. */
  readonly sealing: string | undefined;
  /** All that open. */
  readonly ring: readonly string[];
  /** How many API keys, and secrets of the app's own, are sealed by which ring key. */
  readonly sealedBy: readonly RingKeyUse[];
  /** Ring keys that something is sealed by and that are not in the ring. */
  readonly missing: readonly string[];
};

/** @param ringKeyIds of `ANNEX_KEY_RING`, the one that seals first; those that a key service wraps come before them. */
export async function keysStatus(store: Store, ringKeyIds: readonly string[]): Promise<KeysStatus> {
  const wrapped = (await store.wrappedKeys.list()).map(({ ringKeyId }) => ringKeyId).reverse();
  const ring = [...wrapped, ...ringKeyIds];
  const sealedBy = await store.ring.counts();
  const ids = sealedBy.map(({ ringKeyId }) => ringKeyId);
  return { sealing: ring[0], ring, sealedBy, missing: ids.filter((id) => !ring.includes(id)) };
}

/**
 * Whether nothing is left to be sealed anew.
 *
 * @example
 * ```ts
 * if (isRotated(await operating.keysStatus())) console.log("The older keys may go.");
 * ```
 */
export function isRotated({ sealing, sealedBy }: KeysStatus): boolean {
  return sealedBy.every(({ ringKeyId }) => ringKeyId === sealing);
}
