/**
 * The app's own data: JSON documents under ordered string keys, in collections
 * that belong to one installation. What is bound to one installation cannot reach
 * another's documents: the id is part of every statement and of no signature.
 *
 * Implements "design for one organization and instance at a time" of the best
 * practices. Touches the store only.
 */

/** One document with its key. */
export type Entry<Value> = { readonly key: string; readonly value: Value };

/** Which part of a collection to list. */
export type ListOptions = {
  /** Only keys that begin so, such as `run/0001/`. */
  readonly prefix?: string;
  /** Only keys beyond this one, in the direction of the list; for paging. */
  readonly after?: string;
  /** At most so many entries; 1000 unless said otherwise. */
  readonly limit?: number;
  /** Highest key first. */
  readonly descending?: boolean;
};

/**
 * Documents of one kind. Values are JSON; integers of any size stay exact: one that
 * a double cannot hold is read back as `bigint`.
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
  /** Whether there was one. */
  delete(key: string): Promise<boolean>;
  list(options?: ListOptions): Promise<readonly Entry<Value>[]>;
  count(options?: { readonly prefix?: string }): Promise<number>;
};

/** The collections of one installation. */
export type InstallationData = {
  /** A collection by name: 1 to 100 letters, digits, `-`, `_` or `.`. */
  collection<Value>(name: string): Collection<Value>;
};
