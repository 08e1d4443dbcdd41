import { expect, test } from "vitest";
import { balanceName, nameIn, transactionName } from "./names.ts";

test.each([
  [{ name: "Cash" }, "Cash"],
  [{ stripe_sync: { role: "fees", name: "Stripe processing fees" } }, "Stripe processing fees"],
  [{ stripe_sync: { name: "Own" }, name: "Top" }, "Top"],
  [{ label: "  Till 4 " }, "Till 4"],
  [{ name: "", title: "Fees" }, "Fees"],
  [{ name: 5, nested: ["name"] }, undefined],
  [{}, undefined],
  [null, undefined],
])("the name in %j is %j", (metadata, name) => {
  expect(nameIn(metadata)).toBe(name);
});

test("a balance is called by its name, then its indicator, then its id", () => {
  const balance = {
    balance_id: "bln_88c25b72-9c1d-4c5e-8f60-1b9a2e1fe1aa",
    indicator: "@World",
    meta_data: null,
  };
  expect(balanceName({ ...balance, meta_data: { name: "Cash" } })).toBe("Cash");
  expect(balanceName(balance)).toBe("@World");
  expect(balanceName({ ...balance, indicator: "" })).toBe("bln_88c25b72…e1aa");
});

test("a transaction is called by its description, then its reference, with its amount", () => {
  const transaction = {
    description: "Walnut chopping board",
    reference: "txn_15s4Lmem0000000000000000",
    precise_amount: 105075,
    precision: 100,
    currency: "USD",
  };
  expect(transactionName(transaction, "en")).toBe("Walnut chopping board, 1,050.75 USD");
  expect(transactionName({ ...transaction, description: "" }, "en")).toBe("txn_15s4Lmem…0000, 1,050.75 USD");
});
