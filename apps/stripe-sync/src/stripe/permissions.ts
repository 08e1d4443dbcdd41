/**
 * What a restricted key must be allowed to do, call by call, under the names of Stripe's reference "API permissions"
 * (docs.stripe.com/keys/permissions-reference). A key's own form and Stripe's refusals name them with `rak_` in front.
 */

/** A permission as a restricted key has it. */
export type StripePermission =
  | "rak_connected_account_read"
  | "rak_balance_read"
  | "rak_balance_transaction_source_read"
  | "rak_customer_read"
  | "rak_payout_read";

/** The calls this app makes, and which permissions each of them wants. */
export const permissionsOf = {
  /**
   * `GET /v1/account`: whose books these are. Not asked for a connected account: the reference marks this permission
   * "(Direct)", which is none for calls with `Stripe-Account`.
   */
  account: ["rak_connected_account_read"],
  /** `GET /v1/balance` */
  balance: ["rak_balance_read"],
  /** `GET /v1/balance_transactions` with `expand[]=data.source`, and one of them by its id with `expand[]=source`. */
  balanceTransactions: ["rak_balance_read", "rak_balance_transaction_source_read"],
  /** `GET /v1/customers` */
  customers: ["rak_customer_read"],
  /** `GET /v1/payouts`, and one of them by its id. */
  payouts: ["rak_payout_read"],
} as const satisfies Readonly<Record<string, readonly StripePermission[]>>;

export type StripeCallName = keyof typeof permissionsOf;

/** All of them, each once, in the order of the calls; for a connected account the first is not needed. */
export const neededPermissions: readonly StripePermission[] = [
  ...new Set<StripePermission>(Object.values(permissionsOf).flat()),
];

/** Stripe's own form for a new restricted key, with the permissions chosen. */
export const newKeyUrl = `https://dashboard.stripe.com/apikeys/create?${new URLSearchParams([
  ["name", "Stripe Sync for Blnk"],
  ...neededPermissions.map((permission) => ["permissions[]", permission]),
])}`;
