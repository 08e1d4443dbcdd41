import { describe, expect, it } from "vitest";
import { DatabaseError, unreachable } from "./database.ts";
import { readTogether } from "./reading-together.ts";

/** Rows, and statements that are answered when the test says so. */
function slowRows(rows: Map<string, string>) {
  const asked: { readonly keys: readonly string[]; answer(): void; fail(error: unknown): void }[] = [];
  const find = (keys: readonly string[]) =>
    new Promise<ReadonlyMap<string, string>>((resolve, reject) => {
      asked.push({ keys, answer: () => resolve(new Map(rows)), fail: reject });
    });
  return { asked, find };
}

const turn = () => new Promise((done) => setImmediate(done));

describe("rows read together", () => {
  it("reads what is asked for meanwhile in one statement, which begins after the asking", async () => {
    const rows = new Map([["a", "old"]]);
    const { asked, find } = slowRows(rows);
    const read = readTogether(find, 1);
    const first = read("a");
    const later = [read("a"), read("b"), read("a")];
    expect(asked.map(({ keys }) => keys)).toEqual([["a"]]);
    asked[0]?.answer();
    rows.set("a", "new");
    await turn();
    expect(asked.map(({ keys }) => keys)).toEqual([["a"], ["a", "b"]]);
    asked[1]?.answer();
    expect([await first, await Promise.all(later)]).toEqual(["old", ["new", undefined, "new"]]);
  });

  it("sends no more statements at once than it may, and serves on after a failure", async () => {
    const { asked, find } = slowRows(new Map([["a", "1"]]));
    const read = readTogether(find, 2);
    const answers = ["a", "a", "a"].map((key) => read(key).catch((error: DatabaseError) => error.sqlState));
    expect(asked).toHaveLength(2);
    asked[0]?.fail(new DatabaseError("gone", unreachable, undefined, undefined));
    await turn();
    expect(asked).toHaveLength(3);
    for (const one of asked) one.answer();
    expect(await Promise.all(answers)).toEqual([unreachable, "1", "1"]);
  });

  it("lets a key that no text can hold fail for its own asker alone", async () => {
    const read = readTogether(async (keys) => {
      if (keys.includes("\0")) throw new DatabaseError("no such text", "22021", undefined, undefined);
      return new Map(keys.map((key) => [key, `row of ${key}`]));
    }, 1);
    const asked = ["a", "b", "\0", "c"].map((key) =>
      read(key).catch((error: DatabaseError) => error.sqlState),
    );
    expect(await Promise.all(asked)).toEqual(["row of a", "row of b", "22021", "row of c"]);
  });
});
