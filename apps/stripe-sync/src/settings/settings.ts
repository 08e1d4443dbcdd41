/**
 * What a member decides for one installation: the Stripe key, the secret of its webhook, when it syncs. The two secrets
 * are sealed in the framework's vault and end with the installation; the schedule is a document.
 */
import type { InstallationContext } from "@annex/app";
import { AppError } from "@annex/app";
import { Secret } from "@annex/protocol";
import type { StripeAccess } from "../stripe/access.ts";

export const secretNames = { key: "stripe-key", webhook: "stripe-webhook-secret" } as const;

type Kept = Pick<InstallationContext, "secrets">;

/** A key, and the connected account that it is to read in place of its own. */
export type StripeConnection = { readonly key: Secret; readonly connectedAccount?: string | undefined };

/** Both are sealed as one secret, so that neither is ever used with what came after the other. */
export function connectionSecret({ key, connectedAccount }: StripeConnection): Secret {
  const text = key.reveal();
  return new Secret(connectedAccount === undefined ? text : `${text} ${connectedAccount}`, text.slice(0, 8));
}

function connectionIn(secret: Secret): StripeConnection {
  const [key = "", connectedAccount] = secret.reveal().split(" ");
  return { key: new Secret(key, key.slice(0, 8)), connectedAccount };
}

/** What was entered for an installation; undefined where nothing was. */
export async function enteredConnection({ secrets }: Kept): Promise<StripeConnection | undefined> {
  const secret = await secrets.get(secretNames.key);
  return secret === undefined ? undefined : connectionIn(secret);
}

/** How a key becomes an access, and what is read from where an installation has none of its own. */
export type StripeSource = {
  connect(connection: StripeConnection): StripeAccess;
  /** Of a development environment: never in production. */
  readonly fallback: StripeAccess | undefined;
};

/**
 * The Stripe of one installation: by the key that was entered for it.
 *
 * @throws AppError 409 `no_stripe_key`
 */
export async function stripeOf(source: StripeSource, kept: Kept): Promise<StripeAccess> {
  const connection = await enteredConnection(kept);
  if (connection !== undefined) return source.connect(connection);
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
