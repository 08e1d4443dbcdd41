/** What can go wrong between this app and Stripe: when to try again, and in which words to give up. */
import { AppError, type AppErrorFields, RateLimited } from "@annex/app";
import { Stripe } from "stripe";
import type { StripePermission } from "./permissions.ts";

/** How patiently Stripe is asked. Times in milliseconds. */
export type StripeRetryPolicy = {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Upper end of the first wait; doubles with each further one. */
  readonly baseMilliseconds: number;
  readonly maximumMilliseconds: number;
  /** A longer `Retry-After` is not waited out but reported: a run then says for whom it waits, and until when. */
  readonly longestRetryAfterMilliseconds: number;
};

export const defaultStripeRetries: StripeRetryPolicy = {
  attempts: 4,
  baseMilliseconds: 500,
  maximumMilliseconds: 8_000,
  longestRetryAfterMilliseconds: 5_000,
};

/**
 * Milliseconds to wait before the next try, or undefined when trying again is of no use. `failures` counts the tries
 * so far. All calls of this app are reads, so repeating one does no harm.
 */
export function nextWait(
  error: unknown,
  failures: number,
  policy: StripeRetryPolicy,
  random: () => number,
): number | undefined {
  if (failures >= policy.attempts || !mayPass(error)) return undefined;
  const asked = retryAfterSeconds(error);
  if (asked !== undefined) {
    const milliseconds = asked * 1000;
    if (milliseconds > policy.longestRetryAfterMilliseconds) return undefined;
    // The jitter comes on top: what Stripe asks for is the least.
    return milliseconds + Math.floor(random() * policy.baseMilliseconds);
  }
  const ceiling = Math.min(policy.maximumMilliseconds, policy.baseMilliseconds * 2 ** (failures - 1));
  return Math.floor(ceiling / 2 + random() * (ceiling / 2));
}

/** The connection failed, Stripe is in trouble, or it asks to slow down: all of these pass by themselves. */
function mayPass(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  if (!(error instanceof Stripe.errors.StripeError)) return false;
  const status = error.statusCode ?? 0;
  return status === 408 || status === 409 || status === 429 || status >= 500 || isUnreadable(error);
}

/** Something between here and Stripe answered in its place, or an answer was broken off: the package names no status. */
function isUnreadable(error: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  return error instanceof Stripe.errors.StripeAPIError && error.statusCode === undefined;
}

/** Seconds of `Retry-After`, which may be a number or a date; undefined where Stripe says nothing. */
export function retryAfterSeconds(error: unknown, now = Date.now()): number | undefined {
  if (!(error instanceof Stripe.errors.StripeError)) return undefined;
  const header = error.headers?.["retry-after"]?.trim();
  if (header === undefined || header === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header);
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, (time - now) / 1000);
}

/** What the reader of an error needs to know of where the calls go, and of the call that failed. */
export type StripePlace = {
  /** What a restricted key must be allowed for this call. */
  readonly permissions?: readonly StripePermission[];
  readonly mode: "simulator" | "test" | "live";
  readonly address: string;
  /** Why a simulator that this app started has ended, if it has. */
  readonly ended?: () => string | undefined;
};

/**
 * The error that a person is shown. Never holds the key: Stripe's own message about a wrong key, which quotes parts
 * of it, is left out.
 */
export function stripeFailure(error: unknown, place: StripePlace): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Stripe.errors.StripeError)) return refused("It failed in an unexpected way.", error);
  const status = error.statusCode ?? 0;
  if (status === 429) return slowDown(error);
  if (status === 401) return keyUnknown(error);
  if (status === 403 && error.code === "account_invalid") return accountRefused(error);
  if (status === 403) return keyLacksPermission(error, place);
  if (isUnreadable(error)) return unreadable(error);
  if (status === 408 || status === 409) return unreachable(error, place);
  if (error instanceof Stripe.errors.StripeConnectionError || status >= 500) return unreachable(error, place);
  const request = error.requestId === undefined ? "" : ` (Stripe's request ${error.requestId})`;
  return refused(`${error.message}${request}`, error);
}

// Read on the settings page too, where a key is tried out and no sync may be under way.
const syncGoesOn = "A sync that was under way goes on where it stopped.";

function unreachable(cause: unknown, place: StripePlace): AppError {
  const fields = {
    code: "provider_unreachable",
    status: 502,
    details: { provider: "Stripe" },
    cause,
  } as const;
  if (place.mode !== "simulator") {
    return new AppError({
      ...fields,
      whatHappened: "Stripe did not answer. Nothing is lost, and nothing is done twice.",
      whatToDo: `Check status.stripe.com and this server's network, then try again. ${syncGoesOn}`,
    });
  }
  const ended = place.ended?.();
  const port = new URL(place.address).port;
  return new AppError({
    ...fields,
    whatHappened: `Stripe cannot be reached: ${ended ?? `the local simulator at ${place.address} does not answer`}. Nothing is lost, and nothing is done twice.`,
    whatToDo: `Start the simulator again (npm run simulator --workspace apps/stripe-sync -- --port ${port}), then try again. ${syncGoesOn}`,
  });
}

function unreadable(cause: unknown): AppError {
  return new AppError({
    code: "provider_unreachable",
    status: 502,
    details: { provider: "Stripe" },
    cause,
    whatHappened:
      "What came back from Stripe is no answer of Stripe's: a proxy answered in its place, or it was broken off. Nothing is lost, and nothing is done twice.",
    whatToDo: `Check status.stripe.com and this server's network, then try again. ${syncGoesOn}`,
  });
}

// A code of its own: the catalogue's `rate_limited` would not tell Stripe from Cloud once it is kept with a run.
function slowDown(error: InstanceType<typeof Stripe.errors.StripeError>): AppError {
  const { whatHappened, whatToDo, details } = new RateLimited("Stripe", retryAfterSeconds(error));
  const fields = { code: "provider_rate_limited", status: 429, details, cause: error };
  return new AppError({ ...fields, whatHappened, whatToDo });
}

function keyUnknown(cause: unknown): AppError {
  return keyRefused(
    "Stripe does not accept the API key of this app: it was rolled, deleted or mistyped.",
    "Enter a valid key in the app's settings (in development also in STRIPE_SECRET_KEY), then try again.",
    cause,
  );
}

function accountRefused(cause: unknown): AppError {
  return keyRefused(
    "Stripe's API key of this app has no access to the connected account.",
    "Enter a key of the platform that the account is connected to, or leave the connected account out, in the app's settings.",
    cause,
  );
}

function keyLacksPermission(
  error: InstanceType<typeof Stripe.errors.StripeError>,
  { permissions = [] }: StripePlace,
): AppError {
  const named = /'(rak_\w+)'/.exec(error.message)?.[1];
  const missing = named ?? permissions.join(" and ");
  return keyRefused(
    `Stripe's API key of this app lacks the permission ${missing}.`,
    `Give the restricted key the permission ${missing} in Stripe's dashboard, then try again.`,
    error,
  );
}

// Not a 5xx: trying again with the same key changes nothing.
function keyRefused(whatHappened: string, whatToDo: string, cause: unknown): AppError {
  const details = { provider: "Stripe" };
  return new AppError({
    code: "provider_refused_key",
    status: 422,
    whatHappened,
    whatToDo,
    details,
    cause,
  });
}

function refused(message: string, cause: unknown): AppError {
  const fields: AppErrorFields = {
    code: "provider_refused",
    status: 422,
    whatHappened: `Stripe refused a request: ${message}`,
    whatToDo: "Try again. If it happens again, give the reference below to the app's developer.",
    details: { provider: "Stripe" },
    cause,
  };
  return new AppError(fields);
}
