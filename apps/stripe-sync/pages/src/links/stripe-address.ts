/** Where Stripe's dashboard shows an object. The simulator has no dashboard. Pure. */

/** Pages of Stripe's dashboard by what an id begins with; it finds everything else by the id itself. */
const pages: Readonly<Record<string, string>> = {
  ch: "payments",
  py: "payments",
  pi: "payments",
  cus: "customers",
  po: "payouts",
  dp: "disputes",
  du: "disputes",
  tr: "connect/transfers",
  tu: "topups",
};

/** Whose object it is: `acct_…`, and the mode it is in. */
export type StripeSource = { readonly mode: string; readonly account?: string | undefined };

/**
 * The address of an object at Stripe; `undefined` for the simulator's, and for what is no id of Stripe's.
 *
 * @example
 * ```ts
 * stripeAddress("ch_1AbC", { mode: "test", account: "acct_1XyZ" });
 * // "https://dashboard.stripe.com/acct_1XyZ/test/payments/ch_1AbC"
 * ```
 */
export function stripeAddress(id: string, { mode, account }: StripeSource): string | undefined {
  const prefix = /^([a-z]+)_[A-Za-z0-9_]+$/.exec(id)?.[1];
  if (prefix === undefined || account === undefined || (mode !== "live" && mode !== "test")) return undefined;
  const home = `https://dashboard.stripe.com/${account}${mode === "test" ? "/test" : ""}`;
  const page = pages[prefix];
  return page === undefined ? `${home}/search?query=${encodeURIComponent(id)}` : `${home}/${page}/${id}`;
}
