/**
 * An alert in the dashboard for each dispute that waits for an answer, where `alerts:write` was granted: for every one
 * that has none yet, whichever run posted it, this installation's or an earlier one's.
 *
 * Each flag makes an alert of its own, and nothing about it is unique, so the intent is kept before the call and the
 * alert's id after it. Where only the intent is left (the process died in between), nobody can tell whether there is
 * an alert; none is raised again, and a finding says so.
 */
import { CloudError, CloudRateLimited, CloudUnreachable, InstanceUnavailable } from "@annex/client";
import { readMovement } from "../mapping/movement.ts";
import type { FindingJson } from "../portal-types.ts";
import { alertCodes, reportFindings, resolveFindings } from "./findings.ts";
import { idEntry, idKey, keepAlertId } from "./object-ids.ts";
import { isReversal, keepDisputes } from "./reading.ts";
import type { KnownDispute, StoredMovement } from "./register.ts";
import type { SyncTools } from "./tools.ts";

/** Disputes that are looked through in one step. */
const scanSize = 100;

/**
 * The keys of those that wait for an answer and have no alert, of one page; `next` where there are more. What was found
 * of the alerts of the others is over: they have one, or need none any more.
 */
export async function unalertedPage(
  { data, clock }: Pick<SyncTools, "data" | "clock">,
  after: string | undefined,
): Promise<{ readonly keys: readonly string[]; readonly next?: string }> {
  const page = await data.disputes.list({ limit: scanSize, ...(after === undefined ? {} : { after }) });
  const keys: string[] = [];
  for (const { key, value } of page) {
    if (
      value.waits &&
      (await data.alerts.get(key))?.alertId === undefined &&
      !(await isAnothers(data, key, value))
    )
      keys.push(key);
    else await alertSettled(data, key, new Date(clock()));
  }
  const last = page.length < scanSize ? undefined : page.at(-1)?.key;
  return last === undefined ? { keys } : { keys, next: last };
}

/**
 * Whether another balance transaction of the same dispute has its alert, or is the one to have it, the oldest that is in
 * the ledger: Stripe may take amount and fees one by one. Where the money came back in between, the one that was won is
 * disputed again, and that is another matter: only the newer needs an alert.
 */
async function isAnothers(data: SyncTools["data"], key: string, { id }: KnownDispute): Promise<boolean> {
  const entries = await data.objectIds.list({ prefix: idKey(id, "") });
  const keys = entries.map((entry) => idEntry(entry.key).key);
  const stored = await Promise.all(keys.map((each) => data.movements.get(each)));
  const reversals = keys.filter((_key, index) => isReversalOf(stored[index]));
  for (const [index, other] of keys.entries()) {
    if (other === key) continue;
    const cameBack = reversals.some((back) => isBetween(back, key, other));
    if (cameBack && other < key) continue;
    if ((await data.alerts.get(other)) !== undefined) return true;
    const goesFirst = cameBack || other < key;
    const waits = goesFirst && (await data.disputes.get(other))?.waits === true;
    if (waits && flaggable(stored[index]) !== undefined) return true;
  }
  return false;
}

function isReversalOf(stored: StoredMovement | undefined): boolean {
  return stored !== undefined && isReversal(stored.movement);
}

function isBetween(key: string, one: string, other: string): boolean {
  return one < other ? one < key && key < other : other < key && key < one;
}

/** The transaction in the ledger that an alert is about; undefined while there is none. */
function flaggable(stored: StoredMovement | undefined): string | undefined {
  return stored?.outcome.legs[0]?.transaction_id;
}

async function alertSettled(data: SyncTools["data"], key: string, now: Date): Promise<void> {
  const id = key.slice(key.indexOf("/") + 1);
  await resolveFindings(data, id, now, [], (code) => alertCodes.includes(code));
}

/** Raises one alert, unless the dispute has been answered meanwhile. How many findings it made. */
export async function alertStep(tools: SyncTools, key: string): Promise<number> {
  const stored = await tools.data.movements.get(key);
  if (stored === undefined) return 0;
  // As it is now: it may have been read days ago.
  const transaction = await tools.stripe.movement(stored.movement.id, { signal: tools.signal });
  if (transaction === undefined) return 0;
  await keepDisputes(tools.data, [readMovement(transaction)]);
  const dispute = await tools.data.disputes.get(key);
  const waits = dispute?.waits === true && !(await isAnothers(tools.data, key, dispute));
  const finding = waits ? await raiseAlert(tools, key, stored) : undefined;
  if (finding === undefined) {
    if (!waits || (await tools.data.alerts.get(key))?.alertId !== undefined)
      await alertSettled(tools.data, key, new Date(tools.clock()));
    return 0;
  }
  await reportFindings(tools.data, tools.runId, new Date(tools.clock()), [{ finding, objectKey: key }]);
  return 1;
}

async function raiseAlert(
  { cloud, data, signal }: SyncTools,
  key: string,
  stored: StoredMovement,
): Promise<FindingJson | undefined> {
  const { movement } = stored;
  const transactionId = flaggable(stored);
  // What could not be posted has a finding of its own.
  if (transactionId === undefined) return undefined;
  const dispute = { id: movement.id, dispute: movement.sourceId ?? movement.id, transactionId };
  const earlier = await data.alerts.get(key);
  if (earlier?.alertId !== undefined) return undefined;
  if (earlier !== undefined) return uncertain(dispute);
  await data.alerts.put(key, {});
  try {
    const alert = await cloud.alerts.flag(transactionId, wordsFor(dispute), { signal });
    await data.alerts.put(key, { alertId: alert.anomaly_id });
    await keepAlertId(data, alert.anomaly_id, key);
    return undefined;
  } catch (error) {
    if (!certainlyNotRaised(error)) throw error;
    await data.alerts.delete(key);
    // Money comes first: a refused alert is no reason to stop.
    if (isRefused(error)) return refused(dispute, error);
    throw error;
  }
}

function isRefused(error: unknown): error is CloudError {
  if (!(error instanceof CloudError)) return false;
  const status = error.status ?? 0;
  return status >= 400 && status < 500 && status !== 401 && status !== 429;
}

function certainlyNotRaised(error: unknown): boolean {
  if (error instanceof CloudUnreachable) return error.outcome === "not-sent";
  return error instanceof CloudRateLimited || error instanceof InstanceUnavailable || isRefused(error);
}

type Dispute = { readonly id: string; readonly dispute: string; readonly transactionId: string };

function wordsFor({ dispute }: Dispute) {
  return {
    title: "A Stripe dispute waits for an answer",
    description: `The customer's bank disputes a payment (Stripe ${dispute}). Send evidence in Stripe's dashboard before the deadline, or the amount is lost.`,
  };
}

function uncertain({ id, dispute, transactionId }: Dispute): FindingJson {
  return {
    object_id: id,
    transaction_id: transactionId,
    code: "alert_uncertain",
    error: `The app was interrupted while it raised an alert for the dispute ${dispute}, so there may be none.`,
    next: "Look for it among the alerts, and flag the transaction by hand if it is missing. Then acknowledge this.",
  };
}

function refused({ id, dispute, transactionId }: Dispute, error: CloudError): FindingJson {
  return {
    object_id: id,
    transaction_id: transactionId,
    code: "alert_refused",
    error: `The alert for the dispute ${dispute} was refused: ${error.whatHappened}`,
    next: "Flag the transaction by hand, and answer the dispute in Stripe's dashboard.",
  };
}
