/** What the client of a PostgreSQL server throws, as a `DatabaseError` the rest of the ledger can decide by. */
import { DatabaseError, outcomeUnknown, unreachable } from "./database.ts";

/** The server says so itself when it ends a connection, or takes none. */
const saidByServer = /^(08...|57P0[1-3])$/;

/** When a connection was lost: while nothing could have been done yet, or when it may have been. */
export type Moment = "before" | "during";

/**
 * A refusal by PostgreSQL with its code; a lost connection as `unreachable` (nothing was done) or as
 * `outcomeUnknown` (the statement or the commit may have been done, and only the database knows).
 */
export function fromServer(error: unknown, moment: Moment): unknown {
  if (error instanceof DatabaseError || error instanceof TypeError || !(error instanceof Error)) return error;
  const { code, constraint } = error as Error & { readonly code?: unknown; readonly constraint?: unknown };
  if (isState(error, code) && !saidByServer.test(code)) {
    return new DatabaseError(
      error.message,
      code,
      typeof constraint === "string" ? constraint : undefined,
      error,
    );
  }
  const state = moment === "before" ? unreachable : outcomeUnknown;
  return new DatabaseError(
    `the connection to PostgreSQL was lost: ${error.message}`,
    state,
    undefined,
    error,
  );
}

/** What the server refuses has a severity as well; a code of the operating system (`EPIPE`) has not. */
function isState(error: Error, code: unknown): code is string {
  return typeof code === "string" && "severity" in error;
}
