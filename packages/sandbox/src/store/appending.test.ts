import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { appendTo } from "./appending.ts";

/** A table in memory whose rows named "too much" are refused in the way an SQLite does that is out of room. */
function tableThatRollsBack(how: "ABORT" | "ROLLBACK"): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(`create table log (name text);
    create trigger room before insert on log when new.name = 'too much'
    begin select raise(${how}, 'no room'); end;`);
  return database;
}

test.each(["ABORT", "ROLLBACK"] as const)(
  "rows that find no room are none, and the error says why: %s",
  (how) => {
    const database = tableThatRollsBack(how);
    const append = appendTo(database, "log", ["name"]);
    expect(() => append([["one"], ["too much"]])).toThrow("no room");
    append([["two"], ["three"]]);
    expect(
      database
        .prepare("select name from log")
        .all()
        .map(({ name }) => name),
    ).toEqual(["two", "three"]);
    database.close();
  },
);
