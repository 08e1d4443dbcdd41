import type { CollectionAddress, KeyRange, Owner, Store } from "../stores/interface.ts";
import { decodeValue } from "../values/index.ts";
import { checkedCollection, checkedKey } from "./addresses.ts";
import type { Collection, InstallationDocuments } from "./index.ts";
import { documentText, type Owners } from "./unit.ts";

/** What collections are read and written through. */
export type CollectionsParts = {
  readonly store: Pick<Store, "documents" | "commit">;
  readonly owners: Owners;
  readonly clock: () => number;
};

/** The collections of one installation and of its tenant; whose they are is fixed here and nowhere else. */
export function bindDocuments(parts: CollectionsParts): InstallationDocuments {
  const { owners } = parts;
  return {
    collection: (name) => bindCollection(parts, async () => owners.installation, checkedCollection(name)),
    tenant: {
      collection: (name) => bindCollection(parts, () => owners.tenant(), checkedCollection(name)),
    },
  };
}

function bindCollection<Value>(
  { store, clock }: CollectionsParts,
  owner: () => Promise<Owner>,
  collection: string,
): Collection<Value> {
  const { documents } = store;
  const address = async (): Promise<CollectionAddress> => ({ owner: await owner(), collection });
  const text = (key: string, value: Value) => documentText(value, collection, key);

  const write = async (writes: readonly { readonly key: string; readonly text: string | undefined }[]) => {
    if (writes.length === 0) return;
    const at = await address();
    const unit = { expected: [], runs: [], writes: writes.map((each) => ({ address: at, ...each })) };
    await store.commit(unit, clock());
  };

  return {
    get: async (key) =>
      decodeValue(await documents.get(await address(), checkedKey(key))) as Value | undefined,
    put: (key, value) => inPromise(() => write([{ key: checkedKey(key), text: text(key, value) }])),
    putMany: (entries) =>
      inPromise(() =>
        write(entries.map(({ key, value }) => ({ key: checkedKey(key), text: text(key, value) }))),
      ),
    compareAndSet: async (key, expected, value) => {
      const at = { address: await address(), key: checkedKey(key) };
      const before = expected === undefined ? undefined : text(key, expected);
      const unit = {
        expected: [{ ...at, text: before }],
        writes: [{ ...at, text: text(key, value) }],
        runs: [],
      };
      return (await store.commit(unit, clock())).outcome === "committed";
    },
    delete: async (key) => {
      const at = { address: await address(), key: checkedKey(key) };
      for (;;) {
        const found = await documents.get(at.address, key);
        if (found === undefined) return false;
        const unit = { expected: [{ ...at, text: found }], writes: [{ ...at, text: undefined }], runs: [] };
        // Whoever was faster has deleted it, or put another one there.
        if ((await store.commit(unit, clock())).outcome === "committed") return true;
      }
    },
    list: async (options = {}) => {
      const found = await documents.list(await address(), options);
      return found.map((entry) => ({ key: entry.key, value: decodeValue(entry.text) as Value }));
    },
    count: async (range: KeyRange = {}) => documents.count(await address(), range),
    clear: async (range: KeyRange = {}) => documents.clear(await address(), range),
  };
}

// What is wrong with an argument is told by the promise, as everything else is.
async function inPromise(work: () => Promise<void>): Promise<void> {
  await work();
}
