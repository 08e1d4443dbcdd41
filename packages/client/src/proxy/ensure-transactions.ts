/**
 * Brings many transactions into the ledger: look what is there, post what is missing, look again, compare. The look
 * before makes a second run cheap and silent; the look after is the proof, since what counts is what the ledger says
 * and not what was sent. Contract section 8, Proxy API.
 *
 * A batch goes in one call that is not atomic, on purpose: Core's undoing of a failed batch would use the references
 * up. With `skip_queue` each is applied, or refused, before the answer. Where the batch stops at one, the others
 * follow one by one, so that only that one stays out.
 */
import { CoreError, InvalidRequest } from "../errors/index.ts";
import { differencesOf, legCount } from "../looks/index.ts";
import type { Transaction } from "../records/records.ts";
import type { CallOptions } from "../transport/transport.ts";
import { createRepeatable, isDuplicate, type Referenced } from "./repeatable-transaction.ts";
import type { EnsuredTransaction } from "./transaction-requests.ts";
import type { TransactionTools } from "./transaction-tools.ts";
import { sendBulk } from "./transaction-writes.ts";

/** How many are looked for and sent in one call. */
const batchSize = 500;

type ByReference<Value> = ReadonlyMap<string, Value>;

/** Answers, for each transaction in the order given, what the ledger has under its reference. */
export async function ensureTransactions(
  tools: TransactionTools,
  wanted: readonly Referenced[],
  options: CallOptions | undefined,
): Promise<readonly EnsuredTransaction[]> {
  refuseWhatCannotBeCompared(wanted);
  const ensured: EnsuredTransaction[] = [];
  for (let start = 0; start < wanted.length; start += batchSize)
    ensured.push(...(await ensureBatch(tools, wanted.slice(start, start + batchSize), options)));
  return ensured;
}

async function ensureBatch(
  tools: TransactionTools,
  wanted: readonly Referenced[],
  options: CallOptions | undefined,
): Promise<readonly EnsuredTransaction[]> {
  const before = await lookUp(tools, wanted, options);
  const missing = wanted.filter(({ reference }) => !before.has(reference));
  const refusals = await post(tools, missing, options);
  const after = missing.length === 0 ? before : await lookUp(tools, wanted, options);
  return wanted.map((transaction) => settle(transaction, before, after, refusals));
}

async function lookUp(
  tools: TransactionTools,
  wanted: readonly Referenced[],
  options: CallOptions | undefined,
): Promise<ByReference<Transaction>> {
  const references = wanted.map(({ reference }) => reference);
  const rows = await tools.findByReferences(references, options);
  return new Map(rows.map((row) => [row.reference, row]));
}

/** Posts them all; answers why some were refused for good, by reference. Any other failure is thrown. */
async function post(
  tools: TransactionTools,
  missing: readonly Referenced[],
  options: CallOptions | undefined,
): Promise<ByReference<CoreError>> {
  if (missing.length === 0) return new Map();
  try {
    await sendBulk(tools, { transactions: missing, skip_queue: true }, options);
    return new Map();
  } catch (error) {
    if (!isVerdict(error)) throw error;
  }
  const present = await lookUp(tools, missing, options);
  const rest = missing.filter(({ reference }) => !present.has(reference));
  return postOneByOne(tools, rest, options);
}

async function postOneByOne(
  tools: TransactionTools,
  rest: readonly Referenced[],
  options: CallOptions | undefined,
): Promise<ByReference<CoreError>> {
  const refusals = new Map<string, CoreError>();
  for (const transaction of rest) {
    try {
      await createRepeatable(tools, { ...transaction, skip_queue: true }, options);
    } catch (error) {
      if (!isVerdict(error)) throw error;
      // A reference that is taken was posted meanwhile: the look after this compares it.
      if (!isDuplicate(error)) refusals.set(transaction.reference, error);
    }
  }
  return refusals;
}

/** The ledger's verdict on what was sent. Trouble that passes (a lock, a failure inside) is left to a retry. */
function isVerdict(error: unknown): error is CoreError {
  return error instanceof CoreError && error.outcome === "refused" && error.status !== 423;
}

function settle(
  wanted: Referenced,
  before: ByReference<Transaction>,
  after: ByReference<Transaction>,
  refusals: ByReference<CoreError>,
): EnsuredTransaction {
  const { reference } = wanted;
  const transaction = after.get(reference);
  if (transaction === undefined) return { reference, outcome: "refused", refusal: refusals.get(reference) };
  const differences = differencesOf(wanted, transaction);
  return { reference, outcome: before.has(reference) ? "found" : "posted", transaction, differences };
}

function refuseWhatCannotBeCompared(wanted: readonly Referenced[]): void {
  const references = new Set(wanted.map(({ reference }) => reference));
  if (references.size < wanted.length) throw new InvalidRequest("reference", "must be another one for each");
  if (wanted.some((transaction) => legCount(transaction) > 0))
    throw new InvalidRequest(
      "sources",
      "must be one source and one destination each: a split is recorded as its legs",
    );
}
