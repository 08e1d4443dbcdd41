import sql, { join, raw, type Sql } from "sql-template-tag";
import type { ColumnKind } from "./collections.ts";
import { column, value } from "./database.ts";

/** One filter as SQL: what the operators of contract section 8 mean. */

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

const sqlTypes: Readonly<Record<ColumnKind, string>> = {
  text: "text",
  decimal: "numeric",
  integer: "bigint",
  flag: "boolean",
  time: "timestamp",
  date: "date",
  json: "jsonb",
};

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
export function comparison(left: Sql, operator: Operator, operands: readonly string[], type: string): Sql {
  switch (operator) {
    case "isnull":
      return sql`${left} IS NULL`;
    case "isnotnull":
      return sql`${left} IS NOT NULL`;
    case "in":
      return oneOf(left, operands, type);
    case "between":
      return sql`${left} BETWEEN ${value(operands[0] ?? "", type)} AND ${value(operands[1] ?? "", type)}`;
    default: {
      const operand = value(operands[0] ?? "", operator === "like" || operator === "ilike" ? "text" : type);
      return sql`${left} ${raw(comparisons[operator] ?? "=")} ${operand}`;
    }
  }
}

/** More values than this travel as one parameter, since a statement takes 65,535 at most. */
const mostParameters = 100;

function oneOf(left: Sql, operands: readonly string[], type: string): Sql {
  if (operands.length <= mostParameters) {
    const values = operands.map((operand) => value(operand, type));
    return sql`${left} IN (${join(values, ", ")})`;
  }
  const list = value(JSON.stringify(operands), "jsonb");
  return sql`${left} IN (SELECT item::${raw(type)} FROM jsonb_array_elements_text(${list}) AS item)`;
}

/** A condition on a column. */
export function columnCondition(
  name: string,
  kind: ColumnKind,
  operator: Operator,
  operands: readonly string[],
): Sql {
  return comparison(column(name), operator, operands, sqlTypes[kind]);
}

/** `balance_id` of a transaction: source or destination; `ne` and `isnull` ask it of both. */
export function eitherSide(operator: Operator, operands: readonly string[]): Sql {
  const ofSource = columnCondition("source", "text", operator, operands);
  const ofDestination = columnCondition("destination", "text", operator, operands);
  return operator === "ne" || operator === "isnull"
    ? sql`(${ofSource} AND ${ofDestination})`
    : sql`(${ofSource} OR ${ofDestination})`;
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
