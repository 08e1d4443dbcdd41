import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, installation } from "../../test/installation.ts";
import { indexKey, runKey, syncData } from "./register.ts";
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
