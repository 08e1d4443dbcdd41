/** A key is tried out before it is kept: each call that a sync makes, once. */
import { AppError } from "@annex/app";
import type { StripeAccess } from "../stripe/access.ts";

/** A key as Stripe writes it: secret or restricted, of test or live data. */
export function checkedKey(text: string): string {
  const key = text.trim();
  if (/^(sk|rk)_(test|live)_[A-Za-z0-9_]+$/.test(key)) return key;
  throw new AppError({
    code: "invalid_stripe_key",
    status: 422,
    whatHappened:
      "This is not a key that Stripe can be read with: a secret key begins with sk_, a restricted one with rk_.",
    whatToDo: "Copy the restricted key from Stripe's dashboard and enter it again.",
    details: { field: "key" },
  });
}

/**
 * Makes every call that a sync makes, and answers whose key it is.
 *
 * @throws AppError as Stripe refuses it, naming the permission that is missing.
 */
export async function verifyKey(stripe: StripeAccess): Promise<string> {
  const once = { once: true } as const;
  const account = await stripe.account(once);
  await stripe.balance(once);
  await stripe.movements({ ...once, limit: 1 });
  await stripe.customers({ ...once, limit: 1 });
  await stripe.payouts({ ...once, limit: 1 });
  return account;
}
