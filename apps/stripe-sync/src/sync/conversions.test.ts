/** What was paid in another currency than it settled in, in the ledger: whole, in parts, by an older version. */
import type { Balance } from "@annex/client";
import type { Stripe } from "stripe";
import { beforeEach, expect, test } from "vitest";
import {
  emptyLedger,
  movementOn,
  nothingAtStripe,
  type PaperLedger,
  seconds,
  toolsOn,
} from "../../test/books-on-paper.ts";
import { installedForEach } from "../../test/installation.ts";
import { accountOfText, ensureAccounts } from "./accounts.ts";
import { postCorrections } from "./corrections.ts";
import { resolveFindings } from "./findings.ts";
import { keepMovements } from "./reading.ts";
import { keyOf } from "./register.ts";
import { postPage, reclassifyPage, standsElsewhere, standsRight } from "./working.ts";

const installed = installedForEach();
let ledger: PaperLedger;
beforeEach(() => {
  ledger = emptyLedger();
});

let runs = 0;
/** Reads, then posts, as a run of its own does. */
async function run(transactions: readonly Stripe.BalanceTransaction[], verify = false) {
  runs += 1;
  const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger }, `run_${runs}`);
  const read = await keepMovements(tools, transactions, verify);
  await reclassifyPage(tools, undefined);
  const wanted = [...(read.accounts ?? []), "clearing/EUR", "fees/EUR"].map(accountOfText);
  const accounts = await ensureAccounts(tools, "ldg_1", wanted);
  await postPage(tools, { ledgerId: "ldg_1", accounts }, undefined);
  return tools;
}

const held = () =>
  Object.fromEntries(
    ledger.balances
      .filter(({ balance }) => balance !== 0n)
      .map((balance) => [`${nameOf(balance)} ${balance.currency}`, balance.balance]),
  );
const nameOf = ({ indicator, meta_data }: Balance) =>
  indicator?.split("_").at(-1) ?? Reflect.get(Object(meta_data?.["stripe_sync"]), "role");
const findings = async (tools: Awaited<ReturnType<typeof run>>) =>
  (await tools.data.findings.list()).map(({ value }) => value);

/** A charge of CHF 100.00, settled in euros at 1.07. */
const charge = (facts: object = {}) => ({
  id: "ch_1",
  object: "charge",
  currency: "chf",
  amount: 10_000,
  ...facts,
});
const inEuros = (id: string, amount: number, source: object, facts: object = {}) =>
  movementOn({ id, amount, net: amount, currency: "eur", exchange_rate: 1.07, source, ...facts });
const dispute = (amount: number) => ({
  id: "du_1",
  object: "dispute",
  currency: "chf",
  amount,
  charge: "ch_1",
});
const withdrawal = (amount: number) =>
  inEuros("txn_d", -10_700, dispute(amount), { type: "adjustment", reporting_category: "dispute" });

test.each<[string, object, object, string]>([
  ["a charge", charge(), {}, "The payment ch_1 was of 100.00 CHF, and at Stripe's exchange rate"],
  [
    "a refund",
    { ...charge(), id: "re_1", object: "refund" },
    { type: "refund" },
    "The refund re_1 is of 100.00 CHF, and at",
  ],
  [
    "a dispute",
    dispute(10_000),
    { type: "adjustment", reporting_category: "dispute" },
    "The dispute du_1 is about 100.00 CHF, and at",
  ],
  [
    "a dispute that was won",
    dispute(10_000),
    { type: "adjustment", reporting_category: "dispute_reversal" },
    "The dispute du_1 is about 100.00 CHF, and at",
  ],
  [
    "a refund that failed",
    { ...charge(), id: "re_1", object: "refund" },
    { type: "refund_failure" },
    "The refund re_1 is of 100.00 CHF, and at",
  ],
  [
    "a payment that was taken back",
    charge({ id: "py_1" }),
    { type: "payment_reversal" },
    "The payment py_1 was of 100.00 CHF, and at",
  ],
  [
    "what Stripe gives no rate for",
    charge(),
    { exchange_rate: null },
    "The payment ch_1 was of 100.00 CHF, and Stripe gives no exchange rate for it: how much of it this is cannot be told.",
  ],
])("part of %s: the finding says of what", async (_what, source, facts, words) => {
  const tools = await run([inEuros("txn_1", 4_280, source, facts)]);
  const [found] = await findings(tools);
  expect(found?.error.slice(0, words.length)).toBe(words);
});

test("captured in two parts: what the first was is known, and stays so; the second is said not to be", async () => {
  const first = (captured: number) => inEuros("txn_1", 6_420, charge({ amount_captured: captured }));
  await run([first(6_000)]);
  const second = inEuros("txn_2", 4_280, charge({ amount_captured: 10_000 }), { created: seconds - 60 });
  const tools = await run([first(10_000), second], true);
  expect(held()).toEqual({
    "clearing EUR": 10_700n,
    "payins EUR": -4_280n,
    "conversion EUR": -6_420n,
    "conversion CHF": 6_000n,
    "payins CHF": -6_000n,
  });
  expect(await findings(tools)).toMatchObject([{ object_id: "txn_2", code: "conversion_unknown" }]);
});

test("what a source said at first counts, though it says more by the time that it is posted", async () => {
  const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger });
  const first = (captured: number) => inEuros("txn_1", 6_420, charge({ amount_captured: captured }));
  await keepMovements(tools, [first(6_000)], false);
  await run([first(10_000)]);
  expect(held()).toMatchObject({ "payins CHF": -6_000n, "conversion CHF": 6_000n });
});

test("a dispute won in part gives back what it gives back, whatever its amount says by then", async () => {
  await run([withdrawal(10_000)]);
  const won = { type: "adjustment", reporting_category: "dispute_reversal" };
  const back = inEuros("txn_b", 3_210, dispute(3_000), won);
  const kept = inEuros("txn_c", 3_000, dispute(5_000), won);
  const tools = await run([withdrawal(3_000), back, kept], true);
  expect(held()).toEqual({
    "clearing EUR": -10_700n + 3_210n + 3_000n,
    "conversion EUR": 10_700n - 3_210n,
    "conversion CHF": -10_000n + 3_000n,
    "disputes CHF": 10_000n - 3_000n,
    "disputes EUR": -3_000n,
  });
  expect((await findings(tools)).map(({ object_id, code }) => [object_id, code])).toEqual([
    ["txn_c", "conversion_unknown"],
  ]);
});

test("an app that was installed again takes the ledger's word for what the source does not tell any more", async () => {
  await run([withdrawal(10_000)]);
  await installed.again();
  const before = held();
  const tools = await run([withdrawal(3_000)]);
  expect(held()).toEqual(before);
  expect(await findings(tools)).toEqual([]);
  expect((await tools.data.movements.list())[0]?.value).toMatchObject({
    movement: { presented: { amount: "10000" } },
    outcome: { state: "already_posted", legs: [{ role: "net" }, { role: "converted" }] },
  });
});

test("the whole that an older version booked for a part is put right when a person approves it, once", async () => {
  const part = inEuros("txn_2", 4_280, charge({ amount_captured: 10_000 }));
  await bookedByTheOlderVersion();
  const tools = await run([part]);
  const [finding] = await findings(tools);
  expect(finding).toMatchObject({
    code: "reclassify",
    status: "new",
    corrections: [
      {
        reference: "txn_2-corrected-1",
        from: "Pay-ins",
        to: "Currency conversion",
        amount: { minor: "4280" },
      },
      {
        reference: "txn_2-converted-corrected-1",
        from: "Currency conversion",
        to: "Pay-ins",
        amount: { minor: "10000" },
      },
    ],
  });
  const key = keyOf(part);
  const stored = await tools.data.movements.get(key);
  expect(stored && standsElsewhere(stored)).toBe(true);
  if (finding !== undefined) await postCorrections(tools, "ldg_1", finding, "user_1");
  await standsRight(tools.data, key);
  await resolveFindings(tools.data, "txn_2", new Date(tools.clock()));
  const right = { "clearing EUR": 4_280n, "payins EUR": -4_280n };
  expect(held()).toEqual(right);
  const corrected = await tools.data.movements.get(key);
  expect(corrected && standsElsewhere(corrected)).toBe(false);
  // Looked at again, nothing is proposed a second time; what is not known is said.
  const again = await run([part], true);
  expect(held()).toEqual(right);
  expect((await findings(again)).map(({ code, status }) => [code, status])).toEqual([
    ["conversion_unknown", "new"],
    ["reclassify", "resolved"],
  ]);
});

test("one that was corrected before is taken back from where it stands now, and no more than once", async () => {
  const part = inEuros("txn_2", 4_280, charge({ amount_captured: 10_000 }));
  await bookedByTheOlderVersion("suspense");
  const approved = [];
  for (const _time of [1, 2]) {
    const tools = await run([part], true);
    const found = (await findings(tools)).find(
      ({ code, status }) => code === "reclassify" && status === "new",
    );
    if (found === undefined) continue;
    approved.push(found.corrections?.map(({ reference, from, to }) => [reference, from, to]));
    await postCorrections(tools, "ldg_1", found, "user_1");
    await resolveFindings(tools.data, "txn_2", new Date(tools.clock()));
  }
  expect(approved).toEqual([
    [
      ["txn_2-corrected-1", "Pay-ins", "Currency conversion"],
      ["txn_2-converted-corrected-2", "Currency conversion", "Pay-ins"],
    ],
  ]);
  expect(held()).toEqual({ "clearing EUR": 4_280n, "payins EUR": -4_280n });
});

test("the whole that an older version booked stays where a coarse rate is no proof against it", async () => {
  await bookedByTheOlderVersion();
  const before = held();
  const whole = charge({ amount_captured: 10_000 });
  const tools = await run([inEuros("txn_2", 4_280, whole, { exchange_rate: 0.43 })]);
  expect([held(), await findings(tools)]).toEqual([before, []]);
});

/**
 * As it was posted before the exchange rate was asked: against conversion, and 100.00 CHF beside it; or these where
 * they are to be looked at, and corrected by a version in between.
 */
async function bookedByTheOlderVersion(first: "payins" | "suspense" = "payins"): Promise<void> {
  const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger });
  const wanted = ["clearing/EUR", "suspense/CHF"].map(accountOfText);
  const { idOf } = await ensureAccounts(tools, "ldg_1", wanted);
  const meta_data = { stripe_sync: { balance_transaction: "txn_2" } };
  const indicator = (role: string) => `@stripe_1Paper_test_${role}`;
  const suspense = idOf.get("suspense/CHF") ?? "";
  const base = { precision: 100, description: "", meta_data };
  const francs = { ...base, currency: "CHF", precise_amount: 10_000n, source: indicator("payins") };
  await tools.cloud.proxy.ensureTransactions([
    {
      ...base,
      reference: "txn_2",
      currency: "EUR",
      precise_amount: 4_280n,
      source: indicator("conversion"),
      destination: idOf.get("clearing/EUR") ?? "",
    },
    {
      ...francs,
      reference: "txn_2-converted",
      source: first === "suspense" ? suspense : indicator("payins"),
      destination: indicator("conversion"),
    },
    ...(first === "suspense"
      ? [{ ...francs, reference: "txn_2-converted-corrected-1", destination: suspense }]
      : []),
  ]);
}
