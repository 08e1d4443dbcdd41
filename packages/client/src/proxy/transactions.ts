/** Transactions through the Proxy: create, bulk, holds, refunds, reads. Contract section 8, Proxy API. */
import {
  readInteger,
  readList,
  readObject,
  readRecord,
  type Transaction,
  transactionShape,
} from "../records/records.ts";
import { pathSegment } from "../transport/paths.ts";
import type { CallOptions } from "../transport/transport.ts";
import { ensureTransactions } from "./ensure-transactions.ts";
import { type CoreList, listQuery } from "./ledgers.ts";
import { ensureRecorded } from "./repeatable-transaction.ts";
import type {
  BulkResult,
  EnsuredTransaction,
  InflightUpdate,
  NewBulk,
  NewTransaction,
  Refund,
} from "./transaction-requests.ts";
import type { TransactionTools } from "./transaction-tools.ts";
import { bulkWrite, holdWrite, refundWrite, transactionWrite } from "./transaction-writes.ts";

/** Which shadow transactions follow the money of a transaction. */
export interface TransactionLineage {
  readonly transaction_id: string;
  readonly fund_allocation?: readonly { readonly provider: string; readonly amount: bigint }[];
  readonly shadow_transactions: readonly Transaction[];
}

/**
 * Calls on transactions. Figures in minor units. Contract section 8, Proxy API.
 *
 * @example
 * const hold = await cloud.proxy.createTransaction({ ...payment, inflight: true, skip_queue: true });
 * await cloud.proxy.updateInflight(hold.transaction_id, { status: "commit", precise_amount: 500n });
 */
export interface TransactionCalls {
  /**
   * Creates a transaction. Safe to repeat, and repeated after lost answers, because its `reference` is unique: when
   * a repeated try is told that the reference is taken, the recorded transaction is read back and, when it has the
   * same body, returned as if the first answer had arrived. A split is recorded under its legs' references only, so
   * for one the refusal stands. `QUEUED` means applied a moment later: read it again.
   *
   * @throws CoreError such as `TXN_INSUFFICIENT_FUNDS`, or `TXN_DUPLICATE_REFERENCE` when the reference is another's
   * @example
   * await cloud.proxy.createTransaction({
   *   precise_amount: 1250n, precision: 100, currency: "USD", reference: effectKey,
   *   source: "@Stripe", destination: "bln_…", description: "Charge ch_1", skip_queue: true,
   * });
   */
  createTransaction(transaction: NewTransaction, options?: CallOptions): Promise<Transaction>;
  /**
   * As `createTransaction`, for work that may have been done by an earlier run: a transaction already recorded under
   * this reference with the same body is returned rather than refused. Needs `data:read` as well.
   *
   * @throws CoreError `TXN_DUPLICATE_REFERENCE` when the reference was used with another body
   */
  ensureTransaction(
    transaction: NewTransaction & { readonly reference: string },
    options?: CallOptions,
  ): Promise<Transaction>;
  /**
   * Brings many transactions into the ledger, each once, whatever an earlier run did: looks what is there, posts what is
   * missing in batches of 500 with `skip_queue`, looks again and compares. For imports that are executed again and
   * again. Needs `data:read` and `data:write`. Amounts in minor units; splits cannot be given.
   *
   * @returns what the ledger has under each reference, in the order given
   * @throws InvalidRequest for a split or a reference given twice; CloudError for trouble that may pass, after which
   *   the same call goes on where this one stopped
   * @example
   * const ensured = await cloud.proxy.ensureTransactions(charges.map(toTransaction));
   * const refused = ensured.filter(({ outcome }) => outcome === "refused");
   */
  ensureTransactions(
    transactions: readonly (NewTransaction & { readonly reference: string })[],
    options?: CallOptions,
  ): Promise<readonly EnsuredTransaction[]>;
  /** Creates many in one call. Sent again only when it certainly was not carried out. */
  createBulkTransactions(bulk: NewBulk, options?: CallOptions): Promise<BulkResult>;
  /** Commits or voids a hold. Partial commits add up, so it is sent again only when it certainly was not carried out. */
  updateInflight(transactionId: string, update: InflightUpdate, options?: CallOptions): Promise<Transaction>;
  /** Refunds in full. Sent again only when it certainly was not carried out. */
  refundTransaction(transactionId: string, refund?: Refund, options?: CallOptions): Promise<Transaction>;
  getTransaction(transactionId: string, options?: CallOptions): Promise<Transaction>;
  /** By reference. References with a slash cannot be read this way: use `data.transactions.list`. */
  getTransactionByReference(reference: string, options?: CallOptions): Promise<Transaction>;
  listTransactions(page?: CoreList, options?: CallOptions): Promise<readonly Transaction[]>;
  getTransactionLineage(transactionId: string, options?: CallOptions): Promise<TransactionLineage>;
}

/** Binds the calls on transactions. */
export function transactionCalls(tools: TransactionTools): TransactionCalls {
  const { proxy, effects } = tools;
  const read = async (path: string, options: CallOptions | undefined) =>
    readRecord(transactionShape, (await proxy.read(path, {}, options)).value);
  const byId = (id: string) => `/transactions/${pathSegment(id, "transaction_id")}`;
  return {
    createTransaction: async (transaction, options) =>
      effects.perform(transactionWrite(tools, transaction, options)),
    ensureTransaction: (transaction, options) => ensureRecorded(tools, transaction, options),
    ensureTransactions: (transactions, options) => ensureTransactions(tools, transactions, options),
    createBulkTransactions: async (bulk, options) => effects.perform(bulkWrite(tools, bulk, options)),
    updateInflight: async (id, update, options) => effects.perform(holdWrite(tools, id, update, options)),
    refundTransaction: async (id, refund = {}, options) =>
      effects.perform(refundWrite(tools, id, refund, options)),
    getTransaction: (id, options) => read(byId(id), options),
    getTransactionByReference: (reference, options) =>
      read(`/transactions/reference/${pathSegment(reference, "reference")}`, options),
    async listTransactions(page, options) {
      const { value } = await proxy.read("/transactions", listQuery(page), options);
      return readList(value, "transaction").map((record) => readRecord(transactionShape, record));
    },
    async getTransactionLineage(id, options) {
      return readLineage((await proxy.read(`${byId(id)}/lineage`, {}, options)).value);
    },
  };
}

function readLineage(value: unknown): TransactionLineage {
  const body = readObject(value, "a transaction's lineage");
  const allocation = body["fund_allocation"];
  const shadows = readList(body["shadow_transactions"], "transaction");
  return {
    ...(body as unknown as TransactionLineage),
    shadow_transactions: shadows.map((record) => readRecord(transactionShape, record)),
    ...(allocation === undefined
      ? {}
      : { fund_allocation: readList(allocation, "allocation").map(readAllocation) }),
  };
}

function readAllocation(value: unknown) {
  const fields = readObject(value, "an allocation");
  return { provider: String(fields["provider"]), amount: readInteger(fields["amount"], "amount") };
}
