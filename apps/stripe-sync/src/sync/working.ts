/** The list of work of a run: what waits is posted oldest first, a batch at a time. */
import { accountName } from "../mapping/accounts.ts";
import { legsOf } from "../mapping/legs.ts";
import type { Movement } from "../mapping/movement.ts";
import type { FindingJson } from "../portal-types.ts";
import type { Accounts } from "./accounts.ts";
import { accountText } from "./accounts.ts";
import { alertCodes, reportFindings, resolveFindings } from "./findings.ts";
import { keepStored } from "./object-ids.ts";
import type { PageResult } from "./reading.ts";
import {
  isSettled,
  keyOf,
  type Outcome,
  type PageWriters,
  runKey,
  runPrefix,
  type StoredMovement,
  type SyncData,
} from "./register.ts";
import { entryOf } from "./run-objects.ts";
import { accountsOf, problemOf, settleBatch } from "./settling.ts";
import { addTallies, findingsFound } from "./tally.ts";
import type { PageTools } from "./tools.ts";

/**
 * Balance transactions that are posted in one step: two legs each are two of the client's look-ups, and what is missing
 * of them goes in one call.
 */
export const batchSize = 199;
/** Entries of the register that are looked through in one step. */
const scanSize = 500;

/** The next that wait are posted and compared; `accounts` is told what the ledger made meanwhile. */
export async function postPage(
  tools: PageTools,
  ledger: { readonly ledgerId: string; accounts: Accounts },
  after: string | undefined,
): Promise<PageResult> {
  const { data, runId, keep, listWork } = tools;
  const entries = await data.runObjects.list({
    prefix: runPrefix(runId),
    limit: batchSize,
    ...(after === undefined ? {} : { after }),
  });
  const keys = entries
    .filter(({ value }) => value.state === "waiting" && value.kind !== "customer")
    .map(({ key }) => key.slice(runPrefix(runId).length));
  const stored = (await Promise.all(keys.map((key) => data.movements.get(key)))).filter(
    (found) => found !== undefined,
  );
  const { settled, accounts } = await settleBatch(
    { ...tools, ledgerId: ledger.ledgerId },
    data,
    ledger.accounts,
    stored.map(({ movement }) => movement),
  );
  ledger.accounts = accounts;
  const now = new Date(tools.clock());
  const reported = settled.flatMap((each) => each.reported);
  for (const [index, { stored: outcome }] of settled.entries()) {
    await keepUnsettled(keep, outcome);
    // What was found of it before, and is found no more.
    if (stored[index]?.outcome.finding !== undefined)
      await resolveFindings(data, outcome.movement.id, now, findingsOf(outcome), isOfPosting);
  }
  await reportFindings(data, runId, now, reported);
  await keepStored(
    keep,
    settled.map((each) => each.stored),
    stored,
  );
  const listed = await listWork(
    settled.map(({ stored: { movement, outcome } }) => entryOf(movement, outcome.state)),
  );
  const last = entries.length < batchSize ? undefined : entries.at(-1)?.key;
  const tally = addTallies(listed, findingsFound(reported.length));
  return last === undefined ? { tally } : { tally, next: last };
}

function isOfPosting(code: FindingJson["code"]): boolean {
  return !alertCodes.includes(code);
}

function findingsOf({ outcome }: StoredMovement) {
  return outcome.finding === undefined ? [] : [outcome.finding];
}

/** With the outcome itself, in one commit: a page that came to nothing leaves it to the next run as it was. */
async function keepUnsettled(
  { unsettled }: Pick<PageWriters, "unsettled">,
  { movement, outcome }: StoredMovement,
): Promise<void> {
  const key = keyOf(movement);
  if (isSettled(outcome.state)) {
    await unsettled.delete(key);
    return;
  }
  const { missing } = outcome;
  const value = {
    currency: movement.currency,
    ...(missing === undefined ? {} : { missing }),
    ...(isAmountKnown(movement, outcome) ? {} : { unreadable: true }),
  };
  await unsettled.putMany([{ key, value }]);
}

function isAmountKnown({ unreadable }: Movement, { finding }: Outcome): boolean {
  return unreadable === undefined && finding?.code !== "amounts_disagree";
}

/** What earlier runs could not bring into the ledger is tried again. */
export async function retryPage(tools: PageTools, after: string | undefined): Promise<PageResult> {
  const page = await tools.data.unsettled.list(pageAfter(after));
  const stored = await Promise.all(page.map(({ key }) => tools.data.movements.get(key)));
  return addToWork(
    tools,
    stored.filter((found) => found !== undefined),
    page,
  );
}

/** After a change of the table of types: what was posted by the older one is looked at again. */
export async function reclassifyPage(tools: PageTools, after: string | undefined): Promise<PageResult> {
  const page = await tools.data.movements.list(pageAfter(after));
  const elsewhere = page.map(({ value }) => value).filter(standsElsewhere);
  return addToWork(tools, elsewhere, page);
}

/** Whether its legs are in other accounts than this version would choose. Pure. */
export function standsElsewhere({ movement, outcome }: StoredMovement): boolean {
  if (!isSettled(outcome.state) || problemOf(movement) !== undefined) return false;
  const wanted = new Map(
    legsOf(movement).map(({ reference, from, to }) => [
      reference,
      `${accountName(from.role)} > ${accountName(to.role)}`,
    ]),
  );
  return outcome.legs.some(({ reference, from, to }) => wanted.get(reference) !== `${from} > ${to}`);
}

/** After its correction was posted: the legs stand where they belong, and nothing is left to say. */
export async function standsRight(data: SyncData, key: string): Promise<void> {
  const stored = await data.movements.get(key);
  if (stored === undefined) return;
  const { finding: _corrected, ...outcome } = stored.outcome;
  const right = new Map(legsOf(stored.movement).map((leg) => [leg.reference, leg]));
  const legs = outcome.legs.flatMap((leg) => {
    const wanted = right.get(leg.reference);
    // What should not be there was taken back.
    if (wanted === undefined) return [];
    return [{ ...leg, from: accountName(wanted.from.role), to: accountName(wanted.to.role) }];
  });
  await data.movements.put(key, { ...stored, outcome: { ...outcome, legs } });
}

function pageAfter(after: string | undefined) {
  return { limit: scanSize, ...(after === undefined ? {} : { after }) };
}

async function addToWork(
  { data, runId, listWork }: PageTools,
  stored: readonly StoredMovement[],
  page: readonly { readonly key: string }[],
): Promise<PageResult> {
  const fresh: Movement[] = [];
  for (const { movement } of stored) {
    if ((await data.runObjects.get(runKey(runId, keyOf(movement))))?.state !== "waiting")
      fresh.push(movement);
  }
  const tally = await listWork(fresh.map((movement) => entryOf(movement, "waiting")));
  const accounts = fresh.flatMap(accountsOf).map(accountText);
  const last = page.length < scanSize ? undefined : page.at(-1)?.key;
  return {
    tally,
    accounts: [...new Set(accounts)].sort(),
    ...(last === undefined ? {} : { next: last }),
  };
}
