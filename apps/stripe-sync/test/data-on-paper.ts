/** An installation's documents in memory: for tests of many short histories, which a real store would make slow. */
import type { Collection, InstallationData } from "@annex/app";

/** A map that keeps its keys in order: they are asked for far more often than one comes or goes. */
class Rows {
  readonly #rows = new Map<string, unknown>();
  #sorted: readonly string[] | undefined;

  get(key: string): unknown {
    return this.#rows.get(key);
  }

  set(key: string, value: unknown): void {
    if (!this.#rows.has(key)) this.#sorted = undefined;
    this.#rows.set(key, value);
  }

  delete(key: string): boolean {
    this.#sorted = undefined;
    return this.#rows.delete(key);
  }

  keys(): readonly string[] {
    this.#sorted ??= [...this.#rows.keys()].sort();
    return this.#sorted;
  }
}

export function dataOnPaper(): InstallationData {
  const collections = new Map<string, Rows>();
  const collection = <Value>(name: string) => {
    const rows = collections.get(name) ?? new Rows();
    collections.set(name, rows);
    return collectionOn<Value>(rows);
  };
  const tenant = { collection: <Value>(name: string) => collection<Value>(`tenant/${name}`) };
  const data = {
    collection,
    tenant,
    transaction: (work: (commit: object) => Promise<unknown>) => work({ data: { collection, tenant } }),
  };
  return data as unknown as InstallationData;
}

function collectionOn<Value>(rows: Rows): Collection<Value> {
  const found: Collection<Value>["list"] = async (options = {}) => {
    const { prefix = "", from = "", to, after, limit = 1000, descending = false } = options;
    const isMeant = (key: string) =>
      key.startsWith(prefix) &&
      key >= from &&
      (to === undefined || key < to) &&
      (after === undefined || (descending ? key < after : key > after));
    const keys = rows.keys().filter(isMeant);
    const inOrder = descending ? keys.reverse() : keys;
    return inOrder.slice(0, limit).map((key) => ({ key, value: rows.get(key) as Value }));
  };
  return {
    get: async (key) => rows.get(key) as Value | undefined,
    put: async (key, value) => void rows.set(key, value),
    putMany: async (entries) => {
      for (const { key, value } of entries) rows.set(key, value);
    },
    compareAndSet: async (key, expected, value) => {
      const isSame = JSON.stringify(rows.get(key)) === JSON.stringify(expected);
      if (isSame) rows.set(key, value);
      return isSame;
    },
    delete: async (key) => rows.delete(key),
    list: found,
    count: async (range = {}) => (await found({ ...range, limit: Number.POSITIVE_INFINITY })).length,
    clear: async (range = {}) => {
      const entries = await found({ ...range, limit: Number.POSITIVE_INFINITY });
      for (const { key } of entries) rows.delete(key);
      return entries.length;
    },
  };
}
