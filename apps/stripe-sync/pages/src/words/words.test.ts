import { expect, test } from "vitest";
import { comparableAmount } from "./amounts.ts";
import { countsSentence, daysSentence } from "./run-words.ts";

const none = {
  all: 0,
  waiting: 0,
  posted: 0,
  already_posted: 0,
  nothing_to_post: 0,
  difference: 0,
  failed: 0,
};

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
  expect(countsSentence(none)).toBe("No objects.");
  expect(countsSentence({ ...none, all: 3, posted: 2, difference: 1 })).toBe(
    "3 objects: 2 posted, 1 different in the ledger.",
  );
});

test("the days that a run was asked for, the last one included", () => {
  expect(daysSentence({})).toBe("");
  expect(daysSentence({ from: "2026-10-01T00:00:00Z", to: "2026-10-03T00:00:00Z" })).toBe(
    "Asked for 2026-10-01 to 2026-10-02.",
  );
  expect(daysSentence({ to: "2026-10-03T00:00:00Z" })).toBe("Asked for the beginning to 2026-10-02.");
});
