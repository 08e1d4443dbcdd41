import sql, { join, type Sql } from "sql-template-tag";
import { type Collection, type ColumnKind, columnsNamedBy, type DataCollection } from "./collections.ts";
import {
  columnCondition,
  comparison,
  eitherSide,
  metadataContains,
  metadataText,
  type Operator,
} from "./conditions.ts";
import { column, value } from "./database.ts";
import { DataQueryError, shortened } from "./errors.ts";
import {
  columnValue,
  decimalValue,
  jsonValue,
  patternValue,
  scalarText,
  textValue,
  timeValue,
} from "./values.ts";

/**
 * Filters of the Data and Filters APIs (contract section 8) as SQL. A field is looked up in our own tables and
 * never becomes SQL text itself; metadata paths and all values are parameters.
 */

/** Operators beyond Core's, on a metadata key only: the key is there at all (a JSON null counts). */
export type DataOperator = Operator | "exists" | "notexists";

/** One condition of a request. */
export interface DataFilter {
  readonly field: string;
  readonly operator: DataOperator;
  readonly operands: readonly unknown[];
  /** In a query string types can't be seen: metadata is then compared as text, and a time is the unit written. */
  readonly written: "query" | "body";
}

const METADATA = "meta_data.";
const MAXIMUM_STEPS = 10;
const MAXIMUM_STEP_CHARACTERS = 200;
const SIDE_OPERATORS: readonly DataOperator[] = ["eq", "ne", "in", "isnull", "isnotnull"];
const JSON_OPERATORS: readonly DataOperator[] = ["eq", "ne", "in", "isnull", "isnotnull"];
const ORDER_OPERATORS: readonly DataOperator[] = ["gt", "gte", "lt", "lte", "between"];
const PATTERN_OPERATORS: readonly DataOperator[] = ["like", "ilike"];

function unsupported(field: string, operator: DataOperator, wanted: string): never {
  throw new DataQueryError(
    400,
    "unsupported_operator",
    `${operator} can't be used on ${shortened(field)}: ${wanted}.`,
    field,
  );
}

/** The names a filter of this collection may use, for messages. */
export function filterableFields(name: DataCollection, collection: Collection): readonly string[] {
  const columns = Object.keys(columnsNamedBy(collection, "filters"));
  return name === "transactions" ? [...columns, "balance_id"] : columns;
}

/**
 * One filter's condition.
 *
 * @throws DataQueryError naming the field.
 */
export function dataCondition(name: DataCollection, collection: Collection, filter: DataFilter): Sql {
  const { field, operator, operands } = filter;
  if (field.startsWith(METADATA) && "meta_data" in collection.fields) {
    return onMetadata(metadataPath(field), filter);
  }
  if (!filterableFields(name, collection).includes(field)) {
    throw new DataQueryError(
      400,
      "unknown_field",
      `${name} can't be filtered by ${shortened(field)}. Fields: ${filterableFields(name, collection).join(", ")}.`,
      field,
    );
  }
  if (operator === "exists" || operator === "notexists") {
    return unsupported(field, operator, "it asks for a metadata key (meta_data.<path>)");
  }
  const kind = columnsNamedBy(collection, "filters")[field];
  if (kind !== undefined) return onColumn(field, kind, operator, filter);
  if (!SIDE_OPERATORS.includes(operator))
    return unsupported(field, operator, `use ${SIDE_OPERATORS.join(", ")}`);
  return eitherSide(
    operator,
    operands.map((operand) => textValue(field, operand)),
  );
}

function onColumn(field: string, kind: ColumnKind, operator: Operator, filter: DataFilter): Sql {
  const { operands } = filter;
  if (PATTERN_OPERATORS.includes(operator)) {
    if (kind !== "text") return unsupported(field, operator, "patterns are for text");
    return columnCondition(
      field,
      kind,
      operator,
      operands.map((operand) => patternValue(field, operand)),
    );
  }
  if (kind === "json" && !JSON_OPERATORS.includes(operator)) {
    return unsupported(field, operator, "name a key (meta_data.<path>)");
  }
  if (kind === "time" && operator === "eq") return atTime(field, operands[0], filter.written);
  if (kind === "json") {
    const texts = operands.map((operand) => jsonValue(field, documentOf(field, operand, filter.written)));
    return columnCondition(field, kind, operator, texts);
  }
  const texts = operands.map((operand) => columnValue(field, kind, operand));
  // Compared as a decimal, a whole number of any size is only unequal, never an error.
  return columnCondition(field, kind === "integer" ? "decimal" : kind, operator, texts);
}

function documentOf(field: string, operand: unknown, written: "query" | "body"): unknown {
  if (written === "body") return operand;
  try {
    return JSON.parse(textValue(field, operand));
  } catch (error) {
    if (error instanceof DataQueryError) throw error;
    throw new DataQueryError(422, "invalid_value", `The value for ${field} must be JSON.`, field);
  }
}

function atTime(field: string, operand: unknown, written: "query" | "body"): Sql {
  const { start, end } = timeValue(field, operand);
  const wholeUnit = written === "query" || /^\d{4}-\d\d-\d\d$/.test(String(operand));
  return wholeUnit
    ? sql`${column(field)} >= ${value(start, "timestamp")} AND ${column(field)} < ${value(end, "timestamp")}`
    : sql`${column(field)} = ${value(start, "timestamp")}`;
}

function metadataPath(field: string): readonly string[] {
  const path = field.slice(METADATA.length).split(".");
  const sound = path.every(
    (step) =>
      step !== "" && step.length <= MAXIMUM_STEP_CHARACTERS && !/\p{Cc}/u.test(step) && step.isWellFormed(),
  );
  if (sound && path.length <= MAXIMUM_STEPS) return path;
  throw new DataQueryError(
    400,
    "unknown_field",
    `A metadata path is meta_data.<key>, up to ${MAXIMUM_STEPS} keys parted by points.`,
    field,
  );
}

function onMetadata(path: readonly string[], { field, operator, operands, written }: DataFilter): Sql {
  if (operator === "exists") return sql`${metadataAt(path)} IS NOT NULL`;
  if (operator === "notexists") return sql`${metadataAt(path)} IS NULL`;
  if (operator === "eq") {
    return written === "body"
      ? metadataContains(path, jsonValue(field, operands[0]))
      : metadataReadsAs(path, textValue(field, operands[0]));
  }
  if (ORDER_OPERATORS.includes(operator)) {
    const numbers = operands.map((operand) => decimalValue(field, operand));
    return comparison(metadataNumber(path), operator, numbers, "numeric");
  }
  const texts = operands.map((operand) =>
    PATTERN_OPERATORS.includes(operator) ? patternValue(field, operand) : scalarText(field, operand),
  );
  return comparison(metadataText(path), operator, texts, "text");
}

function metadataAt(path: readonly string[]): Sql {
  const steps = join(
    path.map((step) => value(step, "text")),
    ", ",
  );
  return sql`("meta_data" #> ARRAY[${steps}])`;
}

/** The number at a path (also one written as text); null for everything else, so that nothing fails on it. */
function metadataNumber(path: readonly string[]): Sql {
  const text = metadataText(path);
  return sql`(CASE WHEN length(${text}) < 400 AND ${text} ~ '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$' THEN ${text}::numeric END)`;
}

/** The value at a path reads as this text, whether it is stored as a string, a number or a boolean. */
function metadataReadsAs(path: readonly string[], text: string): Sql {
  const throughArray = path.some((step) => /^\d+$/.test(step));
  if (throughArray) return comparison(metadataText(path), "eq", [text], "text");
  const literal = /^(true|false|-?(0|[1-9]\d*)(\.\d+)?)$/.test(text);
  const asString = metadataContains(path, JSON.stringify(text));
  return literal ? sql`(${asString} OR ${metadataContains(path, text)})` : asString;
}
