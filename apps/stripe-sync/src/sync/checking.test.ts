/** The proof at the end of a run, while sales go on and are listed in no certain order. */
import type { Stripe } from "stripe";
import { expect, test } from "vitest";
import {
  clearingOn,
  emptyLedger,
  movementOn,
  nothingAtStripe,
  seconds,
  toolsOn,
} from "../../test/books-on-paper.ts";
import { installedForEach } from "../../test/installation.ts";
import { checkStep, differenceFound } from "./checking.ts";
import { money } from "./outcomes.ts";

const installed = installedForEach();
const position = { ledgerId: "ldg_1", readThrough: seconds - 60 };

/**
 * Compares a shop that holds 7.00 and sells so often at each look, of which Stripe's balance has every second sale.
 *
 * @param booked what the ledger has
 */
async function compared(sales: readonly number[], booked: bigint) {
  const stripe = nothingAtStripe();
  const ledger = emptyLedger();
  ledger.balances.push(clearingOn(booked));
  const tools = toolsOn(installed, { stripe, ledger });
  const toCome = [...sales];
  let held = 700;
  let looks = 0;
  const balance = async () => {
    looks += 1;
    const nets = Array.from({ length: toCome.shift() ?? 0 }, (_, index) => 2 ** index);
    const sold = nets.map((net, index) =>
      movementOn({ id: `txn_${looks}_${index}`, amount: net, net, created: seconds }),
    );
    stripe.movements = [...sold.toReversed(), ...stripe.movements];
    const seen = nets.reduce((sum, net, index) => (index % 2 === 1 ? sum + net : sum), held);
    held = nets.reduce((sum, net) => sum + net, held);
    return { available: [{ amount: seen, currency: "usd" }], pending: [] } as unknown as Stripe.Balance;
  };
  const checked = await checkStep(
    { ...tools, stripe: { ...tools.stripe, balance: balance as never } },
    position,
    { verify: false },
  );
  return { row: checked.currencies[0], findings: checked.findings, looks };
}

test.each<[string, Omit<Parameters<typeof differenceFound>[0], "currency" | "decimals">, string]>([
  [
    "USD",
    { ledger: money(100_000n, "USD"), stripe: money(700n, "USD"), difference: money(99_300n, "USD") },
    "The ledger has 1,000.00 USD and Stripe held 7.00 USD at the same time: a difference of 993.00 USD.",
  ],
  [
    "JPY",
    {
      ledger: money(-5n, "JPY"),
      stripe: money(95n, "JPY"),
      difference: money(-100n, "JPY"),
      missing: money(1_000n, "JPY"),
    },
    "The ledger has -5 JPY and Stripe held 95 JPY at the same time: a difference of -100 JPY. Other findings say that 1,000 JPY is missing, which leaves 900 JPY without an explanation.",
  ],
  [
    "KWD",
    { ledger: money(0n, "KWD"), stripe: money(1n, "KWD"), difference: money(-1n, "KWD") },
    "The ledger has 0.000 KWD and Stripe held 0.001 KWD at the same time: a difference of -0.001 KWD.",
  ],
])("a difference in %s is told in amounts as people write them", (currency, row, words) => {
  expect(differenceFound({ currency, decimals: 2, ...row }, undefined).error).toBe(words);
});

test("a few sales at each look are no difference", async () => {
  expect(await compared([8, 8, 8, 8], 700n)).toMatchObject({
    row: { stripe: { minor: "700" }, difference: { minor: "0" } },
    findings: 0,
    looks: 1,
  });
});

test("of many, another look may see less", async () => {
  expect(await compared([9, 9, 0], 700n)).toMatchObject({
    row: { stripe: { minor: "700" }, difference: { minor: "0" } },
    findings: 0,
    looks: 3,
  });
});

test("where there are as many at each look, nothing is claimed", async () => {
  const { row, findings, looks } = await compared([9, 9, 9, 9], 700n);
  expect(row).toMatchObject({ too_busy: true });
  expect(row).not.toHaveProperty("difference");
  expect([findings, looks]).toEqual([0, 4]);
});

test("a difference that nothing of what came in can make up is found, however busy each look was", async () => {
  const { row, findings, looks } = await compared([9, 9, 9, 9], 100_000n);
  expect(row).not.toHaveProperty("too_busy");
  // What came in may or may not be in what Stripe holds; by that much the difference is not exact.
  expect(Number(row?.difference?.minor)).toBeGreaterThan(99_300 - 2 ** 9);
  expect([findings, looks]).toEqual([1, 2]);
});

test.each([[[]], [[9, 0]]])("a real difference is found, also after a busy look: %j", async (sales) => {
  expect(await compared(sales, 100_000n)).toMatchObject({
    row: { difference: { minor: "99300" } },
    findings: 1,
    looks: 2,
  });
});
