/**
 * What a member decides for one installation: the Stripe key, the secret of its webhook, when it syncs. The two secrets
 * are sealed in the framework's vault and end with the installation; the schedule is a document.
 */
import type { InstallationContext } from "@annex/app";
import { AppError } from "@annex/app";
import type { Secret } from "@annex/protocol";
import type { StripeAccess } from "../stripe/access.ts";

export const secretNames = { key: "stripe-key", webhook: "stripe-webhook-secret" } as const;

type Kept = Pick<InstallationContext, "secrets">;

/** How a key becomes an access, and what is read from where an installation has none of its own. */
export type StripeSource = {
  connect(key: Secret): StripeAccess;
  /** Of a development environment: never in production. */
  readonly fallback: StripeAccess | undefined;
};

/**
 * The Stripe of one installation: by the key that was entered for it.
 *
 * @throws AppError 409 `no_stripe_key`
 */
export async function stripeOf(source: StripeSource, { secrets }: Kept): Promise<StripeAccess> {
  const key = await secrets.get(secretNames.key);
  if (key !== undefined) return source.connect(key);
  if (source.fallback !== undefined) return source.fallback;
  throw new AppError({
    code: "no_stripe_key",
    status: 409,
    whatHappened: "This installation has no Stripe key yet.",
    whatToDo: "Enter a restricted key in this app's settings: nothing is read from Stripe before that.",
    details: { provider: "Stripe" },
  });
}

export async function hasStripe(source: StripeSource, { secrets }: Kept): Promise<boolean> {
  return source.fallback !== undefined || (await secrets.get(secretNames.key)) !== undefined;
}
