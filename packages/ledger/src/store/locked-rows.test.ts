import { expect, it } from "vitest";
import { DatabaseError, type SqlRow, type TransactionalDatabase } from "./database.ts";
import { waitingOutside } from "./locked-rows.ts";

/** A database that answers each statement when it is told to. */
function opened() {
  const asked: { readonly sql: string; readonly end: PromiseWithResolvers<readonly SqlRow[]> }[] = [];
  const database: TransactionalDatabase = {
    query(sql) {
      const end = Promise.withResolvers<readonly SqlRow[]>();
      asked.push({ sql, end });
      return end.promise;
    },
    transaction: (work) => work(database),
    execute: async () => {},
    close: async () => {},
  };
  return { database, asked };
}

const locked = (message = "locked") => new DatabaseError(message, "55P03", undefined, undefined);

it("lets so many in at once, and leaves the other connections to those that look again", async () => {
  const { database, asked } = opened();
  const waiting = waitingOutside(database, { firstAtOnce: 3, againAtOnce: 1 });
  const names = ["a", "b", "c", "d", "e"];
  const answers = names.map((name) => waiting.query(name, []));
  const asking = () => asked.map(({ sql }) => sql).join("");
  await expect.poll(asking).toBe("abc");
  asked[0]?.end.reject(locked());
  // The next one that came, and the first one again, beside two that have not ended.
  await expect.poll(() => [...asking()].sort().join("")).toBe("aabcd");
  for (const name of ["b", "c", "d"]) asked.find(({ sql }) => sql === name)?.end.resolve([{ name }]);
  await expect.poll(() => asking().endsWith("e")).toBe(true);
  for (const { sql, end } of asked) end.resolve([{ name: sql }]);
  expect(await Promise.all(answers)).toEqual(names.map((name) => [{ name }]));
});

it("gives up in line when the time is over, with what was found when it was last looked", async () => {
  const { database, asked } = opened();
  const waiting = waitingOutside(database, { firstAtOnce: 2, againAtOnce: 1, longestMilliseconds: 200 });
  const ends = ["a", "b"].map((name) =>
    waiting.query(name, []).then(
      () => "made",
      (error: Error) => error.message,
    ),
  );
  await expect.poll(() => asked.length).toBe(2);
  for (const { sql, end } of [...asked]) end.reject(locked(`${sql} is locked`));
  // One of them looks again and gets no answer; the other one stands in line behind it.
  expect(await Promise.race(ends)).toMatch(/^[ab] is locked$/);
  await expect.poll(() => asked.length).toBe(3);
  asked[2]?.end.resolve([]);
  expect((await Promise.all(ends)).sort()).toContain("made");
});
