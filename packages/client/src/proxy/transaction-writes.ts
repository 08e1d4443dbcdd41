/** The writes on transactions as effects: how each is sent, and how it is looked for. */
import type { Write } from "../effects/index.ts";
import { type CloudError, CoreError } from "../errors/index.ts";
import {
  outcomesOf,
  referencesOf,
  refundable,
  refundReference,
  sightBulk,
  sightHoldChange,
  sightRefund,
  sightTransaction,
} from "../looks/index.ts";
import {
  readInteger,
  readObject,
  readRecord,
  type Transaction,
  transactionShape,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import { createRepeatable, isDuplicate, type Referenced } from "./repeatable-transaction.ts";
import {
  amountToWire,
  type BulkResult,
  type InflightUpdate,
  type NewBulk,
  type NewTransaction,
  type Refund,
  toWire,
} from "./transaction-requests.ts";
import type { TransactionTools } from "./transaction-tools.ts";

/** A queued action is carried out when the worker comes by, about once a second. */
const untilTheWorkerCame = [0, 500, 1500, 3000];

const recallTransaction = (noted: unknown) => readRecord(transactionShape, noted);

/** A new transaction: its reference is held once by Core. */
export function transactionWrite(
  tools: TransactionTools,
  transaction: NewTransaction,
  options: CallOptions | undefined,
): Write<NewTransaction, Transaction> {
  return {
    kind: "transaction",
    what: `the transaction "${transaction.description}"`,
    lookAt: ({ reference }) => `for a transaction with the reference ${reference}`,
    body: transaction,
    reference: transaction.reference,
    repeatable: true,
    divisible: transaction.sources !== undefined || transaction.destinations !== undefined,
    send: (body, reference) => createRepeatable(tools, { ...body, reference }, options),
    async look({ reference }) {
      const request = { ...transaction, reference };
      return sightTransaction(request, await tools.findByReferences(referencesOf(request), options));
    },
    saysDone: isDuplicate,
    recall: recallTransaction,
  };
}

/** A batch: each of its items has a reference of its own. */
export function bulkWrite(
  tools: TransactionTools,
  bulk: NewBulk,
  options: CallOptions | undefined,
): Write<NewBulk, BulkResult> {
  // What is undone as a whole, committed as one, or still being worked on cannot be completed by sending its rest.
  const whole = bulk.atomic === true || bulk.inflight === true || bulk.run_async === true;
  return {
    kind: "bulk",
    what: `a batch of ${bulk.transactions.length} transactions`,
    lookAt: ({ reference }) =>
      `for transactions whose references begin with ${firstReference(bulk, reference)}`,
    body: bulk,
    repeatable: bulk.atomic !== true,
    divisible: true,
    send: (body, reference) =>
      sendBulk(tools, { ...body, transactions: referenced(body, reference) }, options),
    async look({ reference }) {
      const items = referenced(bulk, reference);
      const rows = await tools.findByReferences(items.flatMap(referencesOf), options);
      const sighting = sightBulk(items, rows, whole);
      if (sighting.sight === "done")
        return { sight: "done", result: bulkResult(bulk, sighting.batchId, BigInt(items.length)) };
      if (sighting.sight !== "part") return { sight: sighting.sight };
      const rest = items.filter((_item, index) => sighting.missing.includes(index));
      return { sight: "part", rest: { ...bulk, transactions: rest } };
    },
    saysDone: isDuplicate,
    recall: readBulk,
  };
}

/** A commit or a void: nothing of the caller's is recorded with it, so it is known by the rows it leaves. */
export function holdWrite(
  tools: TransactionTools,
  id: string,
  update: InflightUpdate,
  options: CallOptions | undefined,
): Write<InflightUpdate, Transaction> {
  const path = `/transactions/inflight/${pathSegment(id, "transaction_id")}`;
  const wire = { ...update, ...amountToWire(update.status === "commit" ? update : {}) };
  const isPartial =
    update.status === "commit" && (update.amount !== undefined || update.precise_amount !== undefined);
  return {
    kind: update.status,
    target: id,
    what: `the ${update.status} of ${id}`,
    lookAt: () => `at the transactions below ${id}: a ${update.status} is a row whose parent is the hold`,
    body: update,
    divisible: true,
    patience: update.skip_queue === true ? undefined : untilTheWorkerCame,
    before: isPartial ? async () => outcomesOf(await tools.findFamily(id, options)) : undefined,
    async send() {
      const { value } = await tools.proxy.write({ method: "PUT", path, body: wire, repeat: "once", options });
      return readRecord(transactionShape, value);
    },
    look: async ({ before }) =>
      sightHoldChange(update, await tools.findFamily(id, options), before as readonly string[] | undefined),
    saysDone: isFinished,
    recall: recallTransaction,
  };
}

/** A refund: Core makes its reference from the row that is refunded. */
export function refundWrite(
  tools: TransactionTools,
  id: string,
  refund: Refund,
  options: CallOptions | undefined,
): Write<Refund, Transaction> {
  const path = `/refund-transaction/${pathSegment(id, "transaction_id")}`;
  return {
    kind: "refund",
    target: id,
    what: `the refund of ${id}`,
    lookAt: () => `for a transaction whose reference is ${id}_refund`,
    body: refund,
    divisible: true,
    patience: refund.skip_queue === true ? undefined : untilTheWorkerCame,
    async send(body) {
      const { value } = await tools.proxy.write({ method: "POST", path, body, repeat: "once", options });
      return readRecord(transactionShape, value);
    },
    async look() {
      const refunded = refundable(id, await tools.findFamily(id, options));
      const recorded = await tools.findByReferences(refunded.map(refundReference), options);
      return sightRefund(refunded, recorded);
    },
    saysDone: isFinished,
    recall: recallTransaction,
  };
}

const finishedCodes = new Set([
  "GEN_CONFLICT",
  "TXN_ALREADY_COMMITTED",
  "TXN_ALREADY_VOIDED",
  "TXN_COMMIT_AMOUNT_EXCEEDED",
  "TXN_DUPLICATE_REFERENCE",
]);

function isFinished(error: CloudError): boolean {
  return error instanceof CoreError && finishedCodes.has(error.coreCode);
}

/** Items with a reference each: the author's, or one made of the batch's and the item's place. */
function referenced(bulk: NewBulk, reference: string): readonly Referenced[] {
  return bulk.transactions.map((item, index) => ({
    ...item,
    reference: item.reference ?? `${reference}.${index}`,
  }));
}

function firstReference(bulk: NewBulk, reference: string): string {
  return bulk.transactions[0]?.reference ?? reference;
}

/** Sends a batch whose items have a reference each. */
export async function sendBulk(tools: TransactionTools, bulk: NewBulk, options: CallOptions | undefined) {
  const body = { ...bulk, transactions: bulk.transactions.map(toWire) };
  const path = "/transactions/bulk";
  return readBulk((await tools.proxy.write({ method: "POST", path, body, repeat: "once", options })).value);
}

function bulkResult(bulk: NewBulk, batchId: string, count: bigint): BulkResult {
  const status = bulk.run_async === true ? "processing" : bulk.inflight === true ? "inflight" : "applied";
  return { batch_id: batchId, status, transaction_count: count };
}

function readBulk(value: unknown): BulkResult {
  const body = readObject(value, "a bulk result");
  const count = body["transaction_count"];
  return {
    ...(body as unknown as BulkResult),
    ...(count === undefined ? {} : { transaction_count: readInteger(count, "transaction_count") }),
  };
}
