/**
 * The recordings of the real Core (transcripts/), replayed over HTTP: every status, every field, every text.
 * They outrank the prose of the contract.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { openTestLedger } from "./harness.ts";
import { type Replayed, recordings, replay } from "./replay.ts";

const files = await recordings();

describe("the recordings of the real Core", () => {
  const faults: unknown[] = [];
  let report: ReadonlyMap<string, Replayed>;

  beforeAll(async () => {
    const replayed = await replay((options) => openTestLedger(faults, options), files);
    report = new Map(replayed.map((one) => [one.file, one]));
  }, 240_000);

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
