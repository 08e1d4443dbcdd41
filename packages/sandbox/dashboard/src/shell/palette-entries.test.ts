import { expect, test } from "vitest";
import { entriesMatching, entryOfId, positionAfterKey } from "./palette-entries.ts";

const entries = [
  { id: "1", label: "Transactions", group: "Ledger", to: "/t" },
  { id: "2", label: "Delivery log", group: "Apps", to: "/d" },
  { id: "3", label: "Staging", group: "Switch instance", to: "/s" },
];

test.each([
  ["", ["1", "2", "3"]],
  ["log", ["2"]],
  ["  TRANS ", ["1"]],
  ["switch stag", ["3"]],
  ["nothing", []],
])("%j finds %j", (text, ids) => {
  expect(entriesMatching(entries, text).map(({ id }) => id)).toEqual(ids);
});

test.each([
  ["txn_5ce86029-3c2e", "/i/inst_1/transactions/txn_5ce86029-3c2e"],
  [" bln_1 ", "/i/inst_1/balances/bln_1"],
  ["req_1", "/i/inst_1/audit/req_1"],
])("the id %j leads to %s", (text, to) => {
  expect(entryOfId(text, "inst_1")?.to).toBe(to);
});

test.each(["txn", "foo_1", "txn_1 and more", "../txn_1", ""])("%j is no id", (text) => {
  expect(entryOfId(text, "inst_1")).toBeUndefined();
});

test("arrow keys go round", () => {
  expect(positionAfterKey("ArrowDown", 2, 3)).toBe(0);
  expect(positionAfterKey("ArrowUp", 0, 3)).toBe(2);
  expect([positionAfterKey("Home", 2, 3), positionAfterKey("End", 0, 3)]).toEqual([0, 2]);
  expect(positionAfterKey("a", 1, 3)).toBe(1);
  expect(positionAfterKey("ArrowDown", 0, 0)).toBe(0);
});
