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

/** As it is sealed. */
async function enteredText({ secrets }: Kept): Promise<string | undefined> {
  return (await secrets.get(secretNames.key))?.reveal();
}

/** How a key becomes an access, and what is read from where an installation has none of its own. */
export type StripeSource = {
  connect(connection: StripeConnection): StripeAccess;
  /** Of a development environment: never in production. */
  readonly fallback: StripeAccess | undefined;
};

/**
 * The Stripe of one installation: by the key that was entered for it, and for no longer than it is the one.
 *
 * @throws AppError 409 `no_stripe_key`
 */
export async function stripeOf(source: StripeSource, kept: Kept): Promise<StripeAccess> {
  const entered = await enteredText(kept);
  if (entered !== undefined) {
    const stripe = source.connect(connectionIn(new Secret(entered)));
    return eachAfter(stripe, async () => refuseAnother(entered, await enteredText(kept)));
  }
  if (source.fallback !== undefined) return source.fallback;
  throw noKey("This installation has no Stripe key.");
}

function noKey(whatHappened: string): AppError {
  return new AppError({
    code: "no_stripe_key",
    status: 409,
    whatHappened,
    whatToDo: "Enter a restricted key in this app's settings: nothing is read from Stripe before that.",
    details: { provider: "Stripe" },
  });
}

/** A run may last for days: whoever removes a key, or enters another, has it used no more from then on. */
function refuseAnother(begun: string, now: string | undefined): void {
  if (now === begun) return;
  if (now === undefined) throw noKey("The Stripe key of this installation was removed.");
  // It is tried again, with the key of now.
  throw new AppError({
    code: "stripe_key_replaced",
    status: 503,
    whatHappened: "Another Stripe key was entered while this was under way.",
    whatToDo: "A sync goes on by itself, with the new key if it is of the same account.",
  });
}

/** The same access, which asks Stripe only after `look` has let it. */
function eachAfter(stripe: StripeAccess, look: () => Promise<void>): StripeAccess {
  const after =
    <Asked extends unknown[], Answer>(ask: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      await look();
      return ask(...asked);
    };
  return {
    mode: stripe.mode,
    address: stripe.address,
    account: after(stripe.account),
    balance: after(stripe.balance),
    customers: after(stripe.customers),
    movements: after(stripe.movements),
    movement: after(stripe.movement),
    customer: after(stripe.customer),
    contentsOf: after(stripe.contentsOf),
    payouts: after(stripe.payouts),
    payout: after(stripe.payout),
  };
}

export async function hasStripe(source: StripeSource, { secrets }: Kept): Promise<boolean> {
  return source.fallback !== undefined || (await secrets.get(secretNames.key)) !== undefined;
}
