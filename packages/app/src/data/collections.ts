import { parseExactJson, stringifyExactJson } from "@annex/protocol/words";
import type { CollectionAddress, Store } from "../stores/interface.ts";
import type { Collection, InstallationData } from "./index.ts";

/** A collection's name or a document's key is not one that can be used. A mistake of the app's own code. */
export class DataAddressError extends Error {
  override readonly name = "DataAddressError";
  readonly code = "data_address_invalid";
}

const collectionName = /^[A-Za-z0-9._-]{1,100}$/;
const longestKey = 500;

/** The collections of one installation; the id is fixed here and nowhere else. */
export function bindData(documents: Store["documents"], installedAppId: string): InstallationData {
  return {
    collection: <Value>(name: string) => {
      if (!collectionName.test(name)) {
        throw new DataAddressError("A collection's name must be 1 to 100 letters, digits, '.', '_' or '-'.");
      }
      return bindCollection<Value>(documents, { installedAppId, collection: name });
    },
  };
}

function bindCollection<Value>(documents: Store["documents"], address: CollectionAddress): Collection<Value> {
  const put = (entries: readonly (readonly [string, Value])[]) =>
    documents.put(
      address,
      entries.map(([key, value]) => [checkedKey(key), stringifyExactJson(value)] as const),
    );
  return {
    get: async (key) => {
      const text = await documents.get(address, key);
      return text === undefined ? undefined : parsed<Value>(text);
    },
    put: (key, value) => put([[key, value]]),
    putMany: async (entries) => {
      if (entries.length > 0) await put(entries.map((entry) => [entry.key, entry.value]));
    },
    delete: (key) => documents.delete(address, key),
    list: async (options = {}) => {
      const found = await documents.list(address, options);
      return found.map(({ key, text }) => ({ key, value: parsed<Value>(text) }));
    },
    count: (options = {}) => documents.count(address, options.prefix ?? ""),
  };
}

// What is read is what the app wrote; its own type is taken at its word.
function parsed<Value>(text: string): Value {
  return parseExactJson(text) as Value;
}

function checkedKey(key: string): string {
  if (key.length > 0 && key.length <= longestKey && key.isWellFormed()) return key;
  throw new DataAddressError(`A document's key must be a text of 1 to ${longestKey} characters.`);
}
