/**
 * The tables were written by a newer version of the framework; this one must not touch them.
 *
 * @example
 * ```ts
 * if (error instanceof StoreVersionError) console.error(error.message); // names both versions
 * ```
 */
export class StoreVersionError extends Error {
  override readonly name = "StoreVersionError";
  readonly code = "store_version";
  constructor(found: number, known: number) {
    super(
      `The database was written by a newer version of the app (its tables are of version ${found}, this one knows ${known}). Start the newer version, or restore a copy from before it.`,
    );
  }
}
