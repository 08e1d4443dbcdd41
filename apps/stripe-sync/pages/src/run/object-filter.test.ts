import { expect, test } from "vitest";
import type { ObjectJson } from "../../../src/portal-types.ts";
import { currenciesOf, noFilter, objectsMatching } from "./object-filter.ts";

function object(id: string, currency: string | undefined, transactionId?: string): ObjectJson {
  const amount = currency === undefined ? undefined : { minor: "100", currency, decimals: 2 };
  return {
    id,
    kind: amount === undefined ? "customer" : "charge",
    state: "posted",
    stripe_type: "charge",
    created_at: "2026-01-10T12:00:00Z",
    amount,
    legs:
      amount === undefined
        ? []
        : [
            {
              role: "net",
              reference: `stripe:${id}`,
              transaction_id: transactionId,
              from: "a",
              to: "b",
              amount,
            },
          ],
  };
}

const objects = [object("txn_1", "EUR", "txn_ledger_A"), object("txn_2", "USD"), object("cus_1", undefined)];
const ids = (filter: Partial<typeof noFilter>) =>
  objectsMatching(objects, { ...noFilter, ...filter }).map(({ id }) => id);

test("without a filter all objects are shown", () => {
  expect(ids({})).toEqual(["txn_1", "txn_2", "cus_1"]);
});

test("by currency, which leaves out what moves no money", () => {
  expect(ids({ currency: "USD" })).toEqual(["txn_2"]);
});

test.each([
  ["TXN_2", ["txn_2"]],
  [" ledger_a ", ["txn_1"]],
  ["stripe:txn_2", ["txn_2"]],
  ["nothing", []],
])("by the id %j", (text, found) => {
  expect(ids({ text })).toEqual(found);
});

test("offers each currency once, in order", () => {
  expect(currenciesOf([...objects, ...objects])).toEqual(["EUR", "USD"]);
});
