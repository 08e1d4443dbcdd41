/**
 * Brings balance transactions into the ledger. The client looks what is there, posts what is missing and looks again
 * (`cloud.proxy.ensureTransactions`); here is said what should be there. Amounts go as `precise_amount` with a
 * `precision`, so that no decimal is ever computed by anyone.
 *
 * Every leg allows overdraft. Internal accounts stand for the outside world and go below zero by nature; the Stripe
 * balance itself does so whenever refunds and disputes exceed what Stripe holds, as it does at Stripe.
 */
import type { EnsuredTransaction, NewTransaction } from "@annex/client";
import { type Leg, legsOf } from "../mapping/legs.ts";
import type { Movement } from "../mapping/movement.ts";
import { precisionOf } from "../stripe/amounts.ts";
import { type Accounts, loadAccounts, sideOf, withNewAccounts } from "./accounts.ts";
import { type SettledLeg, settledLeg } from "./comparing.ts";
import type { SyncTools } from "./tools.ts";

/** A balance transaction with whom it belongs to. */
export type Posting = { readonly movement: Movement; readonly identityId?: string | undefined };

/** What a posting needs: the tools of a run, and the ledger whose accounts they are. */
export type PostingTools = Pick<SyncTools, "cloud" | "books" | "signal" | "runId"> & {
  readonly ledgerId: string;
};

export type Posted = {
  /** For each posting in order, its legs as they are in the ledger. */
  readonly legs: readonly (readonly SettledLeg[])[];
  /** The accounts with those that the ledger made meanwhile. */
  readonly accounts: Accounts;
};

/** Posts what is missing and compares what is there. */
export async function postMovements(
  tools: PostingTools,
  accounts: Accounts,
  postings: readonly Posting[],
): Promise<Posted> {
  const plan = postings.map((posting) => legsOf(posting.movement).map((leg) => ({ leg, posting })));
  const planned = plan.flat();
  if (planned.length === 0) return { legs: plan.map(() => []), accounts };
  const wanted = planned.map(({ leg, posting }) => transactionOf(tools, accounts, leg, posting));
  const ensured = await tools.cloud.proxy.ensureTransactions(wanted, { signal: tools.signal });
  const known = await accountsAfter(
    tools,
    accounts,
    planned.map(({ leg }) => leg),
    ensured,
  );
  const settled = planned.map(({ leg }, index) =>
    settledLeg(known, leg, ensured[index] as EnsuredTransaction),
  );
  let next = 0;
  const legs = plan.map((own) => {
    next += own.length;
    return settled.slice(next - own.length, next);
  });
  return { legs, accounts: known };
}

/** Accounts that the ledger made at their first transaction are not known yet. */
async function accountsAfter(
  tools: PostingTools,
  accounts: Accounts,
  legs: readonly Leg[],
  ensured: readonly EnsuredTransaction[],
): Promise<Accounts> {
  const posted = ensured.flatMap((each, index) => {
    const leg = legs[index];
    return each.outcome === "posted" && leg !== undefined ? [{ leg, transaction: each.transaction }] : [];
  });
  const known = withNewAccounts(accounts, posted);
  const found = ensured.flatMap((each) => (each.outcome === "found" ? [each.transaction] : []));
  const sides = found.flatMap(({ source, destination }) => [source ?? "", destination ?? ""]);
  return sides.every((side) => known.keyOf.has(side)) ? known : loadAccounts(tools, tools.ledgerId);
}

function transactionOf(
  tools: PostingTools,
  accounts: Accounts,
  leg: Leg,
  { movement, identityId }: Posting,
): NewTransaction & { readonly reference: string } {
  return {
    precise_amount: leg.amount,
    precision: precisionOf(leg.to.currency),
    currency: leg.to.currency,
    reference: leg.reference,
    description: descriptionOf(movement, leg),
    source: sideOf(accounts, leg.from),
    destination: sideOf(accounts, leg.to),
    allow_overdraft: true,
    // When it happened at Stripe, so that the balance of any past day is Stripe's of that day.
    effective_date: new Date(movement.created * 1000),
    meta_data: { stripe_sync: metadataOf(tools, leg, movement, identityId) },
  };
}

function descriptionOf(movement: Movement, leg: Leg): string {
  const type = movement.type === "" ? "balance transaction" : movement.type;
  const what = movement.description ?? type.replaceAll("_", " ");
  return leg.role === "fee" ? `Stripe fee: ${what}` : what;
}

/** Amounts as text: numbers in metadata pass through a double. */
function metadataOf(tools: PostingTools, leg: Leg, movement: Movement, identityId: string | undefined) {
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
    account: tools.books.account,
    mode: tools.books.mode,
    run_id: tools.runId,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}
