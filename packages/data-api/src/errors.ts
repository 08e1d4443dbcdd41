/**
 * A request to the Data or Filters API that can't be answered as it stands (contract section 8). Nothing was
 * read or changed.
 *
 * `status` is 400 when the request is built wrongly, 422 when a value doesn't fit its field, 413 when there is
 * too much of something. `code` is stable, `field` names the parameter or field at fault, and the message
 * says what to send instead.
 *
 * @example
 * try { await reader.list("transactions", query) } catch (error) {
 *   if (error instanceof DataQueryError) answer(error.status, { error: error.message, code: error.code });
 * }
 */
export class DataQueryError extends Error {
  override readonly name = "DataQueryError";
  readonly status: 400 | 413 | 422;
  readonly code: string;
  readonly field?: string;

  constructor(status: 400 | 413 | 422, code: string, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    if (field !== undefined) this.field = shortened(field);
  }
}

/** A name as it can be repeated in an answer: not longer than a line. */
export function shortened(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 97)}...`;
}
