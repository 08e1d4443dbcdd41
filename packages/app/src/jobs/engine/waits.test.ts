/** Whose clock is right nobody can tell from two of them: one that is a little behind takes no wait from the others. */
import { expect, test } from "vitest";
import type { Log } from "../../log/index.ts";
import type { WaitsLook } from "../../stores/runs.ts";
import { createWaits } from "./waits.ts";

const minute = 60_000;

/** Looks at the waits, of which some are found misdated in each look in turn. */
function waitsOf(found: readonly number[], behindBy?: number) {
  const looks: WaitsLook[] = [];
  const warned: unknown[] = [];
  const none = () => undefined;
  const warn = (message: string) => warned.push(message);
  const log: Log = { debug: none, info: none, warn, error: none, with: () => log };
  const runs = {
    promote: async (look: WaitsLook) => {
      looks.push(look);
      const misdated = found[looks.length - 1] ?? 0;
      return { due: 0, misdated, ...(behindBy === undefined ? {} : { behindBy }) };
    },
  };
  const store = { runs } as unknown as Parameters<typeof createWaits>[0]["store"];
  return { waits: createWaits({ store, clock: () => 1_764_000_000_000, log }), looks, warned };
}

test("a wait that began up to minutes ahead of who looks is believed, one that began an hour ahead is not", async () => {
  const { waits, looks } = waitsOf([]);
  await waits.end();
  expect(looks[0]?.clockSkew).toBeGreaterThanOrEqual(5 * minute);
  expect(looks[0]?.clockSkew).toBeLessThan(60 * minute);
});

test("is said once, however often it is seen, and again when it comes again", async () => {
  const { waits, warned } = waitsOf([1, 3, 1, 0, 1]);
  for (const goesOn of [true, true, true, false, true]) expect(await waits.end()).toBe(goesOn);
  expect(warned).toHaveLength(2);
});

test("a clock that is behind the database's is told so, once", async () => {
  const { waits, warned } = waitsOf([], 3_600_000);
  for (let looks = 1; looks <= 3; looks += 1) expect(await waits.end()).toBe(false);
  expect(warned).toEqual([expect.stringContaining("behind the database's")]);
});
