import { expect, test } from "vitest";
import { NotTested } from "../evidence/index.ts";
import type { World } from "../world/index.ts";
import killWork, { judgeKilled } from "./kill-work.ts";

const lost = { wanted: 1, done: 0, missing: ["POST /proxy/transactions"], state: "standstill" } as const;

test("work that stands still is lost where the app works for another installation", () => {
  expect(
    judgeKilled({ work: lost, twice: [], wasWriting: true, beside: { work: lost, worksForOthers: true } }),
  ).toMatchObject({
    verdict: "fail",
    ground: "seen",
  });
});

test("where nobody's work gets done after a crash, it is looked at again, and nobody is accused", () => {
  const judging = () =>
    judgeKilled({ work: lost, twice: [], wasWriting: true, beside: { work: lost, worksForOthers: false } });
  expect(judging).toThrow(NotTested);
  try {
    judging();
  } catch (error) {
    expect(error).toMatchObject({ verdict: { verdict: "not_tested", ground: "missed" } });
  }
});

test("what the ledger has twice after a crash was done, and is harm all the same", () => {
  const twice = ["2 × POST /proxy/transactions"];
  expect(judgeKilled({ work: done, twice, wasWriting: true })).toMatchObject({
    verdict: "fail",
    ground: "seen",
    harm: true,
  });
});

const done = { ...lost, done: 1, missing: [], state: "done" } as const;

test("what was done after the new start passes", () => {
  expect(judgeKilled({ work: done, twice: [], wasWriting: true }).verdict).toBe("pass");
});

test("what is done only when somebody else has installed is looked at again, and fails", () => {
  expect(
    judgeKilled({ work: lost, twice: [], wasWriting: true, beside: { work: done, worksForOthers: true } }),
  ).toMatchObject({
    verdict: "fail",
    ground: "missed",
  });
});

test("work that is finished says nothing of a write whose answer was kept back, where there was none", () => {
  const judging = () => judgeKilled({ work: done, twice: [], wasWriting: false });
  expect(judging).toThrow(NotTested);
  expect(judging).toThrow(/wrote nothing/);
});

test("where the app can't be killed, no call of it is held any longer", async () => {
  let held = 0;
  const work = { calls: [{}], writes: 1, kinds: new Set(), inFront: false };
  const seen = new Map<string, unknown>([
    ["ordinary work", work],
    ["works side by side", true],
  ]);
  const call = { method: "POST", path: "/proxy/ledgers" };
  const tenant = () => ({ key: "blnk_1", grant: [], calls: [] });
  const weather = ({ calls }: { calls: object[] }, forecast: (call: object) => unknown) => {
    held += 1;
    calls.push(call);
    forecast(call);
    return () => {
      held -= 1;
    };
  };
  const kill = () => Promise.reject(new Error("No such process."));
  const world = {
    options: { callback: "data:,", edition: "guide" },
    once: async (name: string) => seen.get(name),
    tenant,
    front: { weather, now: () => 0 },
    process: { kill, start: async () => undefined },
  };
  await expect(killWork.check(world as unknown as World)).rejects.toThrow();
  expect(held).toBe(0);
});
