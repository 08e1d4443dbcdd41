import sql, { join, raw, type Sql } from "sql-template-tag";
import type { ColumnKind } from "../../entities/fields.ts";
import { type SqlValue, sqlTypes, value } from "../sql.ts";
import { column, table } from "./collections.ts";
import type { TimeSpan } from "./values.ts";

/** One filter as SQL: what the operators of Core's list filters mean (core-ledger 15.2). */

export const operators = [
  "eq",
  "ne",
  "gt",
  "gte",
  "lt",
  "lte",
  "in",
  "between",
  "like",
  "ilike",
  "isnull",
  "isnotnull",
] as const;

export type Operator = (typeof operators)[number];

const comparisons: Readonly<Record<string, string>> = {
  eq: "=",
  ne: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "LIKE",
  ilike: "ILIKE",
};

/** `left OPERATOR operands`, each operand read as `type` (patterns always as text). */
export function comparison(left: Sql, operator: Operator, operands: readonly SqlValue[], type: string): Sql {
  switch (operator) {
    case "isnull":
      return sql`${left} IS NULL`;
    case "isnotnull":
      return sql`${left} IS NOT NULL`;
    case "in":
      return oneOf(left, operands, type);
    case "between":
      return sql`${left} BETWEEN ${value(operands[0] ?? null, type)} AND ${value(operands[1] ?? null, type)}`;
    default: {
      const operand = value(operands[0] ?? null, operator === "like" || operator === "ilike" ? "text" : type);
      return sql`${left} ${raw(comparisons[operator] ?? "=")} ${operand}`;
    }
  }
}

/** More values than this travel as one parameter, since a statement takes so many at most. */
const mostParameters = 100;
/** PostgreSQL's own limit. */
export const mostOfStatement = 65_535;

function oneOf(left: Sql, operands: readonly SqlValue[], type: string): Sql {
  if (operands.length <= mostParameters) {
    const values = operands.map((operand) => value(operand, type));
    return sql`${left} IN (${join(values, ", ")})`;
  }
  // As an array it is read and looked up at once; rows of a list would be sorted and joined one by one.
  const list = value(arrayText([...new Set(operands)]), "text[]");
  return sql`${left} = ANY(${list}::${raw(type)}[])`;
}

/** Values as PostgreSQL writes an array of texts. */
function arrayText(values: readonly SqlValue[]): string {
  const items = values.map((item) => (item === null ? "NULL" : `"${item.replace(/["\\]/g, "\\$&")}"`));
  return `{${items.join(",")}}`;
}

/** A condition on a column. */
export function columnCondition(
  name: string,
  kind: ColumnKind,
  operator: Operator,
  operands: readonly SqlValue[],
): Sql {
  return comparison(column(name), operator, operands, sqlTypes[kind]);
}

/** `left` lies in a span of time, both ends of which are read as `type`. */
export function withinSpan(left: Sql, { start, end }: TimeSpan, type: string): Sql {
  return sql`${left} >= ${value(start, type)} AND ${left} < ${value(end, type)}`;
}

/** A column lies in a span of time; a column of another kind is compared with how the ends are written. */
export function columnSpan(name: string, kind: ColumnKind, span: TimeSpan): Sql {
  return withinSpan(column(name), span, sqlTypes[kind]);
}

/** `balance_id` of a transaction: source or destination; `ne` and `isnull` ask it of both. */
export function eitherSide(operator: Operator, operands: readonly SqlValue[]): Sql {
  const ofSource = columnCondition("source", "text", operator, operands);
  const ofDestination = columnCondition("destination", "text", operator, operands);
  return operator === "ne" || operator === "isnull"
    ? sql`(${ofSource} AND ${ofDestination})`
    : sql`(${ofSource} OR ${ofDestination})`;
}

/** `indicator` of a transaction: some internal balance with such an indicator stands on either side. */
export function indicatorOnEitherSide(
  schema: string,
  operator: Operator,
  operands: readonly SqlValue[],
): Sql {
  const balances = sql`SELECT "balance_id" FROM ${table(schema, "balances")} WHERE ${columnCondition("indicator", "text", operator, operands)}`;
  return sql`("source" IN (${balances}) OR "destination" IN (${balances}))`;
}

/** What stands at a path of the metadata, as text; null when there is nothing or a JSON null. */
export function metadataText(path: readonly string[]): Sql {
  const steps = join(
    path.map((step) => value(step, "text")),
    ", ",
  );
  return sql`("meta_data" #>> ARRAY[${steps}])`;
}

/** The metadata has exactly this JSON value at the path (containment, so that an index on it serves). */
export function metadataContains(path: readonly string[], json: string): Sql {
  const nested = path.reduceRight((inner, step) => `{${JSON.stringify(step)}:${inner}}`, json);
  return sql`"meta_data" @> ${value(nested, "jsonb")}`;
}

/** All of the conditions, or any of them; no condition holds for every row. */
export function combined(conditions: readonly Sql[], logical: "and" | "or"): Sql {
  return conditions.length === 0
    ? raw("TRUE")
    : join(
        conditions.map((condition) => sql`(${condition})`),
        logical === "and" ? " AND " : " OR ",
      );
}
