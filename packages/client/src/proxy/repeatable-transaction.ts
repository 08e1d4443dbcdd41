/**
 * Creating a transaction so that a lost answer does no harm. Core holds every `reference` once: an immediate repeat
 * is refused with 409, a queued one is accepted and then silently dropped, so that the id in its answer never
 * becomes readable. In both cases the recorded transaction is the true answer, and is read back by its reference.
 */
import { type CloudError, CoreError, MissingScope } from "../errors/index.ts";
import { legCount, referencesOf, sightTransaction } from "../looks/index.ts";
import { readRecord, type Transaction, transactionShape } from "../records/records.ts";
import type { Attempt, CallOptions } from "../transport/transport.ts";
import { type NewTransaction, toWire } from "./transaction-requests.ts";
import type { TransactionTools } from "./transaction-tools.ts";

/** A new transaction whose reference is known. */
export type Referenced = NewTransaction & { readonly reference: string };

/** A queued transaction is stored milliseconds after its answer; these are the waits between looks for it. */
const waitsForQueued = [0, 50, 200];

/** Creates a transaction, and settles what earlier tries of the same call may have done. */
export async function createRepeatable(
  tools: TransactionTools,
  request: Referenced,
  options: CallOptions | undefined,
): Promise<Transaction> {
  return settle(tools, request, await send(tools, request, options), options);
}

/** As `createRepeatable`, where an earlier run of the caller may have recorded the transaction. */
export async function ensureRecorded(
  tools: TransactionTools,
  request: Referenced,
  options: CallOptions | undefined,
): Promise<Transaction> {
  const recorded = sightTransaction(request, await tools.findByReferences(referencesOf(request), options));
  if (recorded.sight === "done") return recorded.result;
  const attempt = await send(tools, request, options);
  return settle(tools, request, { ...attempt, earlierTryUnknown: true }, options);
}

/** Core's word for a reference that is taken. */
export function isDuplicate(error: CloudError): boolean {
  return error instanceof CoreError && error.coreCode === "TXN_DUPLICATE_REFERENCE";
}

function send(tools: TransactionTools, request: Referenced, options: CallOptions | undefined) {
  const body = toWire(request);
  return tools.proxy.attemptWrite({
    method: "POST",
    path: "/transactions",
    body,
    repeat: "repeatable",
    options,
  });
}

async function settle(
  tools: TransactionTools,
  request: Referenced,
  { result, earlierTryUnknown }: Attempt,
  options: CallOptions | undefined,
): Promise<Transaction> {
  if (result instanceof Error) {
    const recorded =
      earlierTryUnknown && isDuplicate(result) ? await readBack(tools, request, options) : undefined;
    if (recorded === undefined) throw result;
    return recorded;
  }
  const answered = readRecord(transactionShape, result.value);
  if (!earlierTryUnknown || request.skip_queue === true || legCount(request) > 0) return answered;
  return (await readBackQueued(tools, request, options)) ?? answered;
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
    const rows = await tools.findByReferences(referencesOf(request), options);
    const sighting = sightTransaction(request, rows);
    return sighting.sight === "done" ? sighting.result : undefined;
  } catch (error) {
    // Without data:read nothing can be read back; the caller gets what the write itself said.
    if (error instanceof MissingScope) return undefined;
    throw error;
  }
}
