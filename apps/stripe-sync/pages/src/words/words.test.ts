import { expect, test } from "vitest";
import { withBooks } from "../books/queries.ts";
import { whoseBooks } from "../books/words.ts";
import { objectPath } from "../findings/object-path.ts";
import { comparableAmount } from "./amounts.ts";
import { keptFor } from "./kept-for.ts";
import { resultOf, whyTooBusy } from "./results.ts";
import { countsSentence, daysSentence, whenItSyncs } from "./run-words.ts";

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

test.each([
  [undefined, undefined, "not_compared"],
  ["0", undefined, "ties"],
  ["-700", undefined, "differs"],
  ["-700", "700", "explained"],
  ["-700", "600", "differs"],
  // Booked by hand under another reference: the sides tie, whatever findings say.
  ["0", "700", "ties"],
])("a difference of %s where findings explain %s: %s", (difference, missing, result) => {
  const usd = (minor: string) => ({ minor, currency: "USD", decimals: 2 });
  const row = {
    currency: "USD",
    decimals: 2,
    ...(difference === undefined ? {} : { difference: usd(difference) }),
    ...(missing === undefined ? {} : { missing: usd(missing) }),
  };
  expect(resultOf(row)).toBe(result);
});

test("a finding leads to its payout or its object, and nowhere where it is about neither", () => {
  const key = "001793491200/po_1";
  expect(objectPath({ code: "payout_differs", object_key: key })).toBe(`/payouts/${key}`);
  expect(objectPath({ code: "payout_incomparable", object_key: key })).toBe(`/payouts/${key}`);
  expect(objectPath({ code: "unknown_type", object_key: key })).toBe(`/objects/${key}`);
  expect(objectPath({ code: "balance_differs" })).toBeUndefined();
});

test("what starts a sync where the schedule does not: nothing that is not set up is promised", () => {
  expect(whenItSyncs({ key: false, webhook: true, granted: true })).toMatch(/^Nothing syncs/);
  expect(whenItSyncs({ key: true, webhook: true, granted: false })).toMatch(/^Nothing syncs .* permissions/);
  expect(whenItSyncs({ key: true, webhook: false, granted: true })).not.toMatch(/webhook/);
  expect(whenItSyncs({ key: true, webhook: true, granted: true })).toMatch(/webhook/);
});

test("the days that a run was asked for, the last one included", () => {
  expect(daysSentence({})).toBe("");
  expect(daysSentence({ from: "2026-10-01T00:00:00Z", to: "2026-10-03T00:00:00Z" })).toBe(
    "Asked for 2026-10-01 to 2026-10-02.",
  );
  expect(daysSentence({ to: "2026-10-03T00:00:00Z" })).toBe("Asked for the beginning to 2026-10-02.");
});

test("books are named by their account and mode, and what leads on from them stays in them", () => {
  expect(whoseBooks({ account: "acct_1AbC", mode: "live" })).toBe("acct_1AbC, live data");
  expect([
    withBooks("/payouts", ""),
    withBooks("/payouts", "acct_1-live"),
    withBooks("/findings?a=1", "acct_1-live"),
  ]).toEqual(["/payouts", "/payouts?books=acct_1-live", "/findings?a=1&books=acct_1-live"]);
});

test.each([
  [undefined, "for ever"],
  [365, "for 1 year"],
  [1825, "for 5 years"],
  [90, "for 90 days"],
])("%s days are kept %s", (days, words) => {
  expect(keptFor(days)).toBe(words);
});

test("of a former key, whose currency was too busy to compare, no next sync is promised", () => {
  expect(whyTooBusy(false)).toContain("The next sync compares it again");
  expect(whyTooBusy(true)).toMatch(/was not compared: so much came in.* by hand/);
  expect(whyTooBusy(true)).not.toContain("next sync");
});
