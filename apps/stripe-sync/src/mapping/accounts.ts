/**
 * The accounts that Stripe's money moves between, one set for each currency.
 *
 * Some are balances of the ledger "Stripe", and say something true at any time: `clearing` is what Stripe holds for
 * us, available and pending, `fees` is what its processing has cost. `other_balances` is what Stripe keeps apart from
 * that (issuing, prefunding), `suspense` what a person has to look at. All others are internal accounts
 * (`@stripe_…`): the outside world, by reason. Each of those is the running total of its kind with
 * the sign turned, so the books of a currency always add up to zero.
 */
import type { StripeMode } from "../stripe/modes.ts";

export const ledgerRoles = ["clearing", "other_balances", "fees", "suspense"] as const;
export type LedgerRole = (typeof ledgerRoles)[number];

export const internalRoles = [
  "payins",
  "refunds",
  "disputes",
  "payouts",
  "adjustments",
  "billing",
  "application_fees",
  "transfers",
  "topups",
  "reserves",
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
  suspense: "To be looked at",
  payins: "Pay-ins",
  refunds: "Refunds",
  disputes: "Disputes",
  payouts: "Payouts",
  adjustments: "Adjustments",
  billing: "Stripe's own bills",
  application_fees: "Application fees",
  transfers: "Transfers",
  topups: "Top-ups",
  reserves: "Reserves",
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

/** `@stripe_payins`, or `@stripe_simulator_payins` for data that is not live. */
export function indicatorOf(mode: StripeMode, role: InternalRole): string {
  return mode === "live" ? `@stripe_${role}` : `@stripe_${mode}_${role}`;
}

/** The ledger's name: which data it holds must be seen at a glance. */
export function ledgerName(mode: StripeMode): string {
  return mode === "live" ? "Stripe" : `Stripe (${mode})`;
}
