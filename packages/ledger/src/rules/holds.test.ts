/** Contract sections 10.2 to 10.5 as tables: what may a hold still commit, what does a void release? */
import { describe, expect, it } from "vitest";
import {
  decideAction,
  decideCommit,
  decideDryAction,
  decideVoid,
  type Hold,
  hasOpenHold,
  remainderOf,
} from "./holds.ts";

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
    expect(decideCommit(facts, wanted)).toEqual({ ok: false, text });
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
  const decision = decideCommit(small, wanted);
  expect(decision.ok ? "" : decision.text).toContain(`Requested: ${text}`);
});

describe("a void", () => {
  it("releases what remains, once", () => {
    expect(decideVoid(hold(2500n))).toEqual({ ok: true, amount: 7500n });
    expect(decideVoid(hold(2500n, true)).ok).toBe(false);
    expect(decideVoid(hold(10_000n))).toEqual({
      ok: false,
      text: "cannot void. Transaction already committed",
    });
    expect(remainderOf(hold(2500n, true))).toBe(0n);
  });
});

describe("what is asked of a hold", () => {
  const commit = { kind: "commit", preciseAmount: null, amount: 0 } as const;

  it.each([
    ["minor units", { ...commit, preciseAmount: 1n }, 1n],
    ["minor units before major ones", { ...commit, preciseAmount: 1n, amount: 5 }, 1n],
    ["major units of its precision", { ...commit, amount: 12.345 }, 1235n],
    ["nothing, so all that remains", commit, 7500n],
    ["a void, whatever the amount", { ...commit, kind: "void", preciseAmount: 1n } as const, 7500n],
  ])("%s", (_name, action, amount) => {
    expect(decideAction(hold(2500n), action)).toEqual({ ok: true, amount });
  });

  it("is allowed by a dry run on what was voided", () => {
    expect(decideAction(hold(0n, true), commit).ok).toBe(false);
    expect(decideDryAction(hold(0n, true), commit)).toEqual({ ok: true, amount: 10_000n });
    expect(decideDryAction(hold(10_000n, true), commit).ok).toBe(false);
  });

  it("may be queued for a group while one leg is not fully committed, voided or not", () => {
    expect(hasOpenHold([hold(10_000n), hold(2500n, true)])).toBe(true);
    expect(hasOpenHold([hold(10_000n), hold(10_000n)])).toBe(false);
  });
});
