import sql, { type Sql } from "sql-template-tag";
import type { Collection } from "./collections.ts";
import {
  columnCondition,
  columnSpan,
  combined,
  comparison,
  eitherSide,
  indicatorOnEitherSide,
  metadataContains,
  metadataText,
  mostOfStatement,
  type Operator,
  operators,
  withinSpan,
} from "./conditions.ts";
import { parameterText, type TimeSpan, UnusableValue } from "./values.ts";

/**
 * Core's list filters (core-ledger 15.2): checked in Core's order with Core's texts, then written as SQL.
 */

/** A value as sent: the JSON itself and, when it came in a query string, its text and the span of time it names. */
export interface Operand {
  readonly json: unknown;
  readonly text?: string;
  readonly span?: TimeSpan;
}

/** One condition of a request, not yet checked. */
export interface CoreFilter {
  readonly field: string;
  readonly operator: string;
  /** The operand of every operator but `in` and `between`. */
  readonly operand: Operand;
  /** The operands of `in` and `between`. */
  readonly operands: readonly Operand[];
}

/** Why a filter is refused: 400 GEN_BAD_REQUEST with `Invalid filter: ` and this message. */
export class InvalidFilter extends Error {
  override readonly name = "InvalidFilter";
}

const METADATA = "meta_data.";
const METADATA_KEY = /^[a-zA-Z][a-zA-Z0-9_]*$/;
const SIDE_OPERATORS: readonly string[] = ["eq", "ne", "in", "isnull", "isnotnull"];

function isOperator(text: string): text is Operator {
  return (operators as readonly string[]).includes(text);
}

/** Fields a transaction has for filters beside its columns. */
export function isVirtual(collection: Collection, field: string): boolean {
  return collection.table === "transactions" && (field === "balance_id" || field === "indicator");
}

function checked(collection: Collection, filter: CoreFilter): Operator {
  const { field, operator, operands } = filter;
  if (!isOperator(operator)) {
    throw new InvalidFilter(
      `invalid operator '${operator}' for field '${field}': must be one of ${operators.join(", ")}`,
    );
  }
  if (operator === "in" && operands.length === 0) {
    throw new InvalidFilter(`operator 'in' for field '${field}' requires at least one value in 'values'`);
  }
  if (operator === "between" && operands.length !== 2) {
    throw new InvalidFilter(
      `operator 'between' for field '${field}' requires exactly two values in 'values', got ${operands.length}`,
    );
  }
  checkField(collection, field, operator);
  return operator;
}

function checkField(collection: Collection, field: string, operator: Operator): void {
  if (collection.table === "transactions" && field === "balance_id" && !SIDE_OPERATORS.includes(operator)) {
    throw new InvalidFilter(
      `operator '${operator}' is not supported for field 'balance_id' on transactions: must be one of ${SIDE_OPERATORS.join(", ")}`,
    );
  }
  if (field.startsWith(METADATA)) {
    const key = field.slice(METADATA.length);
    if (METADATA_KEY.test(key)) return;
    throw new InvalidFilter(
      `invalid JSON key '${key}' in field '${field}': must match pattern ^[a-zA-Z][a-zA-Z0-9_]*$`,
    );
  }
  if (!Object.hasOwn(collection.columns, field) && !isVirtual(collection, field)) {
    throw new InvalidFilter(`invalid field '${field}' for table '${collection.table}'`);
  }
}

function textOf(operand: Operand): string | null {
  return operand.text ?? parameterText(operand.json);
}

function used(filter: CoreFilter, operator: Operator): readonly Operand[] {
  if (operator === "isnull" || operator === "isnotnull") return [];
  return operator === "in" || operator === "between" ? filter.operands : [filter.operand];
}

/** Equality within the metadata; undefined for a number that JSON can't hold, which Core leaves out. */
function equalMetadata(key: string, { json, text, span }: Operand): Sql | undefined {
  if (span !== undefined) return withinSpan(sql`${metadataText([key])}::timestamp`, span, "timestamp");
  if (typeof json !== "number") return metadataContains([key], JSON.stringify(json ?? null));
  return Number.isFinite(json) ? metadataContains([key], text ?? JSON.stringify(json)) : undefined;
}

function onMetadata(key: string, operator: Operator, operands: readonly Operand[]): Sql | undefined {
  const [first] = operands;
  if (operator === "eq" && first !== undefined) return equalMetadata(key, first);
  const numeric = ["gt", "gte", "lt", "lte", "between"].includes(operator);
  const left = numeric ? sql`${metadataText([key])}::numeric` : metadataText([key]);
  return comparison(left, operator, operands.map(textOf), numeric ? "numeric" : "text");
}

function condition(
  schema: string,
  collection: Collection,
  filter: CoreFilter,
  operator: Operator,
): Sql | undefined {
  const operands = used(filter, operator);
  if (filter.field.startsWith(METADATA)) {
    return onMetadata(filter.field.slice(METADATA.length), operator, operands);
  }
  const kind = collection.columns[filter.field];
  const span = operator === "eq" ? operands[0]?.span : undefined;
  if (kind !== undefined && span !== undefined) return columnSpan(filter.field, kind, span);
  const texts: readonly (string | null)[] = operands.map(textOf);
  if (kind !== undefined) return columnCondition(filter.field, kind, operator, texts);
  return filter.field === "balance_id"
    ? eitherSide(operator, texts)
    : indicatorOnEitherSide(schema, operator, texts);
}

/** Core's statement has room for one set of balances found by indicator, and fails with two. */
function refuseTwoIndicators(collection: Collection, filters: readonly CoreFilter[]): void {
  const byIndicator = filters.filter(({ field }) => field === "indicator" && isVirtual(collection, field));
  if (byIndicator.length > 1) throw new UnusableValue("indicator can be asked for once only");
}

/**
 * The WHERE of a list.
 *
 * @throws InvalidFilter for the first filter that Core refuses.
 * @throws UnusableValue for a value no column can be compared with (Core: 500).
 */
export function coreCondition(
  schema: string,
  collection: Collection,
  filters: readonly CoreFilter[],
  logical: "and" | "or",
): Sql {
  // All of them are looked at before the value of any.
  const withOperators = filters.map((filter) => [filter, checked(collection, filter)] as const);
  const conditions = withOperators.flatMap(
    ([filter, operator]) => condition(schema, collection, filter, operator) ?? [],
  );
  refuseTwoIndicators(collection, filters);
  const parameters = conditions.reduce((sum, { values }) => sum + values.length, 0);
  // What else the statement takes is its limit and its offset.
  if (parameters + 2 > mostOfStatement) throw new UnusableValue("more values than a statement takes");
  return combined(conditions, logical);
}
