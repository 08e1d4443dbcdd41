/** The key ring as it is used: what is sealed by which key, and sealing anew. Contract section 9, point 1. */
import { sealContext } from "../secrets/bind.ts";
import type { RingKeyUse, Store } from "../stores/interface.ts";
import type { Vault } from "../vault/index.ts";

export type KeysStatus = {
  /** The ring key that seals. */
  readonly sealing: string;
  /** All that open. */
  readonly ring: readonly string[];
  /** How many API keys, and secrets of the app's own, are sealed by which ring key. */
  readonly sealedBy: readonly RingKeyUse[];
  /** Ring keys that something is sealed by and that are not in the ring. */
  readonly missing: readonly string[];
};

export async function keysStatus(store: Store, vault: Vault): Promise<KeysStatus> {
  const sealedBy = await store.ring.counts();
  const ids = sealedBy.map(({ ringKeyId }) => ringKeyId);
  return {
    sealing: vault.ringKeyId,
    ring: vault.ringKeyIds,
    sealedBy,
    missing: ids.filter((id) => !vault.ringKeyIds.includes(id)),
  };
}

const atOnce = 100;

/** Replicas may do so at once: who is slower finds what is sealed changed and leaves it. */
export async function rotateKeys(store: Store, vault: Vault) {
  const others = vault.ringKeyIds.filter((id) => id !== vault.ringKeyId);
  const resealed = (await resealKeys(store, vault, others)) + (await resealSecrets(store, vault, others));
  return { resealed, status: await keysStatus(store, vault) };
}

function resealKeys({ ring }: Store, vault: Vault, others: readonly string[]): Promise<number> {
  return untilNoneIsLeft(
    () => ring.keysSealedBy(others, atOnce),
    (row) => {
      const key = vault.open(row.installedAppId, row.sealed);
      const [hash = ""] = vault.hashes(key);
      return ring.reseal(row, vault.seal(row.installedAppId, key), hash);
    },
  );
}

function resealSecrets({ ring }: Store, vault: Vault, others: readonly string[]): Promise<number> {
  return untilNoneIsLeft(
    () => ring.secretsSealedBy(others, atOnce),
    (row) => {
      const context = sealContext(row.owner, row.name);
      return ring.resealSecret(row, vault.seal(context, vault.open(context, row.sealed)));
    },
  );
}

/** A part at a time; ends when nothing is left, or nothing of a part could be done. */
async function untilNoneIsLeft<Row>(
  next: () => Promise<readonly Row[]>,
  reseal: (row: Row) => Promise<boolean>,
): Promise<number> {
  for (let resealed = 0; ; ) {
    let done = 0;
    for (const row of await next()) if (await reseal(row)) done += 1;
    resealed += done;
    if (done === 0) return resealed;
  }
}
