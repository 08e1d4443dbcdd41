/**
 * The app's own data: JSON documents under ordered string keys, in collections
 * that belong to one installation, or to its tenant. What is bound to one
 * installation cannot reach another's documents: whose they are is part of every
 * statement and of no signature.
 *
 * An installation's documents end with it. A tenant's (organization and instance)
 * are found by the next installation too, such as the one that the platform asks
 * for when permissions are to change; they are kept for a while after the last one.
 *
 * Implements "design for one organization and instance at a time" of the best
 * practices. Touches the store only.
 */

/** One document with its key. */
export type Entry<Value> = { readonly key: string; readonly value: Value };

/** Keys of a collection: those that begin with `prefix`, from `from` (inclusive) to `to` (exclusive). */
export type KeyRange = { readonly prefix?: string; readonly from?: string; readonly to?: string };

/** Which part of a collection to list. */
export type ListOptions = KeyRange & {
  /** Only keys beyond this one, in the direction of the list; for paging. */
  readonly after?: string;
  /** At most so many entries; 1000 unless said otherwise. */
  readonly limit?: number;
  /** Highest key first. */
  readonly descending?: boolean;
};

/**
 * Documents of one kind. Values are JSON with `bigint` and `Date`, and are read back as they were written, digit by
 * digit and type by type. Nothing secret, no instances of classes.
 *
 * @example
 * ```ts
 * const objects = c.data.collection<Charge>("objects");
 * await objects.put(`run/${runId}/${charge.id}`, charge);
 * const page = await objects.list({ prefix: `run/${runId}/`, limit: 50 });
 * ```
 */
export type Collection<Value> = {
  get(key: string): Promise<Value | undefined>;
  put(key: string, value: Value): Promise<void>;
  /** All or none, in one commit. */
  putMany(entries: readonly Entry<Value>[]): Promise<void>;
  /**
   * Puts a value where the document still is as it was read (`undefined`: where there is none); says whether it was.
   *
   * @example
   * ```ts
   * const before = await counters.get("invoices");
   * const taken = await counters.compareAndSet("invoices", before, (before ?? 0n) + 1n);
   * ```
   */
  compareAndSet(key: string, expected: Value | undefined, value: Value): Promise<boolean>;
  /** Whether there was one. */
  delete(key: string): Promise<boolean>;
  list(options?: ListOptions): Promise<readonly Entry<Value>[]>;
  /** How many there are in a range. */
  count(range?: KeyRange): Promise<number>;
  /** Deletes a range, the whole collection unless said otherwise; how many there were. */
  clear(range?: KeyRange): Promise<number>;
};

/** Where collections are found. */
export type Collections = {
  /** @throws DataAddressError for a name that is not 1 to 100 letters, digits, '.', '_' or '-'. */
  collection<Value>(name: string): Collection<Value>;
};

/** The documents of one installation, and of its tenant. */
export type InstallationDocuments = Collections & {
  /** What the tenant's next installation finds too. */
  readonly tenant: Collections;
};

/** Documents that are written by a commit that is made later. */
export type DataWriter = {
  collection<Value>(name: string): DocumentWriter<Value>;
  readonly tenant: { collection<Value>(name: string): DocumentWriter<Value> };
};

/** One collection inside a transaction or a step: its writes are committed with it, or not at all. */
export type DocumentWriter<Value> = {
  /** As it stands, with what was written here before. The commit is made only if it is still so. */
  get(key: string): Promise<Value | undefined>;
  put(key: string, value: Value): void;
  delete(key: string): void;
};
