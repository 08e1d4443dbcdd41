/**
 * All that this app asks of Stripe, through the official package: the balance, and pages of customers and of balance
 * transactions. Reads only. The package's own retries are switched off, since they do not heed `Retry-After` and do
 * not repeat a 429; those of `failures.ts` take their place.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Secret } from "@annex/protocol";
import { Stripe } from "stripe";
import {
  defaultStripeRetries,
  nextWait,
  type StripePlace,
  type StripeRetryPolicy,
  stripeFailure,
} from "./failures.ts";
import type { StripeMode } from "./modes.ts";

export type StripePage<Item> = {
  readonly items: readonly Item[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
};

/** How a call may end early, and how patient it is. */
export type StripeCall = {
  readonly signal?: AbortSignal;
  /** One try only: for a page that waits for the answer. */
  readonly once?: boolean;
};

export type StripeAccess = {
  readonly mode: StripeMode;
  /** Where the calls go, without any secret. */
  readonly address: string;
  /** @throws AppError of failures.ts, as all three. */
  balance(call?: StripeCall): Promise<Stripe.Balance>;
  customers(after: string | undefined, call?: StripeCall): Promise<StripePage<Stripe.Customer>>;
  /** Newest first, with `source` expanded. */
  movements(after: string | undefined, call?: StripeCall): Promise<StripePage<Stripe.BalanceTransaction>>;
};

export type StripeAccessOptions = {
  readonly apiKey: Secret;
  /** A simulator's address; absent for Stripe itself. */
  readonly simulatorUrl?: string;
  /** Why the simulator has ended, where this app started it. */
  readonly simulatorEnded?: () => string | undefined;
  readonly retries?: StripeRetryPolicy;
  readonly random?: () => number;
  readonly sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>;
};

const pageSize = 100;
const timeoutMilliseconds = 20_000;
const stripeAddress = "https://api.stripe.com";

/**
 * @example
 * ```ts
 * const stripe = createStripeAccess({ apiKey: new Secret(process.env.STRIPE_SECRET_KEY) });
 * const { items, next } = await stripe.movements(undefined);
 * ```
 */
export function createStripeAccess(options: StripeAccessOptions): StripeAccess {
  const mode = modeOf(options);
  const address = options.simulatorUrl ?? stripeAddress;
  const stripe = new Stripe(options.apiKey.reveal(), {
    maxNetworkRetries: 0,
    timeout: timeoutMilliseconds,
    telemetry: false,
    ...hostOf(options.simulatorUrl),
  });
  const place: StripePlace = {
    mode,
    address,
    ...(options.simulatorEnded === undefined ? {} : { ended: options.simulatorEnded }),
  };
  const ask = <Answer>(call: StripeCall | undefined, work: () => Promise<Answer>) =>
    patiently(options, place, call ?? {}, work);
  return {
    mode,
    address,
    balance: (call) => ask(call, () => stripe.balance.retrieve()),
    customers: async (after, call) =>
      pageFrom(await ask(call, () => stripe.customers.list({ limit: pageSize, ...cursor(after) }))),
    movements: async (after, call) =>
      pageFrom(
        await ask(call, () =>
          stripe.balanceTransactions.list({ limit: pageSize, expand: ["data.source"], ...cursor(after) }),
        ),
      ),
  };
}

function modeOf({ simulatorUrl, apiKey }: StripeAccessOptions): StripeMode {
  if (simulatorUrl !== undefined) return "simulator";
  return /^(sk|rk)_live_/.test(apiKey.reveal()) ? "live" : "test";
}

function hostOf(url: string | undefined) {
  if (url === undefined) return {};
  const { protocol, hostname, port } = new URL(url);
  const scheme = protocol === "https:" ? ("https" as const) : ("http" as const);
  return { protocol: scheme, host: hostname, port: port === "" ? defaultPort(scheme) : port };
}

function defaultPort(scheme: "http" | "https"): number {
  return scheme === "https" ? 443 : 80;
}

function cursor(after: string | undefined): { starting_after?: string } {
  return after === undefined ? {} : { starting_after: after };
}

function pageFrom<Item extends { id: string }>(list: { data: Item[]; has_more: boolean }): StripePage<Item> {
  const last = list.data.at(-1);
  return list.has_more && last !== undefined ? { items: list.data, next: last.id } : { items: list.data };
}

async function patiently<Answer>(
  options: StripeAccessOptions,
  place: StripePlace,
  call: StripeCall,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const policy = options.retries ?? defaultStripeRetries;
  const sleep = options.sleep ?? sleepUntilAborted;
  for (let failures = 1; ; failures += 1) {
    call.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      const again =
        call.once === true ? undefined : nextWait(error, failures, policy, options.random ?? Math.random);
      if (again === undefined) throw stripeFailure(error, place);
      await sleep(again, call.signal);
    }
  }
}

function sleepUntilAborted(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown> {
  return wait(milliseconds, undefined, signal === undefined ? {} : { signal });
}
