import type { SQLInputValue, SQLOutputValue, StatementResultingChanges, StatementSync } from "node:sqlite";

type Row = Record<string, SQLOutputValue>;

/** A prepared statement, given its values in the order of its placeholders. */
export type Statement = {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  run(...values: SQLInputValue[]): StatementResultingChanges;
};

/**
 * A statement that takes its values in order also where its placeholders have numbers (`?1`). SQLite counts those as
 * names, and the oldest Node 22 takes no values in order for what has a name: "column index out of range". Given as
 * what they are named, every Node takes them.
 */
export function inOrder(sql: string, prepared: StatementSync): Statement {
  if (!/\?\d/.test(sql)) return prepared;
  const named = (values: readonly SQLInputValue[]) =>
    Object.fromEntries(values.map((value, index) => [`?${index + 1}`, value]));
  return {
    get: (...values) => prepared.get(named(values)),
    all: (...values) => prepared.all(named(values)),
    run: (...values) => prepared.run(named(values)),
  };
}
