/**
 * The `details` of an answer that a refusal by PostgreSQL led to (contract section 3.1): its fields under
 * capitalised names, empty where the engine tells nothing.
 */
import { DatabaseError, isDataError } from "../store/database.ts";
import { CoreFailure } from "./errors.ts";

const names: readonly (readonly [shown: string, told: readonly string[]])[] = [
  ["Severity", ["severity"]],
  ["Code", ["code"]],
  ["Message", ["message"]],
  ["Detail", ["detail"]],
  ["Hint", ["hint"]],
  ["Position", ["position"]],
  ["InternalPosition", ["internalPosition", "internal_position"]],
  ["InternalQuery", ["internalQuery", "internal_query"]],
  ["Where", ["where"]],
  ["Schema", ["schema", "schema_name"]],
  ["Table", ["table", "table_name"]],
  ["Column", ["column", "column_name"]],
  ["DataTypeName", ["dataType", "type_name"]],
  ["Constraint", ["constraint", "constraint_name"]],
  ["File", ["file"]],
  ["Line", ["line"]],
  ["Routine", ["routine"]],
];

/** The details object of a database error; `{}` for any other error. */
export function databaseDetails(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof DatabaseError)) return {};
  const told: Readonly<Record<string, unknown>> = Object.fromEntries(propertiesOf(error.cause));
  const value = (keys: readonly string[]): string => keys.map((key) => told[key]).find(isText) ?? "";
  const known = { Severity: "ERROR", Code: error.sqlState, Message: error.message };
  const shown = names.map(([name, keys]) => [name, value(keys)] as const).filter(([, text]) => text !== "");
  const empty = names.map(([name]) => [name, ""] as const);
  return Object.fromEntries([...empty, ...Object.entries(known), ...shown]);
}

/**
 * What a statement gives; when PostgreSQL can't take what the client sent (a NUL in a text, an offset of a whole
 * day), the refusal is a 500 with Core's words for that step and the database's own details.
 *
 * @param isRefusal which other errors are refused so
 */
export async function orFailure<T>(
  message: string,
  statement: Promise<T>,
  isRefusal: (error: unknown) => boolean = () => false,
): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (!isDataError(error) && !isRefusal(error)) throw error;
    throw new CoreFailure("GEN_INTERNAL", message, { details: databaseDetails(error) });
  }
}

/** As `orFailure`, where Core hides what went wrong. */
export async function orInternal<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (!isDataError(error)) throw error;
    throw new CoreFailure("GEN_INTERNAL", "internal server error");
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function propertiesOf(cause: unknown): readonly (readonly [string, unknown])[] {
  if (typeof cause !== "object" || cause === null) return [];
  const message: unknown = "message" in cause ? cause.message : undefined;
  return [["message", message], ...Object.entries(cause)];
}
