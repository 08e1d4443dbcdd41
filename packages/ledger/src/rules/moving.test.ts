/** What a movement makes of two books (contract sections 8.5 and 10.5), as a table. */
import { describe, expect, it } from "vitest";
import { applied, type Book, held } from "./funds.ts";
import { settle, take } from "./moving.ts";

const nobody = { allowOverdraft: false, overdraftLimit: 0, precision: 100 };

function book(balanceId: string, credit: bigint): Book {
  const nothing = { debit: 0n, inflightCredit: 0n, inflightDebit: 0n };
  return { balanceId, version: 1, credit, ...nothing, currency: "USD", tracked: false };
}

const pair = { source: book("source", 100n), destination: book("destination", 0n) };

describe("taking money", () => {
  it("moves it at once or puts it on hold", () => {
    expect(take(pair, 40n, { kind: "apply", overdraft: nobody })).toEqual({ pair: applied(pair, 40n) });
    expect(take(pair, 40n, { kind: "hold", overdraft: nobody })).toEqual({ pair: held(pair, 40n) });
  });

  it.each([
    ["nothing", 0n, "amount_not_positive"],
    ["less than nothing", -1n, "leg_below_zero"],
    ["more than there is", 101n, "insufficient_funds"],
  ])("refuses %s and leaves the books", (_name, amount, code) => {
    const moved = take(pair, amount, { kind: "apply", overdraft: nobody });
    expect([moved.refusal?.code, moved.pair]).toEqual([code, pair]);
  });
});

describe("taking money off hold", () => {
  const onHold = held(pair, 40n);

  it("leaves no trace when it is released, and moves it when it is committed", () => {
    expect(settle(onHold, 40n, { kind: "void" })).toEqual({ pair });
    expect(settle(onHold, 40n, { kind: "commit" })).toEqual({ pair: applied(pair, 40n) });
  });

  it("refuses more than is on hold", () => {
    const refusal = { code: "lacks_on_hold", action: "commit", side: "debit", have: 40n, need: 41n };
    expect(settle(onHold, 41n, { kind: "commit" })).toEqual({ pair: onHold, refusal });
  });
});
