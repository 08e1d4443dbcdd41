/** The key ring as it is used: what is sealed by which key, and sealing anew. Contract section 9, point 1. */
import type { Store } from "../stores/interface.ts";
import type { Vault } from "../vault/index.ts";

export type KeysStatus = {
  /** The ring key that seals. */
  readonly sealing: string;
  /** All that open. */
  readonly ring: readonly string[];
  /** How many API keys are sealed by which ring key. */
  readonly sealedBy: readonly { readonly ringKeyId: string; readonly count: number }[];
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

/** Replicas may do so at once: who is slower finds the key changed and leaves it. */
export async function rotateKeys(store: Store, vault: Vault) {
  let resealed = 0;
  for (;;) {
    const rows = await store.ring.sealedByOthers(vault.ringKeyId, atOnce);
    let done = 0;
    for (const row of rows) {
      if (!vault.opens(row.sealed)) continue;
      const key = vault.open(row.installedAppId, row.sealed);
      const [hash = ""] = vault.hashes(key);
      if (await store.ring.reseal(row, vault.seal(row.installedAppId, key), hash)) done += 1;
    }
    resealed += done;
    if (done === 0) return { resealed, status: await keysStatus(store, vault) };
  }
}
