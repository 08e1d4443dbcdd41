/**
 * All that this app asks of Stripe, through the official package: the account, the balance, and pages of customers,
 * balance transactions and payouts. Reads only. The package's own retries are switched off, since they do not heed
 * `Retry-After` and do not repeat a 429; those of `failures.ts` take their place.
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
import { permissionsOf, type StripeCallName } from "./permissions.ts";

/** The version of Stripe's API that this app was written for, sent with every call. */
export const stripeApiVersion = "2026-10-28.endive";

export type StripePage<Item> = {
  readonly items: readonly Item[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
};

/** Which objects of a list, by when they came to be, in seconds since 1970. */
export type StripeRange = {
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
};

/** How a call may end early, and how patient it is. */
export type StripeCall = {
  readonly signal?: AbortSignal | undefined;
  /** One try only: for a page that waits for the answer. */
  readonly once?: boolean;
};

/** One page of a list: what to list, after which id, how. */
export type StripeList = StripeCall &
  StripeRange & {
    readonly after?: string | undefined;
    /** A hundred unless said otherwise. */
    readonly limit?: number;
  };

export type StripeAccess = {
  readonly mode: StripeMode;
  /** Where the calls go, without any secret. */
  readonly address: string;
  /** `acct_…`, whose books are read. @throws AppError of failures.ts, as all that follow. */
  account(call?: StripeCall): Promise<string>;
  balance(call?: StripeCall): Promise<Stripe.Balance>;
  customers(list?: StripeList): Promise<StripePage<Stripe.Customer>>;
  /** Newest first, with `source` expanded, as the next two. */
  movements(list?: StripeList): Promise<StripePage<Stripe.BalanceTransaction>>;
  /** One by its id, as it is now; undefined where this account has none of that id. */
  movement(id: string, call?: StripeCall): Promise<Stripe.BalanceTransaction | undefined>;
  /** Likewise; a deleted one is none. */
  customer(id: string, call?: StripeCall): Promise<Stripe.Customer | undefined>;
  /** What an automatic payout paid out; the payout's own balance transaction is among them. */
  contentsOf(payoutId: string, list?: StripeList): Promise<StripePage<Stripe.BalanceTransaction>>;
  payouts(list?: StripeList): Promise<StripePage<Stripe.Payout>>;
  /** One by its id, as it is now; undefined where this account has none of that id. */
  payout(id: string, call?: StripeCall): Promise<Stripe.Payout | undefined>;
};

export type StripeAccessOptions = {
  readonly apiKey: Secret;
  /** An account that is connected to the key's own (`acct_…`), to be read in its place: the header `Stripe-Account`. */
  readonly connectedAccount?: string | undefined;
  /** A simulator's address; absent for Stripe itself. */
  readonly simulatorUrl?: string | undefined;
  /** Why the simulator has ended, where this app started it. */
  readonly simulatorEnded?: (() => string | undefined) | undefined;
  readonly retries?: StripeRetryPolicy | undefined;
  readonly random?: (() => number) | undefined;
  readonly sleep?: ((milliseconds: number, signal: AbortSignal | undefined) => Promise<unknown>) | undefined;
};

const pageSize = 100;
const timeoutMilliseconds = 20_000;
const stripeAddress = "https://api.stripe.com";

/**
 * @example
 * ```ts
 * const stripe = createStripeAccess({ apiKey: new Secret(process.env.STRIPE_SECRET_KEY) });
 * const { items, next } = await stripe.movements({ from: 1_790_000_000 });
 * ```
 */
export function createStripeAccess(options: StripeAccessOptions): StripeAccess {
  const mode = modeOf(options);
  const address = options.simulatorUrl ?? stripeAddress;
  const stripe = new Stripe(options.apiKey.reveal(), {
    apiVersion: stripeApiVersion,
    maxNetworkRetries: 0,
    timeout: timeoutMilliseconds,
    telemetry: false,
    ...(options.connectedAccount === undefined ? {} : { stripeAccount: options.connectedAccount }),
    ...hostOf(options.simulatorUrl),
  });
  const ended = options.simulatorEnded === undefined ? {} : { ended: options.simulatorEnded };
  const place: StripePlace = { mode, address, ...ended };
  const ask = <Answer>(name: StripeCallName, call: StripeCall | undefined, work: () => Promise<Answer>) =>
    patiently(options, { ...place, permissions: permissionsOf[name] }, call ?? {}, work);
  const expand = ["data.source"];
  return {
    mode,
    address,
    // A connected account was named, and a restricted key may not ask for it: that permission is for its own account.
    account: async (call) =>
      options.connectedAccount ??
      (await ask("account", call, () => identified(stripe.accounts.retrieveCurrent()))).id,
    balance: (call) =>
      ask("balance", call, async () => {
        const balance = await stripe.balance.retrieve();
        asList(balance.available);
        asList(balance.pending);
        return balance;
      }),
    customers: async (list) => {
      const page = await ask("customers", list, () =>
        listed(goingOn(list, (asked) => stripe.customers.list(asked))),
      );
      return withTimeOfLast(pageFrom(page));
    },
    movements: async (list) =>
      pageFrom(
        await ask("balanceTransactions", list, () =>
          listedMovements(stripe.balanceTransactions.list({ ...pageOf(list), expand })),
        ),
      ),
    movement: (id, call) =>
      ask("balanceTransactions", call, async () => {
        const found = await ifThere(stripe.balanceTransactions.retrieve(id, { expand: ["source"] }));
        return found && withSource(found);
      }),
    customer: async (id, call) => {
      const found = await ask("customers", call, () => ifThere(stripe.customers.retrieve(id)));
      return found === undefined || found.deleted === true ? undefined : (found as Stripe.Customer);
    },
    contentsOf: async (payout, list) =>
      pageFrom(
        await ask("balanceTransactions", list, () =>
          listedMovements(stripe.balanceTransactions.list({ ...pageOf(list), payout, expand })),
        ),
      ),
    payouts: async (list) =>
      pageFrom(await ask("payouts", list, () => listed(stripe.payouts.list(pageOf(list))))),
    payout: (id, call) => ask("payouts", call, () => ifThere(stripe.payouts.retrieve(id))),
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

function pageOf({ from, to, after, limit = pageSize }: StripeList = {}) {
  const created = {
    ...(from === undefined ? {} : { gte: from }),
    ...(to === undefined ? {} : { lt: to }),
  };
  return {
    limit,
    ...(Object.keys(created).length === 0 ? {} : { created }),
    ...(after === undefined ? {} : { starting_after: after }),
  };
}

/**
 * Customers can be deleted between two pages, and Stripe lists nothing after one that is gone: so where a page ends is
 * kept with its time, `cus_… 1790000000`. Those of that second are listed once more.
 */
function withTimeOfLast(page: StripePage<Stripe.Customer>): StripePage<Stripe.Customer> {
  const last = page.items.at(-1);
  return page.next === undefined || last === undefined
    ? page
    : { ...page, next: `${last.id} ${last.created}` };
}

async function goingOn<List>(
  list: StripeList | undefined,
  ask: (asked: Stripe.CustomerListParams) => Promise<List>,
): Promise<List> {
  const [after, time] = list?.after?.split(" ") ?? [];
  try {
    return await ask(pageOf({ ...list, after }));
  } catch (error) {
    if (!isGone(error) || time === undefined) throw error;
    const all = pageOf({ ...list, after: undefined });
    return ask({ ...all, created: { ...all.created, lte: Number(time) } });
  }
}

/** Where a page was to begin there is nothing any more. */
function isGone(error: unknown): boolean {
  const { StripeError } = Stripe.errors;
  return (
    error instanceof StripeError && error.code === "resource_missing" && error.param === "starting_after"
  );
}

async function ifThere<Found extends { readonly id: string }>(
  work: Promise<Found>,
): Promise<Found | undefined> {
  try {
    return await identified(work);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.statusCode === 404) return undefined;
    throw error;
  }
}

type ListOf<Item> = { readonly data: readonly Item[]; readonly has_more: unknown };

/** @throws StripeAPIError as for an answer that is no JSON: what is no list says nothing of what there is. */
async function listed<List extends ListOf<{ readonly id: string }>>(work: Promise<List>): Promise<List> {
  const list = await work;
  asList(list.data);
  for (const item of list.data) asObject(item);
  // Taken for the last page, it would end a list that goes on.
  if (typeof list.has_more !== "boolean" || (list.has_more && list.data.length === 0))
    throw noAnswer("The answer does not tell where its list goes on.");
  return list;
}

async function listedMovements<List extends ListOf<Stripe.BalanceTransaction>>(
  work: Promise<List>,
): Promise<List> {
  const list = await listed(work);
  for (const item of list.data) withSource(item);
  return list;
}

/** @throws StripeAPIError likewise: what has no id is no object of Stripe's, and nothing can be kept or asked of it. */
async function identified<Found extends { readonly id: string }>(work: Promise<Found>): Promise<Found> {
  const found = await work;
  asObject(found);
  return found;
}

function asList(value: unknown): void {
  if (!Array.isArray(value)) throw noAnswer("The answer is no list.");
}

/** What it moved for decides where it is booked; Stripe says `null` where it is nothing. */
function withSource<Transaction extends { readonly source?: unknown }>(
  transaction: Transaction,
): Transaction {
  const { source } = transaction;
  if (source === null || typeof source === "string") return transaction;
  asObject(source as { readonly id?: unknown } | undefined);
  return transaction;
}

function asObject(value: { readonly id?: unknown } | null | undefined): void {
  const id = value?.id;
  if (typeof id !== "string" || id === "") throw noAnswer("The answer holds an object without an id.");
}

function noAnswer(message: string) {
  return new Stripe.errors.StripeAPIError({ message, type: "api_error" });
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
