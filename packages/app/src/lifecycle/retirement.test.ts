/** What is forgotten cannot be brought back: a clock that jumped ahead must not make it old. */
import { expect, test, vi } from "vitest";
import type { Log } from "../log/index.ts";
import { startRetiring } from "./retirement.ts";

const day = 24 * 3_600_000;
const none = () => undefined;
const log: Log = { debug: none, info: none, warn: none, error: none, with: () => log };

/** A store that keeps the time, and says from when on the documents of tenants are kept. */
function keeping(lastTick: number | undefined) {
  const forgotten: number[] = [];
  let last = lastTick;
  const nothing = async () => false;
  const retirement = {
    ...{ expired: nothing, events: nothing, runs: nothing, calls: nothing, audit: nothing },
    endedInstallations: nothing,
    tenants: async (endedBefore: number) => {
      forgotten.push(endedBefore);
      return false;
    },
  } as unknown as Parameters<typeof startRetiring>[0]["store"]["retirement"];
  const runs = {
    lastTick: async () => last,
    rememberTick: async (_name: string, tick: number) => {
      last = tick;
    },
  };
  return { store: { retirement, runs }, forgotten };
}

async function rounds(lastTick: number | undefined, clock: () => number, count: number) {
  vi.useFakeTimers();
  try {
    const { store, forgotten } = keeping(lastTick);
    const kept = { runsKept: day, auditKept: day, tenantDataKept: 30 * day };
    const retiring = startRetiring({ store, clock, log, ...kept });
    await vi.advanceTimersByTimeAsync((count - 1) * 60_000);
    await retiring.stop();
    return forgotten.map((before) => before + 30 * day);
  } finally {
    vi.useRealTimers();
  }
}

const now = 1_764_000_000_000;

test("goes by the clock, from one round to the next", async () => {
  let time = now;
  const clock = () => {
    time += 60_000;
    return time - 60_000;
  };
  expect(await rounds(undefined, clock, 3)).toEqual([now, now + 60_000, now + 120_000]);
});

test("a clock that is 400 days ahead for a while, or for ten minutes, makes nothing old by more than hours", async () => {
  let asked = 0;
  const jumping = () => {
    asked += 1;
    return asked === 2 || asked === 3 ? now + 400 * day : now;
  };
  const seen = await rounds(now, jumping, 4);
  expect(Math.max(...seen)).toBeLessThanOrEqual(now + 3_600_000);
  expect(seen.at(-1)).toBe(now);
  expect(Math.max(...(await rounds(now, () => now + 400 * day, 10)))).toBeLessThan(now + day);
});

test("what a process missed while it was down is made up for, a part each minute", async () => {
  const seen = await rounds(now - 3 * day, () => now, 200);
  expect(seen[0]).toBeLessThan(now - 2 * day);
  expect(seen.at(-1)).toBe(now);
});

test("however long things are kept, they are asked for by whole numbers, and what fails keeps the rest from nothing", async () => {
  const asked: number[] = [];
  const part = async (before: number) => {
    asked.push(before);
    if (asked.length === 5) throw new Error("on purpose");
    return false;
  };
  const ended = vi.fn(async () => false);
  const parts = { expired: part, events: part, runs: part, calls: part, audit: part, tenants: part };
  const store = {
    runs: keeping(now).store.runs,
    retirement: { ...parts, endedInstallations: ended } as unknown as Parameters<
      typeof startRetiring
    >[0]["store"]["retirement"],
  };
  const kept = { runsKept: day / 7, auditKept: Number.POSITIVE_INFINITY, tenantDataKept: day / 9 };
  const retiring = startRetiring({ store, clock: () => now, log, ...kept });
  await vi.waitFor(() => expect(asked).toHaveLength(6), { timeout: 30_000 });
  await retiring.stop();
  expect(ended).toHaveBeenCalled();
  expect(asked.every((before) => Number.isSafeInteger(before) && before >= 0)).toBe(true);
  expect(asked[4]).toBe(0);
});
