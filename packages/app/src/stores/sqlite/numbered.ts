import type {
  DatabaseSync,
  SQLInputValue,
  SQLOutputValue,
  StatementResultingChanges,
  StatementSync,
} from "node:sqlite";

type Row = Record<string, SQLOutputValue>;

/** A prepared statement, given its values in the order of its placeholders. */
export type Statement = {
  get(...values: SQLInputValue[]): Row | undefined;
  all(...values: SQLInputValue[]): Row[];
  run(...values: SQLInputValue[]): StatementResultingChanges;
};

/**
 * Statements that take their values in order also where their placeholders have numbers (`?1`). SQLite counts those as
 * names, and the oldest Node 22 takes no values in order for what has a name: "column index out of range". There they
 * are given as what they are named.
 */
export function prepareInOrder(database: DatabaseSync): (sql: string) => Statement {
  const isTaken = takesNumbersInOrder(database);
  return (sql) => {
    const prepared = database.prepare(sql);
    return isTaken || !/\?\d/.test(sql) ? prepared : byName(prepared);
  };
}

function takesNumbersInOrder(database: DatabaseSync): boolean {
  try {
    return database.prepare("SELECT ?1 + ?2 + ?1 AS sum").get(1, 2)?.["sum"] === 4;
  } catch {
    return false;
  }
}

function byName(prepared: StatementSync): Statement {
  const named = (values: readonly SQLInputValue[]) =>
    Object.fromEntries(values.map((value, index) => [`?${index + 1}`, value]));
  return {
    get: (...values) => prepared.get(named(values)),
    all: (...values) => prepared.all(named(values)),
    run: (...values) => prepared.run(named(values)),
  };
}
