/**
 * A Stripe and a ledger on paper, beside an installation's real store: for what a step makes of odd things that neither
 * the simulator nor the local Cloud would say.
 */
import type { Balance, CloudClient, EnsuredTransaction, Identity, Transaction } from "@annex/client";
import type { Stripe } from "stripe";
import type { Books } from "../src/mapping/books.ts";
import type { StripeAccess, StripeRange } from "../src/stripe/access.ts";
import { syncData } from "../src/sync/register.ts";
import { workListIn } from "../src/sync/run-objects.ts";
import type { PageTools } from "../src/sync/tools.ts";
import type { Installation } from "./installation.ts";

export const now = Date.UTC(2026, 10, 1);
export const seconds = now / 1000;
export const books: Books = { account: "acct_1Paper", mode: "test" };

/** What Stripe has; lists are newest first, as Stripe's. */
export type PaperStripe = {
  movements: Stripe.BalanceTransaction[];
  customers: Stripe.Customer[];
  payouts: Stripe.Payout[];
  /** What any payout paid out; all there is unless given. */
  contents?: readonly Stripe.BalanceTransaction[] | undefined;
  balance: Pick<Stripe.Balance, "available" | "pending">;
};

export const nothingAtStripe = (): PaperStripe => ({
  movements: [],
  customers: [],
  payouts: [],
  contents: undefined,
  balance: { available: [], pending: [] },
});

export function stripeOn(paper: PaperStripe): StripeAccess {
  const within =
    ({ from, to }: StripeRange = {}) =>
    ({ created }: { readonly created: number }) =>
      (from === undefined || created >= from) && (to === undefined || created < to);
  return {
    mode: "test",
    address: "https://paper.example",
    account: async () => books.account,
    balance: async () => paper.balance as Stripe.Balance,
    customers: async (list) => ({ items: paper.customers.filter(within(list)) }),
    movements: async (list) => ({ items: paper.movements.filter(within(list)) }),
    movement: async (wanted) => paper.movements.find(({ id }) => id === wanted),
    customer: async (wanted) => paper.customers.find(({ id }) => id === wanted),
    contentsOf: async () => ({ items: paper.contents ?? paper.movements }),
    payouts: async (list) => ({ items: paper.payouts.filter(within(list)) }),
    payout: async (wanted) => paper.payouts.find(({ id }) => id === wanted),
  };
}

/** What the ledger has, and what was asked of it. */
export type PaperLedger = {
  readonly identities: Identity[];
  readonly balances: Balance[];
  readonly transactions: Transaction[];
  readonly asked: string[];
  /** References that it refuses as long as they are here. */
  readonly refused: Set<string>;
  /** Whoever posts to it dies right after so many postings from now on; nobody does where it is absent. */
  diesAfter?: number | undefined;
};

/** Whoever posted to the ledger is no more: what he posted last is there, and he never heard of it. */
export class Died extends Error {}

export const emptyLedger = (): PaperLedger => ({
  identities: [],
  balances: [],
  transactions: [],
  asked: [],
  refused: new Set(),
});

type Wanted = Pick<Transaction, "reference" | "currency" | "meta_data"> & {
  readonly precise_amount: bigint;
  readonly precision: number;
  readonly source: string;
  readonly destination: string;
};

/** Takes each reference once; an internal account is made at its first transaction, as the real ledger does. */
function ensuredOn(paper: PaperLedger, wanted: Wanted): EnsuredTransaction {
  const { reference, currency, precise_amount: amount } = wanted;
  paper.asked.push(reference);
  const there = paper.transactions.find((one) => one.reference === reference);
  if (there !== undefined) return { reference, outcome: "found", transaction: there, differences: [] };
  if (paper.refused.has(reference)) return { reference, outcome: "refused", refusal: undefined };
  const [source, destination] = [wanted.source, wanted.destination].map((side) =>
    balanceNamed(paper, side, currency),
  ) as [Balance, Balance];
  Object.assign(source, { balance: source.balance - amount });
  Object.assign(destination, { balance: destination.balance + amount });
  const transaction = {
    transaction_id: `txn_core_${paper.transactions.length}`,
    reference,
    currency,
    precise_amount: amount,
    precision: BigInt(wanted.precision),
    source: source.balance_id,
    destination: destination.balance_id,
    status: "APPLIED",
    meta_data: wanted.meta_data ?? {},
  } as Transaction;
  paper.transactions.push(transaction);
  if (paper.diesAfter !== undefined) {
    paper.diesAfter -= 1;
    if (paper.diesAfter <= 0) throw new Died();
  }
  return { reference, outcome: "posted", transaction, differences: [] };
}

function balanceNamed(paper: PaperLedger, side: string, currency: string): Balance {
  const found = paper.balances.find((balance) =>
    side.startsWith("@")
      ? balance.indicator === side && balance.currency === currency
      : balance.balance_id === side,
  );
  if (found !== undefined) return found;
  return addBalance(paper, { indicator: side, currency });
}

function addBalance(paper: PaperLedger, facts: Partial<Balance>): Balance {
  const number = paper.balances.length;
  const balance = {
    balance_id: `bln_${number}`,
    balance: 0n,
    // Some are given by the test itself.
    created_at: `2026-10-02T00:00:00.${String(number).padStart(6, "0")}Z`,
    ...facts,
  } as Balance;
  paper.balances.push(balance);
  return balance;
}

type Condition = {
  readonly field: string;
  readonly operator: string;
  readonly value?: unknown;
  readonly values?: readonly unknown[];
};

/** `ILIKE`: `%` is any text, `_` one character. */
function like(pattern: string): RegExp {
  const parts = [...pattern].map((letter) =>
    letter === "%" ? ".*" : letter === "_" ? "." : letter.replace(/[\\^$.*+?()[\]{}|]/, "\\$&"),
  );
  return new RegExp(`^${parts.join("")}$`, "is");
}

function cloudOn(paper: PaperLedger): CloudClient {
  const matches = (identity: Identity, { field, operator, value, values }: Condition) => {
    const there = field
      .split(".")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], identity);
    if (operator === "in") return values?.includes(there) === true;
    return like(String(value)).test(String(there));
  };
  async function* identities(query: { readonly filters: readonly Condition[] }) {
    paper.asked.push(query.filters.map(({ field, operator }) => `${field} ${operator}`).join());
    yield* paper.identities.filter((identity) => query.filters.every((filter) => matches(identity, filter)));
  }
  async function* balances() {
    yield* paper.balances;
  }
  async function* transactions(query: { readonly filters: readonly Condition[] }) {
    yield* paper.transactions.filter((one) =>
      query.filters.every(({ field, values }) => values?.includes(Reflect.get(one, field))),
    );
  }
  const found = (id: string) => paper.identities.find(({ identity_id }) => identity_id === id);
  const proxy = {
    ensureIdentity: async (identity: Identity) => {
      if (found(identity.identity_id) === undefined) paper.identities.push(identity);
      return identity;
    },
    updateMetadata: async (id: string, metadata: Identity["meta_data"]) => {
      const record = found(id) ?? paper.balances.find(({ balance_id }) => balance_id === id);
      if (record !== undefined) Object.assign(record, { meta_data: { ...record.meta_data, ...metadata } });
    },
    createBalance: async (facts: Partial<Balance>) => addBalance(paper, facts),
    ensureTransactions: async (wanted: readonly Wanted[]) => wanted.map((one) => ensuredOn(paper, one)),
    updateIdentity: async (id: string, fields: Partial<Identity>) => {
      Object.assign(found(id) ?? {}, fields);
    },
  };
  return {
    proxy,
    data: { balances: { iterate: balances } },
    filters: { identities: { iterate: identities }, transactions: { iterate: transactions } },
  } as unknown as CloudClient;
}

/** The tools of one run, over both. */
export function toolsOn(
  installed: { readonly context: Pick<Installation["context"], "data"> },
  paper: { readonly stripe: PaperStripe; readonly ledger: PaperLedger },
  runId = "run_1",
): PageTools {
  const data = syncData(installed.context.data, books);
  return {
    cloud: cloudOn(paper.ledger),
    books,
    stripe: stripeOn(paper.stripe),
    data,
    runId,
    clock: () => now,
    mayAlert: true,
    keep: data,
    listWork: (entries) =>
      installed.context.data.transaction(({ data: writer }) => workListIn(writer, books, runId)(entries)),
  };
}

/** A charge's balance transaction, changed as told; its amounts may be what no double holds. */
export function movementOn(changes: Readonly<Record<string, unknown>> = {}): Stripe.BalanceTransaction {
  return {
    id: "txn_1",
    object: "balance_transaction",
    amount: 1000,
    fee: 0,
    net: 1000,
    fee_details: [],
    currency: "usd",
    balance_type: "payments",
    created: seconds - 3600,
    available_on: seconds,
    description: null,
    exchange_rate: null,
    reporting_category: "charge",
    source: null,
    status: "available",
    type: "charge",
    ...changes,
  } as Stripe.BalanceTransaction;
}

export function customerOn(id: string, changes: Partial<Stripe.Customer> = {}): Stripe.Customer {
  return {
    id,
    object: "customer",
    created: seconds - 7200,
    name: "Amara Abe",
    email: "amara.abe@example.com",
    ...changes,
  } as Stripe.Customer;
}

export function identityOn(id: string, changes: Partial<Identity> = {}): Identity {
  return {
    identity_id: id,
    identity_type: "individual",
    email_address: "amara.abe@example.com",
    meta_data: null,
    ...changes,
  } as Identity;
}

/** What the ledger holds of Stripe's balance in US dollars. */
export function clearingOn(balance: bigint, currency = "USD"): Balance {
  return {
    balance_id: `bln_${currency}`,
    ledger_id: "ldg_1",
    currency,
    balance,
    created_at: "2026-10-01T00:00:00Z",
    meta_data: { stripe_sync: { role: "clearing", ...books } },
  } as unknown as Balance;
}
