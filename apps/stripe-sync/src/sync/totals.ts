/** Both sides of the truth, currency by currency: what Stripe says it holds for us, and what the ledger says. */
import type { CurrencyTotalJson } from "../portal-types.ts";
import type { StripeAccess } from "../stripe/access.ts";
import { exactAmount } from "../stripe/amounts.ts";
import { findLedger, heldBy, type LedgerTools, loadAccounts } from "./accounts.ts";
import { money } from "./settling.ts";

/** Minor units by currency, in upper case. */
export type StripeSide = ReadonlyMap<string, { readonly available: bigint; readonly pending: bigint }>;
export type LedgerSide = ReadonlyMap<
  string,
  { readonly clearing: bigint; readonly fees: bigint; readonly suspense: bigint }
>;

/** @throws AppError where Stripe cannot be asked. */
export async function stripeSide(
  stripe: StripeAccess,
  call?: Parameters<StripeAccess["balance"]>[0],
): Promise<StripeSide> {
  const { available, pending } = await stripe.balance(call);
  const amounts = new Map<string, { available: bigint; pending: bigint }>();
  const add = (part: "available" | "pending", { currency, amount }: { currency: string; amount: number }) => {
    const code = currency.toUpperCase();
    const sum = amounts.get(code) ?? { available: 0n, pending: 0n };
    amounts.set(code, { ...sum, [part]: sum[part] + exactAmount(amount) });
  };
  for (const entry of available) add("available", entry);
  for (const entry of pending) add("pending", entry);
  return amounts;
}

/** Nothing where no run has made the ledger yet. @throws CloudError where the ledger cannot be asked. */
export async function ledgerSide(tools: LedgerTools): Promise<LedgerSide> {
  const ledger = await findLedger(tools);
  if (ledger === undefined) return new Map();
  const accounts = await loadAccounts(tools, ledger.ledger_id);
  const currencies = new Set(
    [...accounts.keyOf.values()].filter(({ role }) => role === "clearing").map(({ currency }) => currency),
  );
  return new Map(
    [...currencies].map((currency) => [
      currency,
      {
        clearing: heldBy(accounts, { role: "clearing", currency }),
        fees: heldBy(accounts, { role: "fees", currency }),
        suspense: heldBy(accounts, { role: "suspense", currency }),
      },
    ]),
  );
}

/**
 * One row a currency, in the order of their codes; the difference is the ledger's amount minus Stripe's. A side that
 * is undefined could not be asked and is left out; a currency that one side does not have counts as zero there.
 */
export function compareSides(
  stripe: StripeSide | undefined,
  ledger: LedgerSide | undefined,
): readonly CurrencyTotalJson[] {
  const currencies = [...new Set([...(stripe?.keys() ?? []), ...(ledger?.keys() ?? [])])].sort();
  return currencies.map((currency) => {
    const held = stripe === undefined ? undefined : (stripe.get(currency) ?? { available: 0n, pending: 0n });
    const booked =
      ledger === undefined ? undefined : (ledger.get(currency) ?? { clearing: 0n, fees: 0n, suspense: 0n });
    return {
      currency,
      decimals: money(0n, currency).decimals,
      ...(held === undefined
        ? {}
        : {
            stripe: money(held.available + held.pending, currency),
            stripe_available: money(held.available, currency),
            stripe_pending: money(held.pending, currency),
          }),
      ...(booked === undefined
        ? {}
        : {
            ledger: money(booked.clearing, currency),
            ledger_fees: money(booked.fees, currency),
            ledger_suspense: money(booked.suspense, currency),
          }),
      ...(held === undefined || booked === undefined
        ? {}
        : { difference: money(booked.clearing - held.available - held.pending, currency) }),
    };
  });
}

/** Whether both sides are equal in every currency. */
export function allEqual(totals: readonly CurrencyTotalJson[]): boolean {
  return totals.every(({ difference }) => difference?.minor === "0");
}
