/**
 * What the rest of the ledger knows of its database: text in, rows out, and transactions.
 *
 * Two engines stand behind it, with the same SQL: `embedded.ts` (PostgreSQL inside this process) and
 * `server.ts` (a PostgreSQL server). Values come back alike on both: NUMERIC and bigint as strings, integer
 * as number, jsonb parsed, timestamps as the text PostgreSQL prints (`2026-11-24 20:34:12.142083`).
 * Parameters are numbers, strings, booleans, null, or arrays of strings; jsonb is sent as
 * text and cast twice (`$1::text::jsonb`), big integers as text and cast (`$1::text::numeric`).
 */

/** One row, by column name. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** How a statement is run. */
export interface QueryOptions {
  /**
   * Plans for these very parameters, instead of keeping one plan for all: for lists, where the best way
   * depends on what is asked for. A kept plan finds its rows by index, whatever the tables' size.
   */
  readonly planAnew?: boolean;
}

/** Anything SQL can be sent to: the database itself or one open transaction. */
export interface SqlDatabase {
  /**
   * Runs one statement.
   *
   * @throws DatabaseError when PostgreSQL refuses the statement.
   * @example await database.query("SELECT name FROM blnk.ledgers WHERE ledger_id = $1", [id])
   */
  query(sql: string, parameters: readonly unknown[], options?: QueryOptions): Promise<readonly SqlRow[]>;
}

/** A database that can also hold several statements together. */
export interface TransactionalDatabase extends SqlDatabase {
  /**
   * Runs `work` in one transaction: all of it is durable when this resolves, nothing of it when it throws.
   * Inside, only the given handle may be used.
   */
  transaction<T>(work: (transaction: SqlDatabase) => Promise<T>): Promise<T>;
  /** Runs several statements of DDL at once, outside of any transaction of ours. */
  execute(sql: string): Promise<unknown>;
  close(): Promise<void>;
}

/** The server could not be reached, or went away before it could have done anything. PostgreSQL's own code. */
export const unreachable = "08006";
/** The server went away while it carried out a statement or a commit, and may have done it. PostgreSQL's own code. */
export const outcomeUnknown = "08007";

/**
 * A refusal by PostgreSQL, alike on both engines. `sqlState` is its five-character code.
 *
 * @example
 * ```ts
 * if (error instanceof DatabaseError && error.sqlState === "23505") return "taken";
 * ```
 */
export class DatabaseError extends Error {
  readonly sqlState: string;
  readonly constraint: string | undefined;

  constructor(message: string, sqlState: string, constraint: string | undefined, cause: unknown) {
    super(message, { cause });
    this.name = "DatabaseError";
    this.sqlState = sqlState;
    this.constraint = constraint;
  }

  /** True when nobody is at the other end of the connection any more. */
  get isConnectionLost(): boolean {
    return this.sqlState === unreachable || this.sqlState === outcomeUnknown;
  }
}

/**
 * Lets no text pass that has no UTF-8 form, on neither engine.
 *
 * @throws DatabaseError as PostgreSQL's own for such bytes.
 */
export function refuseIllFormed(parameters: readonly unknown[]): void {
  if (parameters.flat().every((value) => typeof value !== "string" || value.isWellFormed())) return;
  throw new DatabaseError('invalid byte sequence for encoding "UTF8"', "22021", undefined, undefined);
}

/** True when `error` is a violated unique index. */
export function isUniqueViolation(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.sqlState === "23505";
}

/** True when `error` is a violated foreign key. */
export function isForeignKeyViolation(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.sqlState === "23503";
}

/** Classes of codes: a value, a constraint, the statement itself, more than a statement may have. */
const classesOfRefusal = ["22", "23", "42", "54"];

/**
 * True when PostgreSQL refused what it was asked to do. Any other error of its is a fault: it can't be reached, is full
 * or overloaded, was told to stop, or keeps something locked.
 */
export function isRefusedByDatabase(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && classesOfRefusal.includes(error.sqlState.slice(0, 2));
}

/** True when PostgreSQL could not take a value: a data exception (class 22) such as a NUL in a text. */
export function isDataError(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.sqlState.startsWith("22");
}
