/**
 * The steps of a run. Each is durable: its result is kept, and a run that goes on after a crash does not repeat it.
 * A step that was interrupted is done again from its beginning, which is why each of them can be: reads, look-ups
 * before writes, ids and references that follow from Stripe's.
 */
import type { InstallationData } from "@annex/app";
import { type AccountKey, isLedgerRole } from "../mapping/accounts.ts";
import { legsOf } from "../mapping/legs.ts";
import { type Movement, readMovement } from "../mapping/movement.ts";
import type { StripeAccess } from "../stripe/access.ts";
import { accountText, ensureBalances, ensureLedger, loadAccounts } from "./accounts.ts";
import { type BatchTools, problemOf, settleBatch } from "./batch.ts";
import { syncCustomers } from "./identities.ts";
import { keepFindings, objectKey, runPrefix, type StoredObject, syncData } from "./objects.ts";
import { forgetOldRuns, keepRun } from "./retention.ts";
import { waitingObject } from "./settling.ts";
import { settledTally, type Tally, tallyOf } from "./tally.ts";

/** Objects that are posted in one step: a hundred transactions at most, in one call. */
export const batchSize = 25;

export type SyncTools = BatchTools & {
  readonly stripe: StripeAccess;
  readonly data: InstallationData;
  /** Now, in milliseconds since 1970. */
  readonly clock: () => number;
};

export type PageResult = {
  readonly next?: string;
  readonly tally: Tally;
  /** Balances of the ledger that the objects of this page need, as `role/currency`. */
  readonly accounts?: readonly string[];
};

/** Before anything else: the ledger. An instance that is stopped is noticed here. */
export async function prepareStep(tools: SyncTools): Promise<string> {
  const ledgerId = await ensureLedger(tools);
  await keepRun(syncData(tools.data), tools.runId, new Date(tools.clock()));
  return ledgerId;
}

/** One page of customers becomes identities. */
export async function customersStep(tools: SyncTools, after: string | undefined): Promise<PageResult> {
  const data = syncData(tools.data);
  const page = await tools.stripe.customers(after, callOf(tools));
  const objects = await syncCustomers(tools, data, page.items);
  const entries = page.items.map((customer, index) => ({
    key: objectKey(tools.runId, customer.created, customer.id),
    value: { object: objects[index] } as StoredObject,
  }));
  await data.objects.putMany(entries);
  return { ...nextOf(page.next), tally: tallyOf(objects) };
}

/** One page of balance transactions is read and kept, waiting to be posted. */
export async function readStep(tools: SyncTools, after: string | undefined): Promise<PageResult> {
  const data = syncData(tools.data);
  const page = await tools.stripe.movements(after, callOf(tools));
  const movements = page.items.map(readMovement);
  await data.chargeCustomers.putMany(
    movements.flatMap(({ chargeId, customerId }) =>
      chargeId === undefined || customerId === undefined ? [] : [{ key: chargeId, value: customerId }],
    ),
  );
  const objects = movements.map(waitingObject);
  await data.objects.putMany(
    movements.map((movement, index) => ({
      key: objectKey(tools.runId, movement.created, movement.id),
      value: { object: objects[index] ?? waitingObject(movement), movement },
    })),
  );
  return { ...nextOf(page.next), tally: tallyOf(objects), accounts: ledgerAccountsOf(movements) };
}

/** The balances of the ledger that are needed, made before the first transaction that needs them. */
export async function accountsStep(
  tools: SyncTools,
  ledgerId: string,
  wanted: readonly string[],
): Promise<void> {
  await ensureBalances(tools, ledgerId, wanted.map(accountOfText));
}

/** The next objects that wait, oldest first, are posted and compared. */
export async function postStep(
  tools: SyncTools,
  ledgerId: string,
  after: string | undefined,
): Promise<PageResult> {
  const data = syncData(tools.data);
  const entries = await data.objects.list({
    prefix: runPrefix(tools.runId),
    limit: batchSize,
    ...(after === undefined ? {} : { after }),
  });
  const accounts = await loadAccounts(tools, ledgerId);
  const { settled, findings } = await settleBatch(tools, data, accounts, entries);
  await keepFindings(data, tools.runId, findings);
  await data.objects.putMany(settled);
  const last = entries.length < batchSize ? undefined : entries.at(-1)?.key;
  const states = settled.map(({ value }) => value.object.state);
  return { ...nextOf(last), tally: settledTally(states, findings.length) };
}

/** At the end, room is made for the next runs. */
export async function tidyStep(tools: SyncTools): Promise<void> {
  await forgetOldRuns(syncData(tools.data));
}

function ledgerAccountsOf(movements: readonly Movement[]): readonly string[] {
  const keys = movements
    .filter((movement) => problemOf(movement) === undefined)
    .flatMap((movement) => legsOf(movement).flatMap(({ from, to }) => [from, to]))
    .filter(({ role }) => isLedgerRole(role));
  return [...new Set(keys.map(accountText))].sort();
}

function accountOfText(text: string): AccountKey {
  const [role = "", currency = ""] = text.split("/");
  return { role: role as AccountKey["role"], currency };
}

function callOf({ signal }: SyncTools) {
  return signal === undefined ? {} : { signal };
}

function nextOf(next: string | undefined): { next?: string } {
  return next === undefined ? {} : { next };
}
