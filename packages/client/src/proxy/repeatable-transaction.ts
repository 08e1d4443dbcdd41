/**
 * Creating a transaction so that a lost answer does no harm. Core holds every `reference` once: an immediate repeat
 * is refused with 409, a queued one is accepted and then silently dropped, so that the id in its answer never
 * becomes readable. In both cases the recorded transaction is the true answer, and is read back by its reference.
 */

import { proxyDefaultPrecision } from "@annex/protocol";
import { toMinorUnits } from "../amounts.ts";
import { type CloudError, CoreError, MissingScope } from "../errors.ts";
import { readRecord, type Transaction, transactionShape } from "../records.ts";
import type { CallOptions, Outcome } from "../transport.ts";
import type { NewTransaction, TransactionTools } from "./transactions.ts";

/** Reads a transaction by its reference through the Data API. */
export type FindByReference = (
  reference: string,
  options: CallOptions | undefined,
) => Promise<Transaction | undefined>;

type Referenced = NewTransaction & { readonly reference: string };
type Wire = Readonly<Record<string, unknown>>;

/** A queued transaction is stored milliseconds after its answer; these are the waits between looks for it. */
const waitsForQueued = [0, 50, 200];

/** Creates a transaction, and settles what earlier tries of the same call may have done. */
export async function createRepeatable(
  tools: TransactionTools,
  request: Referenced,
  wire: Wire,
  options: CallOptions | undefined,
): Promise<Transaction> {
  const path = "/transactions";
  const outcome = await tools.proxy.attemptWrite({
    method: "POST",
    path,
    body: wire,
    repeat: "repeatable",
    options,
  });
  return settle(tools, request, outcome, options);
}

/** As `createRepeatable`, where an earlier run of the caller may have recorded the transaction. */
export async function ensureRecorded(
  tools: TransactionTools,
  request: Referenced,
  wire: Wire,
  options: CallOptions | undefined,
): Promise<Transaction> {
  const recorded = await tools.findByReference(request.reference, options);
  if (recorded !== undefined && isSame(request, recorded)) return recorded;
  const path = "/transactions";
  const outcome = await tools.proxy.attemptWrite({
    method: "POST",
    path,
    body: wire,
    repeat: "repeatable",
    options,
  });
  return settle(tools, request, { ...outcome, earlierTryUnknown: true }, options);
}

async function settle(
  tools: TransactionTools,
  request: Referenced,
  outcome: Outcome,
  options: CallOptions | undefined,
): Promise<Transaction> {
  const { result, earlierTryUnknown } = outcome;
  if (result instanceof Error) {
    if (!earlierTryUnknown || !isDuplicate(result)) throw result;
    const recorded = await readBack(tools, request, options);
    if (recorded === undefined) throw result;
    return recorded;
  }
  const answered = readRecord(transactionShape, result.value);
  if (!earlierTryUnknown || request.skip_queue === true) return answered;
  return (await readBackQueued(tools, request, options)) ?? answered;
}

function isDuplicate(error: CloudError): boolean {
  return error instanceof CoreError && error.code === "TXN_DUPLICATE_REFERENCE";
}

async function readBackQueued(
  tools: TransactionTools,
  request: Referenced,
  options: CallOptions | undefined,
): Promise<Transaction | undefined> {
  for (const wait of waitsForQueued) {
    if (wait > 0) await tools.sleep(wait, options?.signal);
    const recorded = await readBack(tools, request, options);
    if (recorded !== undefined) return recorded;
  }
  return undefined;
}

async function readBack(
  tools: TransactionTools,
  request: Referenced,
  options: CallOptions | undefined,
): Promise<Transaction | undefined> {
  try {
    const recorded = await tools.findByReference(request.reference, options);
    return recorded !== undefined && isSame(request, recorded) ? recorded : undefined;
  } catch (error) {
    // Without data:read nothing can be read back; the caller gets what the write itself said.
    if (error instanceof MissingScope) return undefined;
    throw error;
  }
}

/** Whether a recorded transaction is what was asked for. Sides are compared only where neither is an indicator. */
function isSame(request: Referenced, recorded: Transaction): boolean {
  return (
    recorded.reference === request.reference &&
    recorded.currency === request.currency &&
    recorded.precise_amount === wantedMinorUnits(request) &&
    (recorded.description ?? "") === request.description &&
    isSameSide(request.source, recorded.source) &&
    isSameSide(request.destination, recorded.destination)
  );
}

function wantedMinorUnits(request: Referenced): bigint {
  if (request.precise_amount !== undefined) return request.precise_amount;
  return toMinorUnits(request.amount, BigInt(request.precision ?? proxyDefaultPrecision));
}

function isSameSide(wanted: string | undefined, recorded: string | null | undefined): boolean {
  if (wanted === undefined || recorded === undefined || recorded === null || recorded === "") return true;
  return wanted === recorded || wanted.startsWith("@") || recorded.startsWith("@");
}
