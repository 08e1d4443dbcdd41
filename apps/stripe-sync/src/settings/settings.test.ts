/** Whose key is used, and for how long. */
import { Secret } from "@annex/protocol";
import { beforeEach, expect, test } from "vitest";
import { nothingAtStripe, stripeOn } from "../../test/books-on-paper.ts";
import { connectionSecret, stripeOf } from "./settings.ts";

let entered: Secret | undefined;
/** The keys that Stripe was asked with. */
let asked: string[];
beforeEach(() => {
  entered = secretOf("rk_test_first");
  asked = [];
});

const secretOf = (key: string, connectedAccount?: string) =>
  connectionSecret({ key: new Secret(key), connectedAccount });
const kept = { secrets: { get: async () => entered } } as unknown as Parameters<typeof stripeOf>[1];
const source: Parameters<typeof stripeOf>[0] = {
  connect: ({ key }) => ({
    ...stripeOn(nothingAtStripe()),
    account: async () => {
      asked.push(key.reveal());
      return "acct_1";
    },
  }),
  fallback: undefined,
};

test("a key that is removed while a run works is used no more, and the run says so", async () => {
  const stripe = await stripeOf(source, kept);
  await stripe.account();
  entered = undefined;
  const calls = [
    stripe.account(),
    stripe.balance(),
    stripe.customers(),
    stripe.movements(),
    stripe.movement("txn_1"),
    stripe.customer("cus_1"),
    stripe.contentsOf("po_1"),
    stripe.payouts(),
    stripe.payout("po_1"),
  ];
  for (const call of calls)
    await expect(call).rejects.toMatchObject({ code: "no_stripe_key", status: 409, message: /was removed/ });
  expect(asked).toEqual(["rk_test_first"]);
});

test.each([
  ["another key", () => secretOf("rk_test_second")],
  ["another connected account", () => secretOf("rk_test_first", "acct_1Connected")],
])(
  "%s ends the use of the one before, and what was under way is tried again with it",
  async (_what, next) => {
    const stripe = await stripeOf(source, kept);
    await stripe.account();
    entered = next();
    await expect(stripe.account()).rejects.toMatchObject({ code: "stripe_key_replaced", status: 503 });
    await (await stripeOf(source, kept)).account();
    expect(asked).toEqual(["rk_test_first", entered.reveal().split(" ")[0]]);
  },
);
