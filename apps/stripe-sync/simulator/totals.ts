/** What the account amounts to, added up here and nowhere else: the truth that a ledger is held against. */
import type { Account } from "./account.ts";
import type { Movement } from "./shapes/index.ts";

/** Whole minor units throughout. */
export type CurrencyTotals = {
  readonly currency: string;
  readonly count: number;
  readonly amount: number;
  readonly fee: number;
  readonly net: number;
  readonly available: number;
  readonly pending: number;
  /** What Stripe owes the shop, counted from what happened and not from the balance transactions. */
  readonly held: number;
  readonly by_type: Readonly<Record<string, { count: number; amount: number; fee: number; net: number }>>;
  readonly payouts: { readonly paid: number; readonly in_transit: number; readonly failed: number };
};

/** Totals of every currency, in the order of their codes. */
export function totalsOf(account: Account): readonly CurrencyTotals[] {
  return [...account.held.keys()].sort().map((currency) => totalsIn(account, currency));
}

function totalsIn(account: Account, currency: string): CurrencyTotals {
  const movements = account.movements.filter((movement) => movement.currency === currency);
  const available = movements.filter((movement) => movement.available_on <= account.now);
  const types = [...new Set(movements.map((movement) => movement.type as string))].sort();
  const net = sum(movements, "net");
  return {
    currency,
    count: movements.length,
    amount: sum(movements, "amount"),
    fee: sum(movements, "fee"),
    net,
    available: sum(available, "net"),
    pending: net - sum(available, "net"),
    held: account.held.get(currency) ?? 0,
    by_type: Object.fromEntries(
      types.map((type) => [type, summary(movements.filter((movement) => movement.type === type))]),
    ),
    payouts: {
      paid: payoutSum(account, currency, "paid"),
      in_transit: payoutSum(account, currency, "in_transit"),
      failed: payoutSum(account, currency, "failed"),
    },
  };
}

function summary(movements: readonly Movement[]) {
  return {
    count: movements.length,
    amount: sum(movements, "amount"),
    fee: sum(movements, "fee"),
    net: sum(movements, "net"),
  };
}

function sum(movements: readonly Movement[], field: "amount" | "fee" | "net"): number {
  return movements.reduce((total, movement) => total + movement[field], 0);
}

function payoutSum(account: Account, currency: string, status: string): number {
  const payouts = account.payouts.filter(
    (payout) => payout.currency === currency && payout.status === status,
  );
  return payouts.reduce((total, payout) => total + payout.amount, 0);
}
