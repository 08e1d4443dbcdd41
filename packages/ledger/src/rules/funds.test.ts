/** Contract section 8.5 as tables. */
import { describe, expect, it } from "vitest";
import {
  applied,
  availableOf,
  type Book,
  balanceOf,
  fundsProblem,
  held,
  inflightBalanceOf,
} from "./funds.ts";

function book(balanceId: string, credit: bigint, inflightDebit = 0n): Book {
  return {
    balanceId,
    version: 1,
    credit,
    debit: 0n,
    inflightCredit: 0n,
    inflightDebit,
    currency: "USD",
    tracked: false,
  };
}

describe("what may leave a balance of 100 with 30 on hold", () => {
  const source = book("source", 100n, 30n);

  it.each([
    ["what is available", 70n, false, 0, undefined],
    ["one more", 71n, false, 0, "insufficient_funds"],
    ["anything with overdraft allowed", 10n ** 30n, true, 0, undefined],
    ["exactly to the limit", 170n, true, 1, undefined],
    ["one beyond the limit", 171n, true, 1, "overdraft_limit"],
    ["within the limit though overdraft is not allowed", 170n, false, 1, undefined],
    ["nothing more with a limit that 64 bits turn negative", 71n, true, 1e17, "overdraft_limit"],
    ["what 64 bits leave of a limit", 171n, false, 2e17, undefined],
    ["one more with a negative limit, allowed or not", 71n, true, -1, "insufficient_funds"],
  ])("%s", (_name, amount, allowOverdraft, overdraftLimit, problem) => {
    const rule = { allowOverdraft, overdraftLimit, precision: 100 };
    expect(fundsProblem(source, amount, rule)?.code).toBe(problem);
  });
});

describe("movements", () => {
  const pair = { source: book("source", 100n), destination: book("destination", 0n) };

  it("apply moves at once", () => {
    const { source, destination } = applied(pair, 40n);
    expect([balanceOf(source), balanceOf(destination)]).toEqual([60n, 40n]);
  });

  it("a hold counts against the source and not yet for the destination", () => {
    const { source, destination } = held(pair, 40n);
    expect([availableOf(source), availableOf(destination)]).toEqual([60n, 0n]);
    expect([inflightBalanceOf(source), inflightBalanceOf(destination)]).toEqual([-40n, 40n]);
  });
});
