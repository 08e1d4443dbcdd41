/** What SQLite's result codes mean to somebody who operates the app. */
import { StoreUnavailable } from "../interface.ts";

// https://sqlite.org/rescode.html: the low byte is the primary code.
const codes = { busy: 5, locked: 6, readOnly: 8, inputOutput: 10, full: 13, cannotOpen: 14 } as const;

/** Whether another connection holds the write lock; what was asked can be asked again. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.busy || code === codes.locked;
}

/** An error of the database itself as what it means; any other stays as it is. */
export function unavailable(error: unknown): unknown {
  switch (primaryCode(error)) {
    case codes.full:
      return new StoreUnavailable("full", "The disk of the database is full; nothing was changed.", error);
    case codes.readOnly:
      return new StoreUnavailable("read-only", "The database can't be written; nothing was changed.", error);
    case codes.busy:
    case codes.locked:
      return new StoreUnavailable(
        "busy",
        "Another process holds the database file; nothing was changed.",
        error,
      );
    case codes.inputOutput:
    case codes.cannotOpen:
      return new StoreUnavailable("failing", "The database's disk fails; nothing was changed.", error);
    default:
      return error;
  }
}

function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error ? (error as Error & { readonly errcode?: unknown }).errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}
