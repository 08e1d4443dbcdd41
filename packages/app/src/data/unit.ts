/** Documents as one commit will write them: read through to the store, written when the unit is taken. */
import type { CollectionAddress, DocumentWrite, Owner, Store } from "../stores/interface.ts";
import { decodeValue, encodeValue } from "../values/index.ts";
import { checkedCollection, checkedKey } from "./addresses.ts";
import type { DataWriter, DocumentWriter } from "./index.ts";

/** What was read, as it was, and what is to be written. */
export type DocumentUnit = {
  readonly writer: DataWriter;
  /** Reads and writes so far. */
  taken(): Promise<{
    readonly expected: readonly DocumentWrite[];
    readonly writes: readonly DocumentWrite[];
  }>;
};

/** How the owner of an installation's documents is found. */
export type Owners = { readonly installation: Owner; tenant(): Promise<Owner> };

type Entry = { readonly collection: string; readonly key: string; readonly text: string | undefined };

/** Reads and writes of one owner. */
type Buffer = { readonly read: Map<string, Entry>; readonly written: Map<string, Entry> };

/** Begins a unit. */
export function createDocumentUnit(documents: Store["documents"], owners: Owners): DocumentUnit {
  const own = { buffer: emptyBuffer(), owner: async () => owners.installation };
  const tenant = { buffer: emptyBuffer(), owner: () => owners.tenant() };
  const collectionOf = (side: typeof own) => ({
    collection: <Value>(name: string): DocumentWriter<Value> =>
      writerOf(documents, side, checkedCollection(name)),
  });
  return {
    writer: { ...collectionOf(own), tenant: collectionOf(tenant) },
    taken: async () => {
      const sides = await Promise.all(
        [own, tenant].map(async ({ buffer, owner }) => ({
          expected: await addressed(buffer.read, owner),
          writes: await addressed(buffer.written, owner),
        })),
      );
      return {
        expected: sides.flatMap(({ expected }) => expected),
        writes: sides.flatMap(({ writes }) => writes),
      };
    },
  };
}

function emptyBuffer(): Buffer {
  return { read: new Map(), written: new Map() };
}

function writerOf<Value>(
  documents: Store["documents"],
  { buffer, owner }: { readonly buffer: Buffer; readonly owner: () => Promise<Owner> },
  collection: string,
): DocumentWriter<Value> {
  // Names of collections hold no line break.
  const place = (key: string) => `${collection}\n${key}`;
  const write = (key: string, text: string | undefined) => {
    buffer.written.set(place(checkedKey(key)), { collection, key, text });
  };
  return {
    get: async (key) => {
      const known = buffer.written.get(place(key)) ?? buffer.read.get(place(key));
      if (known !== undefined) return decodeValue(known.text) as Value | undefined;
      const text = await documents.get({ owner: await owner(), collection }, checkedKey(key));
      buffer.read.set(place(key), { collection, key, text });
      return decodeValue(text) as Value | undefined;
    },
    put: (key, value) => write(key, documentText(value, collection, key)),
    delete: (key) => write(key, undefined),
  };
}

async function addressed(
  entries: ReadonlyMap<string, Entry>,
  owner: () => Promise<Owner>,
): Promise<readonly DocumentWrite[]> {
  if (entries.size === 0) return [];
  const found = await owner();
  return [...entries.values()].map(({ collection, key, text }) => {
    const address: CollectionAddress = { owner: found, collection };
    return { address, key, text };
  });
}

/**
 * The text of a document. `undefined` is no document.
 *
 * @throws UnstorableValue for what is not JSON with `bigint` and `Date`, and for anything secret.
 */
export function documentText(value: unknown, collection: string, key: string): string {
  return encodeValue(value, `The document ${JSON.stringify(key)} of ${collection}`) ?? "null";
}
