import { expect, test } from "vitest";
import { eventSchema, isWanted, toldBy } from "./event.ts";

const event = (object: object, facts: object = {}) =>
  eventSchema.parse({
    id: "evt_1",
    type: "charge.dispute.closed",
    created: 1_790_000_000,
    livemode: false,
    data: { object },
    ...facts,
  });

test.each<[string, object, readonly string[], readonly string[]]>([
  ["a charge", { object: "charge", id: "ch_1", balance_transaction: "txn_1" }, ["txn_1"], []],
  ["one that moves no money yet", { object: "charge", id: "ch_1", balance_transaction: null }, [], []],
  [
    "a dispute",
    { object: "dispute", balance_transactions: [{ id: "txn_1" }, { id: "txn_2" }] },
    ["txn_1", "txn_2"],
    [],
  ],
  [
    "a failed payout",
    { object: "payout", balance_transaction: "txn_1", failure_balance_transaction: "txn_2" },
    ["txn_1", "txn_2"],
    [],
  ],
  ["a customer", { object: "customer", id: "cus_1" }, [], ["cus_1"]],
  ["what is no id", { object: "charge", balance_transaction: "../../etc" }, [], []],
  ["nothing we know", { object: "unicorn" }, [], []],
])("%s", (_name, object, movements, customers) => {
  expect(toldBy(event(object))).toEqual({ movements, customers });
});

test("a payout is told by its own id too: it may be older than any list reaches", () => {
  const paid = { object: "payout", id: "po_1", balance_transaction: "txn_1" };
  expect(toldBy(event(paid))).toEqual({ movements: ["txn_1"], customers: [], payouts: ["po_1"] });
});

test("what is not asked for, and what is another account's, starts nothing", () => {
  const own = { mode: "test" } as const;
  const connected = { ...own, connectedAccount: "acct_ours" };
  expect(isWanted(event({}), own)).toBe(true);
  expect(isWanted(event({}, { type: "invoice.created" }), own)).toBe(false);
  expect(isWanted(event({}, { account: "acct_other" }), own)).toBe(false);
  expect(isWanted(event({}, { account: "acct_ours" }), connected)).toBe(true);
  expect(isWanted(event({}), connected)).toBe(false);
});

test("test money and live money are told apart, once it is known which is read", () => {
  const [test, live] = [event({}), event({}, { livemode: true })];
  const wanted = (mode: "simulator" | "test" | "live" | undefined) =>
    [test, live].map((each) => isWanted(each, { mode }));
  expect(wanted("simulator")).toEqual([true, false]);
  expect(wanted("test")).toEqual([true, false]);
  expect(wanted("live")).toEqual([false, true]);
  expect(wanted(undefined)).toEqual([true, true]);
});
