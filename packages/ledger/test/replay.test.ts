/**
 * The recordings of the real Core (transcripts/), replayed over HTTP: every status, every field, every text.
 * They outrank the prose of the contract.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger, Listening } from "../src/index.ts";
import { openTestLedger } from "./harness.ts";
import { patient, type Replayed, recordings, replay } from "./replay.ts";

const files = await recordings();

describe("the recordings of the real Core", () => {
  const faults: unknown[] = [];
  let ledgers: readonly Ledger[] = [];
  let doors: readonly Listening[] = [];
  let report: ReadonlyMap<string, Replayed>;

  beforeAll(async () => {
    ledgers = [await openTestLedger(faults, patient), await openTestLedger(faults, patient)];
    doors = await Promise.all(ledgers.map((ledger) => ledger.listen({ port: 0 })));
    const replayed = await replay(
      doors.map(({ url }) => url),
      files,
    );
    report = new Map(replayed.map((one) => [one.file, one]));
  }, 240_000);

  afterAll(async () => {
    await Promise.all(doors.map((door) => door.close()));
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });

  it.each(files)("%s replays equal", (file) => {
    const replayed = report.get(file);
    expect(replayed?.differences).toEqual([]);
    expect(replayed?.steps).toBeGreaterThan(0);
  });

  it("leaves no fault behind", () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(faults).toEqual([]);
  });
});
