/** A collection's name or a document's key is not one that can be used. A mistake of the app's own code. */
export class DataAddressError extends Error {
  override readonly name = "DataAddressError";
  readonly code = "data_address_invalid";
}

const collectionName = /^[A-Za-z0-9._-]{1,100}$/;
const longestKey = 500;

/** @throws DataAddressError unless it is 1 to 100 letters, digits, '.', '_' or '-'. */
export function checkedCollection(name: string): string {
  if (collectionName.test(name)) return name;
  throw new DataAddressError("A collection's name must be 1 to 100 letters, digits, '.', '_' or '-'.");
}

/** @throws DataAddressError unless it is a text of 1 to 500 characters without a NUL. */
export function checkedKey(key: string): string {
  const good = key.length > 0 && key.length <= longestKey && key.isWellFormed() && !key.includes("\0");
  if (good) return key;
  throw new DataAddressError(
    `A document's key must be a text of 1 to ${longestKey} characters without a NUL.`,
  );
}
