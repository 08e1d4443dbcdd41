/** What PostgreSQL's error codes and a lost connection mean to somebody who operates the app. */
import { StoreUnavailable } from "../interface.ts";

const lostCodes = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  // The server is being shut down, has crashed, or is starting.
  "57P01",
  "57P02",
  "57P03",
  // It has given up on a connection that was idle, in a transaction or not.
  "25P03",
  "57P05",
  // It takes no further connections for the moment.
  "53300",
]);
const lostWords = /connection terminated|not queryable|timeout exceeded when trying to connect/i;

/** Whether the connection is gone; whether what was asked happened is not known by that. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && (lostCodes.has(code) || code.startsWith("08"))) return true;
  // The driver has no code for these.
  return code === undefined && error instanceof Error && lostWords.test(error.message);
}

/** Whether two transactions were in each other's way; what was asked can be asked again. */
export function isContended(error: unknown): boolean {
  const code = codeOf(error);
  // Serialization failure, deadlock, unique violation.
  return code === "40001" || code === "40P01" || code === "23505";
}

/** Whether a statement that was prepared on this connection is not there, or is another one. Nothing was done. */
export function isUnprepared(error: unknown): boolean {
  const code = codeOf(error);
  return code === "26000" || code === "42P05";
}

/** An error of the database itself as what it means; any other stays as it is. */
export function unavailable(error: unknown): unknown {
  const code = codeOf(error);
  if (isLost(error))
    return new StoreUnavailable("unreachable", "The database can't be reached; nothing was changed.", error);
  if (code === "53100")
    return new StoreUnavailable("full", "The disk of the database is full; nothing was changed.", error);
  if (code === "25006")
    return new StoreUnavailable("read-only", "The database can't be written; nothing was changed.", error);
  if (code === "55P03" || code === "57014" || isTimeout(error))
    return new StoreUnavailable("busy", "The database does not answer in time.", error);
  return error;
}

/** The connection was lost in the middle of a commit, and the database could not be asked in time whether it happened. */
export function unknownOutcome(error: unknown): StoreUnavailable {
  return new StoreUnavailable(
    "unreachable",
    "The database was lost in the middle of a commit and can't be asked whether it happened. Send it again.",
    error,
  );
}

/** Somebody waited so long for others that there is no time left for what he asked. */
export function overdue(): StoreUnavailable {
  return new StoreUnavailable("busy", "The database does not answer in time; nothing was changed.");
}

/** Whether no answer came in time; the connection may still be busy with it. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === "Query read timeout";
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as Error & { readonly code?: unknown }).code : undefined;
  return typeof code === "string" ? code : undefined;
}
