/**
 * The accounts that Stripe's money moves between, one set for each Stripe account and currency.
 *
 * Some are balances of a ledger of their own, and say something true at any time: `clearing` is what Stripe holds for
 * us, available and pending; `fees`, `dispute_fees`, `connect_fees` and `fee_taxes` are what it has cost, by what for.
 * `other_balances` is what Stripe keeps apart from that (issuing, prefunding), `suspense` what a person has to look
 * at. All others are internal accounts (`@stripe_…`): the outside world, by reason. Each of those is the running total
 * of its kind with the sign turned, so the books of a currency always add up to zero.
 */
import type { Books } from "./books.ts";

/** What Stripe's work has cost, by what for. */
export const feeRoles = ["fees", "dispute_fees", "connect_fees", "fee_taxes"] as const;
export type FeeRole = (typeof feeRoles)[number];

export const ledgerRoles = ["clearing", "other_balances", ...feeRoles, "suspense"] as const;
export type LedgerRole = (typeof ledgerRoles)[number];

export const internalRoles = [
  "payins",
  "refunds",
  "disputes",
  "payouts",
  "adjustments",
  "billing",
  "tax",
  "contributions",
  "application_fees",
  "transfers",
  "topups",
  "reserves",
  "conversion",
  "issuing",
  "financing",
] as const;
export type InternalRole = (typeof internalRoles)[number];

export type AccountRole = LedgerRole | InternalRole;

/** One account: what it is for, and in which currency (upper case). */
export type AccountKey = { readonly role: AccountRole; readonly currency: string };

const names: Readonly<Record<AccountRole, string>> = {
  clearing: "Stripe balance",
  other_balances: "Other Stripe balances",
  fees: "Stripe processing fees",
  dispute_fees: "Dispute fees",
  connect_fees: "Fees of Connect platforms",
  fee_taxes: "Taxes on fees",
  suspense: "To be looked at",
  payins: "Pay-ins",
  refunds: "Refunds",
  disputes: "Disputes",
  payouts: "Payouts",
  adjustments: "Adjustments",
  billing: "Stripe's own bills",
  tax: "Tax",
  contributions: "Climate contributions",
  application_fees: "Application fees",
  transfers: "Transfers",
  topups: "Top-ups",
  reserves: "Reserves",
  conversion: "Currency conversion",
  issuing: "Issuing",
  financing: "Financing",
};

/** An account's name as a person reads it. */
export function accountName(role: AccountRole): string {
  return names[role];
}

export function isLedgerRole(role: AccountRole): role is LedgerRole {
  return (ledgerRoles as readonly string[]).includes(role);
}

/** `@stripe_1AbC_payins`, or `@stripe_1AbC_test_payins` for data that is not live. */
export function indicatorOf({ account, mode }: Books, role: InternalRole): string {
  const whose = `@stripe_${account.replace(/^acct_/, "")}`;
  return mode === "live" ? `${whose}_${role}` : `${whose}_${mode}_${role}`;
}

/** The ledger's name: whose data it holds must be seen at a glance. */
export function ledgerName({ account, mode }: Books): string {
  return mode === "live" ? `Stripe ${account}` : `Stripe ${account} (${mode})`;
}
