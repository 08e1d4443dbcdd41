import { expect, test } from "vitest";
import { stripeAddress } from "./stripe-address.ts";

const account = "acct_1XyZ";

test.each([
  ["ch_1", "live", "https://dashboard.stripe.com/acct_1XyZ/payments/ch_1"],
  ["po_1", "test", "https://dashboard.stripe.com/acct_1XyZ/test/payouts/po_1"],
  ["du_1", "live", "https://dashboard.stripe.com/acct_1XyZ/disputes/du_1"],
  ["txn_1", "live", "https://dashboard.stripe.com/acct_1XyZ/search?query=txn_1"],
  ["ch_1", "simulator", undefined],
  ["ch_1", "none", undefined],
  ["EUR", "live", undefined],
  ["ch_1/../x", "live", undefined],
])("%s in %s is at %s", (id, mode, address) => {
  expect(stripeAddress(id, { mode, account })).toBe(address);
});

test("nothing is linked to before the account is known", () => {
  expect(stripeAddress("ch_1", { mode: "live" })).toBeUndefined();
});
