/**
 * Brings a batch of objects into the ledger: look what is there, post what is missing, look again, compare.
 *
 * The look before makes a second run cheap and silent; the look after is the proof, since what counts is what the
 * ledger says and not what was sent. Legs go in one bulk call with `skip_queue`, so that each is applied, or refused,
 * before the answer; `precise_amount` and `precision` are both given, so that no decimal is ever computed by anyone.
 * Bulk is not atomic on purpose: Core's undoing of a failed batch would use the references up. What is missing after
 * a failure, of whatever kind, is found by the next look.
 *
 * Every leg allows overdraft. Internal accounts stand for the outside world and go below zero by nature; the Stripe
 * balance itself does so whenever refunds and disputes exceed what Stripe holds, as it does at Stripe.
 */
import { CoreError, type NewTransaction, type Transaction } from "@annex/client";
import { accountName } from "../mapping/accounts.ts";
import { type Leg, legsOf } from "../mapping/legs.ts";
import type { Movement } from "../mapping/movement.ts";
import { precisionOf } from "../stripe/amounts.ts";
import { type Accounts, accountText, type LedgerTools, loadAccounts, sideOf } from "./accounts.ts";

/** References a look-up names at once: more would not fit into an address everywhere. */
const lookUpSize = 50;

export type PostingTools = LedgerTools & { readonly runId: string };

/** A movement with whom it belongs to. */
export type PostingRequest = { readonly movement: Movement; readonly identityId?: string | undefined };

/** One leg, and what the ledger has under its reference. */
export type SettledLeg = {
  readonly leg: Leg;
  readonly transaction?: Transaction;
  /** What is otherwise than it should be, as parts of sentences; empty where all is equal. */
  readonly differences: readonly string[];
  /** Why the ledger refused it, where it did. */
  readonly refusal?: string;
};

type PlannedLeg = { readonly leg: Leg; readonly request: PostingRequest };

/** Posts what is missing and answers, for each request in order, its legs as they are in the ledger. */
export async function postMovements(
  tools: PostingTools,
  accounts: Accounts,
  requests: readonly PostingRequest[],
): Promise<readonly (readonly SettledLeg[])[]> {
  const plan = requests.map((request) =>
    legsOf(request.movement).map((leg): PlannedLeg => ({ leg, request })),
  );
  const legs = plan.flat();
  const before = await findLegs(tools, legs);
  const missing = legs.filter(({ leg }) => !before.has(leg.reference));
  const refusals = await post(tools, accounts, missing);
  const after = missing.length === 0 ? before : await findLegs(tools, legs);
  const known = await withAccountsOf(tools, accounts, after);
  return plan.map((planned) => planned.map(({ leg }) => settle(known, leg, after, refusals)));
}

async function findLegs(
  { cloud, signal }: PostingTools,
  legs: readonly PlannedLeg[],
): Promise<ReadonlyMap<string, Transaction>> {
  const found = new Map<string, Transaction>();
  for (let start = 0; start < legs.length; start += lookUpSize) {
    const references = legs.slice(start, start + lookUpSize).map(({ leg }) => leg.reference);
    const filters = { reference_in: references };
    const page = await cloud.data.transactions.list({ filters, pageSize: 2 * lookUpSize }, { signal });
    for (const transaction of page.data) found.set(transaction.reference, transaction);
  }
  return found;
}

/** Posts all legs; answers why some were refused for good, by reference. */
async function post(
  tools: PostingTools,
  accounts: Accounts,
  legs: readonly PlannedLeg[],
): Promise<ReadonlyMap<string, string>> {
  if (legs.length === 0) return new Map();
  const transactions = legs.map((planned) => transactionOf(tools, accounts, planned));
  try {
    await tools.cloud.proxy.createBulkTransactions(
      { transactions, skip_queue: true },
      { signal: tools.signal },
    );
    return new Map();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  // The batch stopped at one leg; one by one, only that one stays out.
  const present = await findLegs(tools, legs);
  const rest = transactions.filter(({ reference }) => !present.has(reference));
  return postOneByOne(tools, rest);
}

async function postOneByOne(
  { cloud, signal }: PostingTools,
  transactions: readonly PlannedTransaction[],
): Promise<ReadonlyMap<string, string>> {
  const refusals = new Map<string, string>();
  for (const transaction of transactions) {
    try {
      await cloud.proxy.createTransaction(transaction, { signal });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // A reference that is taken was posted meanwhile: the look after this compares it.
      if (error.coreCode !== "TXN_DUPLICATE_REFERENCE")
        refusals.set(transaction.reference, error.coreMessage);
    }
  }
  return refusals;
}

/** A verdict of the ledger on what was sent. Trouble that passes (a lock, a failure inside) is left to the retry. */
function isRefusal(error: unknown): error is CoreError {
  if (!(error instanceof CoreError)) return false;
  const status = error.status ?? 500;
  return status < 500 && status !== 423;
}

type PlannedTransaction = NewTransaction & { readonly reference: string };

function transactionOf(
  tools: PostingTools,
  accounts: Accounts,
  { leg, request }: PlannedLeg,
): PlannedTransaction {
  const { movement } = request;
  return {
    precise_amount: leg.amount,
    precision: precisionOf(movement.currency),
    currency: movement.currency,
    reference: leg.reference,
    description: descriptionOf(movement, leg),
    source: sideOf(accounts, leg.from),
    destination: sideOf(accounts, leg.to),
    allow_overdraft: true,
    skip_queue: true,
    // When it happened at Stripe, so that the balance of any past day is Stripe's of that day.
    effective_date: new Date(movement.created * 1000),
    meta_data: { stripe_sync: metadataOf(tools, leg, request) },
  };
}

function descriptionOf(movement: Movement, leg: Leg): string {
  const what = movement.description ?? movement.type.replaceAll("_", " ");
  return leg.role === "fee" ? `Stripe fee: ${what}` : what;
}

/** Amounts as text: numbers in metadata pass through a double. */
function metadataOf(tools: PostingTools, leg: Leg, { movement, identityId }: PostingRequest) {
  const optional = {
    source: movement.sourceId,
    charge: movement.chargeId,
    customer: movement.customerId,
    identity_id: identityId,
    exchange_rate: movement.exchangeRate,
  };
  return {
    balance_transaction: movement.id,
    type: movement.type,
    reporting_category: movement.reportingCategory,
    leg: leg.role,
    amount: movement.amount,
    fee: movement.fee,
    net: movement.net,
    available_on: new Date(movement.availableOn * 1000).toISOString(),
    mode: tools.mode,
    run_id: tools.runId,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

/** Accounts that the ledger made at their first transaction are not known yet. */
async function withAccountsOf(
  tools: PostingTools,
  accounts: Accounts,
  transactions: ReadonlyMap<string, Transaction>,
): Promise<Accounts> {
  const sides = [...transactions.values()].flatMap(({ source, destination }) => [source, destination]);
  const allKnown = sides.every((side) => accounts.keyOf.has(side ?? ""));
  return allKnown ? accounts : loadAccounts(tools, accounts.ledgerId);
}

function settle(
  accounts: Accounts,
  leg: Leg,
  found: ReadonlyMap<string, Transaction>,
  refusals: ReadonlyMap<string, string>,
): SettledLeg {
  const transaction = found.get(leg.reference);
  if (transaction !== undefined)
    return { leg, transaction, differences: differences(accounts, leg, transaction) };
  const refusal = refusals.get(leg.reference) ?? "the ledger took it and does not have it";
  return { leg, differences: [], refusal };
}

/** Compares a leg with the transaction that has its reference. Pure. */
export function differences(accounts: Accounts, leg: Leg, transaction: Transaction): readonly string[] {
  const { currency } = leg.to;
  const compared: readonly (readonly [what: string, there: string, wanted: string])[] = [
    ["amount", `${transaction.precise_amount}`, `${leg.amount}`],
    ["precision", `${transaction.precision}`, `${precisionOf(currency)}`],
    ["currency", transaction.currency, currency],
    [
      "source",
      sideName(accounts, transaction.source),
      sideName(accounts, accounts.idOf.get(accountText(leg.from))),
    ],
    [
      "destination",
      sideName(accounts, transaction.destination),
      sideName(accounts, accounts.idOf.get(accountText(leg.to))),
    ],
    ["status", transaction.status, "APPLIED"],
  ];
  return compared
    .filter(([, there, wanted]) => there !== wanted)
    .map(([what, there, wanted]) => `its ${what} is ${there} and should be ${wanted}`);
}

function sideName(accounts: Accounts, balanceId: string | null | undefined): string {
  if (balanceId === null || balanceId === undefined || balanceId === "") return "missing";
  const key = accounts.keyOf.get(balanceId);
  return key === undefined ? balanceId : `${accountName(key.role)} ${key.currency}`;
}
