/** Contract section 8.5 as tables. */
import { describe, expect, it } from "vitest";
import {
  applied,
  availableOf,
  type Book,
  balanceOf,
  committed,
  exceedsOverdraft,
  fundsProblem,
  held,
  inflightBalanceOf,
  insufficientFunds,
  released,
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
    ["one more", 71n, false, 0, insufficientFunds],
    ["anything with overdraft allowed", 10n ** 30n, true, 0, undefined],
    ["exactly to the limit", 170n, true, 1, undefined],
    ["one beyond the limit", 171n, true, 1, exceedsOverdraft],
    ["within the limit though overdraft is not allowed", 170n, false, 1, undefined],
    ["nothing more with a limit that 64 bits turn negative", 71n, true, 1e17, exceedsOverdraft],
    ["what 64 bits leave of a limit", 171n, false, 2e17, undefined],
    ["one more with a negative limit, allowed or not", 71n, true, -1, insufficientFunds],
  ])("%s", (_name, amount, allowOverdraft, overdraftLimit, problem) => {
    expect(fundsProblem(source, amount, { allowOverdraft, overdraftLimit, precision: 100 })).toBe(problem);
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

  it("a released hold leaves no trace, a committed one moves", () => {
    expect(released(held(pair, 40n), 40n)).toEqual(pair);
    expect(committed(held(pair, 40n), 40n)).toEqual(applied(pair, 40n));
  });
});
