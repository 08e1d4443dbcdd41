import { expect, test } from "vitest";
import { comparableAmount } from "./amounts.ts";
import { groupFindings } from "./finding-groups.ts";
import { countsSentence, runDuration } from "./run-words.ts";

const none = {
  all: 0,
  waiting: 0,
  posted: 0,
  already_posted: 0,
  nothing_to_post: 0,
  difference: 0,
  failed: 0,
};
const now = new Date("2026-01-10T12:00:00Z");

test("amounts of different decimals sort as they read", () => {
  const amounts = [
    { minor: "1000", currency: "JPY", decimals: 0 },
    { minor: "99999", currency: "USD", decimals: 2 },
    { minor: "1000001", currency: "KWD", decimals: 3 },
  ];
  expect(amounts.map(comparableAmount)).toEqual([10_000_000n, 9_999_900n, 10_000_010n]);
  expect(comparableAmount(undefined)).toBeUndefined();
});

test("a run's counts in one sentence, without what is zero", () => {
  expect(countsSentence(none)).toBe("No objects yet.");
  expect(countsSentence({ ...none, all: 3, posted: 2, difference: 1 })).toBe(
    "3 objects: 2 posted, 1 different in the ledger.",
  );
});

test("a run's length: none before it starts, until now while it goes on, to its end after", () => {
  expect(runDuration({}, now)).toBeUndefined();
  expect(runDuration({ started_at: "2026-01-10T11:59:00Z" }, now)).toBe("1 min 0 s");
  expect(runDuration({ started_at: "2026-01-10T11:00:00Z", finished_at: "2026-01-10T11:00:05Z" }, now)).toBe(
    "5.0 s",
  );
});

test("findings that say the same are said once, with all their objects", () => {
  const odd = { code: "unknown_type" as const, error: "A new type.", next: "Look at it." };
  const general = { code: "balance_differs" as const, error: "EUR differs.", next: "Sync again." };
  expect(groupFindings([{ ...odd, object_id: "txn_1" }, general, { ...odd, object_id: "txn_2" }])).toEqual([
    { error: "A new type.", next: "Look at it.", objectIds: ["txn_1", "txn_2"] },
    { error: "EUR differs.", next: "Sync again.", objectIds: [] },
  ]);
});
