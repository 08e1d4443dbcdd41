/** "What may a hold still commit, and what does a void release?" (contract sections 10.2 to 10.6), as tables. */
import { describe, expect, it } from "vitest";
import {
  decideAction,
  decideCommit,
  decideDryAction,
  decideVoid,
  type Hold,
  mayExpire,
  notPlaced,
  refusalToPreview,
  refusalToQueue,
  refusalToQueueGroup,
  remainderOf,
} from "./holds.ts";
import { refusalMessage } from "./refusals.ts";

const words = (decision: ReturnType<typeof decideAction>) =>
  decision.ok ? undefined : refusalMessage(decision.refusal);

const hold = (committed: bigint, voided = false): Hold => ({
  amount: 10_000n,
  precision: 100,
  currency: "USD",
  committed,
  voided,
});

describe("a commit", () => {
  it.each([
    ["of all", hold(0n), 0n, 10_000n],
    ["of a part", hold(0n), 2500n, 2500n],
    ["of the rest", hold(2500n), 0n, 7500n],
    ["of exactly the rest", hold(2500n), 7500n, 7500n],
  ])("%s is made", (_name, facts, wanted, amount) => {
    expect(decideCommit(facts, wanted)).toEqual({ ok: true, amount });
  });

  it.each([
    ["after a void", hold(0n, true), 0n, "transaction has already been voided"],
    ["after a void of the rest", hold(2500n, true), 1n, "transaction has already been voided"],
    ["when nothing is left", hold(10_000n), 0n, "cannot commit. Transaction already committed"],
    ["of less than nothing", hold(0n), -1n, "commit amount cannot be negative"],
    [
      "above the hold",
      hold(0n),
      15_000n,
      "cannot commit more than the original transaction amount. Original: USD100.00, Requested: USD150.00",
    ],
    [
      "above the rest",
      hold(6000n),
      6000n,
      "cannot commit more than the remaining amount. Available: USD40.00, Requested: USD60.00",
    ],
  ])("%s is refused", (_name, facts, wanted, text) => {
    expect(words(decideCommit(facts, wanted))).toBe(text);
  });
});

it.each([
  [1235n, "USD1.24"],
  [1245n, "USD1.25"],
  [1125n, "USD1.12"],
  [10_005n, "USD10.01"],
  [10n ** 27n, "USD999999999999999983222784.00"],
])("tells %d thousandths as a double with two decimals", (wanted, text) => {
  const small: Hold = { amount: 1n, precision: 1000, currency: "USD", committed: 0n, voided: false };
  expect(words(decideCommit(small, wanted))).toContain(`Requested: ${text}`);
});

describe("a void", () => {
  it("releases what remains, once", () => {
    expect(decideVoid(hold(2500n))).toEqual({ ok: true, amount: 7500n });
    expect(decideVoid(hold(2500n, true)).ok).toBe(false);
    expect(words(decideVoid(hold(10_000n)))).toBe("cannot void. Transaction already committed");
    expect(remainderOf(hold(2500n, true))).toBe(0n);
  });
});

describe("what is asked of a hold", () => {
  const commit = { kind: "commit", wanted: 0n } as const;

  it.each([
    ["minor units", { ...commit, wanted: 1n }, 1n],
    ["nothing, so all that remains", commit, 7500n],
    ["a void, whatever the amount", { kind: "void", wanted: 1n } as const, 7500n],
  ])("%s", (_name, action, amount) => {
    expect(decideAction(hold(2500n), action)).toEqual({ ok: true, amount });
  });

  it("is allowed by a dry run on what was voided", () => {
    expect(decideAction(hold(0n, true), commit).ok).toBe(false);
    expect(decideDryAction(hold(0n, true), commit)).toEqual({ ok: true, amount: 10_000n });
    expect(decideDryAction(hold(10_000n, true), commit).ok).toBe(false);
  });

  it("is refused by a dry run when the row named was voided itself", () => {
    expect(refusalToPreview(hold(0n, true))).toEqual({ code: "already_voided" });
    expect(refusalToPreview(hold(10_000n))).toBeUndefined();
  });

  it("is queued if it could be done now; a void of what was committed is refused as a commit", () => {
    const release = { ...commit, kind: "void" } as const;
    expect(refusalToQueue(hold(2500n), commit)).toBeUndefined();
    expect(refusalToQueue(hold(10_000n), release)).toEqual({ code: "already_committed", action: "commit" });
    expect(refusalToQueue(hold(0n, true), release)).toEqual({ code: "already_voided" });
  });

  it("is queued for a group while one leg is not fully committed, voided or not", () => {
    expect(refusalToQueueGroup([hold(10_000n), hold(2500n, true)], commit)).toBeUndefined();
    const done = refusalToQueueGroup([hold(10_000n), hold(10_000n)], { ...commit, kind: "void" });
    expect(done).toEqual({ code: "already_committed", action: "void" });
  });

  it("is refused while the hold waits in the queue, and names what was wanted", () => {
    const shortage = { code: "not_placed", side: "debit", have: 5n };
    const partial = { ...commit, wanted: 7n };
    expect(notPlaced(hold(0n), partial, 5n)).toEqual({ ...shortage, action: "commit", need: 7n });
    const release = { ...partial, kind: "void" } as const;
    expect(notPlaced(hold(0n), release, 5n)).toEqual({ ...shortage, action: "void", need: 10_000n });
  });
});

it("expires after the queue only while nothing was taken from it", () => {
  expect([hold(0n), hold(1n)].map(mayExpire)).toEqual([true, false]);
});
