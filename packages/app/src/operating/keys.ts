/** Sealing anew, under the key that seals, what another one sealed. Contract section 9, point 1. */
import { isRotated, keysStatus } from "../runtime/keys-status.ts";
import { sealContext } from "../secrets/bind.ts";
import type { Store } from "../stores/interface.ts";
import { mostKeptSeconds } from "../vault/key-service.ts";
import type { Vaults } from "../vault/vaults.ts";

const atOnce = 100;

/**
 * Seals anew what is not under the key that seals. Under a key service that key is made anew first, unless an earlier
 * rotation is not done yet. Replicas may do so at once: who is slower finds what is sealed changed and leaves it.
 *
 * @returns how much was sealed anew.
 */
export async function rotateKeys(store: Store, vaults: Vaults, now: number): Promise<number> {
  const { ringKeyIds } = await vaults.current();
  if (isRotated(await keysStatus(store, ringKeyIds))) await vaults.advance();
  const resealed = (await resealKeys(store, vaults)) + (await resealSecrets(store, vaults));
  await forgetUnused(store, now);
  return resealed;
}

async function othersOf(vaults: Vaults): Promise<readonly string[]> {
  const { ringKeyId, ringKeyIds } = await vaults.current();
  return ringKeyIds.filter((id) => id !== ringKeyId);
}

function resealKeys({ ring }: Store, vaults: Vaults): Promise<number> {
  return untilNoneIsLeft(
    async () => ring.keysSealedBy(await othersOf(vaults), atOnce),
    async (row) => {
      const vault = await vaults.current();
      const key = vault.open(row.installedAppId, row.sealed);
      const [hash = ""] = vault.hashes(key);
      return ring.reseal(row, vault.seal(row.installedAppId, key), hash);
    },
  );
}

function resealSecrets({ ring }: Store, vaults: Vaults): Promise<number> {
  return untilNoneIsLeft(
    async () => ring.secretsSealedBy(await othersOf(vaults), atOnce),
    async (row) => {
      const vault = await vaults.current();
      const context = sealContext(row.owner, row.name);
      return ring.resealSecret(row, vault.seal(context, vault.open(context, row.sealed)));
    },
  );
}

/** A replica may seal by a wrapped key for as long as it keeps one; twice that time after the next one came, none does. */
async function forgetUnused(store: Store, now: number): Promise<void> {
  const keys = await store.wrappedKeys.list();
  const used = new Set((await store.ring.counts()).map(({ ringKeyId }) => ringKeyId));
  for (const [index, { ringKeyId }] of keys.entries()) {
    const next = keys[index + 1];
    const isOver = next !== undefined && now - next.createdAt > 2 * mostKeptSeconds * 1000;
    if (isOver && !used.has(ringKeyId)) await store.wrappedKeys.remove(ringKeyId);
  }
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
