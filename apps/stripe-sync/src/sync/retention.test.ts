import type { InstallationData } from "@annex/app";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataOnPaper } from "../../test/data-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import type { KeptFindingJson } from "../portal-types.ts";
import { countResolvedFindings, forgetResolvedFindings, keepFindingsFor } from "./finding-retention.ts";
import { indexKey, rememberBooks, runKey, syncData, timeKey } from "./register.ts";
import { forgetOldRuns, keepRun, keptRun, keptRunCount } from "./retention.ts";

let installed: Installation;
beforeAll(async () => {
  installed = await installation();
});
afterAll(() => installed?.close());

test("the lists of the newest runs are kept, those of older ones are forgotten", async () => {
  const { data } = installed.context;
  const books = { account: "acct_1", mode: "test" } as const;
  const { runObjects, runIndex } = syncData(data, books);
  const runs = Array.from({ length: keptRunCount + 2 }, (_, index) => `run_${index}`);
  for (const [index, runId] of runs.entries()) {
    await keepRun(data, { runId, ...books }, new Date(index * 1000));
    await keepRun(data, { runId, ...books }, new Date(99_000_000));
    await runObjects.put(runKey(runId, "000000000001/txn_1"), { kind: "charge", state: "posted" });
    await runIndex.put(indexKey(runId, { kind: "charge", state: "posted" }, "000000000001/txn_1"), true);
  }
  await forgetOldRuns(data);
  expect([await runObjects.count(), await runIndex.count()]).toEqual([keptRunCount, keptRunCount]);
  const kept = await Promise.all(["run_0", "run_1", "run_2"].map((runId) => keptRun(data, runId)));
  expect(kept).toEqual([undefined, undefined, { runId: "run_2", ...books }]);
});

test("a long list is forgotten in parts, so that others are served in between", async () => {
  const data = dataOnPaper();
  const books = { account: "acct_1", mode: "live" } as const;
  const { runObjects } = syncData(data, books);
  for (let index = 0; index <= keptRunCount; index += 1)
    await keepRun(data, { runId: `long_${index}`, ...books }, new Date(index * 1000));
  const key = (index: number) => runKey("long_0", timeKey(index, "txn_1"));
  const value = { kind: "charge", state: "posted" } as const;
  await runObjects.putMany(Array.from({ length: 2500 }, (_each, index) => ({ key: key(index), value })));
  await runObjects.put(runKey("long_1", timeKey(1, "txn_1")), value);
  const parts: number[] = [];
  const watched: InstallationData = {
    ...data,
    collection: <Value>(name: string) => {
      const collection = data.collection<Value>(name);
      const clear: typeof collection.clear = async (range) => {
        parts.push(await collection.clear(range));
        return parts.at(-1) ?? 0;
      };
      return { ...collection, clear };
    },
  };
  await forgetOldRuns(watched);
  expect(parts.filter((count) => count > 0)).toEqual([1000, 1000, 500]);
  expect(await runObjects.count()).toBe(1);
});

test("findings that were resolved longer ago than they are kept are removed, once a day and so many at a time", async () => {
  const { data } = installed.context;
  const all = [
    { account: "acct_1", mode: "live" },
    { account: "acct_2", mode: "test" },
  ] as const;
  const day = 86_400_000;
  const now = Date.UTC(2026, 10, 1, 12);
  const found = (id: string, status: KeptFindingJson["status"], daysAgo: number): KeptFindingJson => {
    const at = new Date(now - daysAgo * day).toISOString();
    const seen = { first_seen_at: at, last_seen_at: at, run_id: "run_1" };
    const words = { code: "unknown_type", error: "", next: "" } as const;
    return { id, status, ...seen, ...words, ...(status === "resolved" ? { resolved_at: at } : {}) };
  };
  const keep = async (books: (typeof all)[number], findings: readonly KeptFindingJson[]) => {
    await rememberBooks(data, books);
    await syncData(data, books).changeFindings(async (writers) => {
      for (const one of findings) writers.findings.put(one.id, one);
    });
  };
  const ids = async (books: (typeof all)[number]) =>
    (await syncData(data, books).findings.list({ limit: 1000 })).map(({ key }) => key);
  const tidy = (days = 0) => forgetResolvedFindings(data, new Date(now + days * day));
  const stays = [found("a", "new", 900), found("b", "acknowledged", 900), found("c", "resolved", 364)];
  const goes = Array.from({ length: 900 }, (_, number) => found(`old_${number}`, "resolved", 366));
  await keep(all[0], [...stays, ...goes]);
  await keep(all[1], goes.slice(0, 101));
  // For ever, until a member has chosen otherwise: he is told how many would go.
  await tidy();
  expect(await ids(all[0])).toHaveLength(stays.length + goes.length);
  expect(await countResolvedFindings(data, 365, new Date(now))).toBe(1001);
  await keepFindingsFor(data, 365);
  await tidy();
  expect(await ids(all[0]).then(({ length }) => length)).toBe(stays.length + goes.length - 899);
  await tidy();
  expect([await ids(all[0]), await ids(all[1])]).toEqual([["a", "b", "c"], []]);
  // Once a day; and as soon as a member has chosen otherwise.
  await keep(all[1], [found("d", "resolved", 400)]);
  await tidy();
  expect(await ids(all[1])).toEqual(["d"]);
  await keepFindingsFor(data, undefined);
  await tidy(1);
  expect(await ids(all[1])).toEqual(["d"]);
  await keepFindingsFor(data, 30);
  await tidy(1);
  expect([await ids(all[0]), await ids(all[1])]).toEqual([["a", "b"], []]);
});
