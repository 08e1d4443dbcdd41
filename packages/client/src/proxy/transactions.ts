/** Transactions through the Proxy: create, bulk, holds, refunds, reads. Contract section 8, Proxy API. */
import { jsonDecimal, minorUnits } from "../amounts.ts";
import { pathSegment } from "../paths.ts";
import {
  type Distribution,
  type Metadata,
  readInteger,
  readList,
  readObject,
  readRecord,
  type Transaction,
  transactionShape,
} from "../records.ts";
import type { CallOptions } from "../transport.ts";
import type { ProxyCaller } from "./call.ts";
import { type CoreList, listQuery } from "./ledgers.ts";
import { createRepeatable, ensureRecorded, type FindByReference } from "./repeatable-transaction.ts";

/** Minor units as `bigint`, or major units as decimal text; one of the two. */
export type Amount =
  | { readonly precise_amount: bigint; readonly amount?: undefined }
  | { readonly amount: string; readonly precise_amount?: undefined };

/** A single side, or several; a side that starts with `@` is an internal balance. */
type Source =
  | { readonly source: string; readonly sources?: undefined }
  | { readonly sources: readonly NewDistribution[]; readonly source?: undefined };
type Destination =
  | { readonly destination: string; readonly destinations?: undefined }
  | { readonly destinations: readonly NewDistribution[]; readonly destination?: undefined };

/** One leg of a split: `"50%"`, `"12.50"` or `"left"` as `distribution`, or minor units as `precise_distribution`. */
export type NewDistribution = Pick<Distribution, "identifier" | "distribution"> & {
  readonly precise_distribution?: bigint | undefined;
};

export type NewTransaction = Amount &
  Source &
  Destination & {
    readonly currency: string;
    readonly description: string;
    /** Unique over all transactions of the instance. Left out, the client makes one, so that it can repeat safely. */
    readonly reference?: string | undefined;
    /** Minor units in one major unit, such as 100; Cloud adds 100 when it is left out. */
    readonly precision?: bigint | number | undefined;
    readonly allow_overdraft?: boolean | undefined;
    /** Major units as decimal text. */
    readonly overdraft_limit?: string | undefined;
    /** A hold, to be committed or voided later. */
    readonly inflight?: boolean | undefined;
    readonly inflight_expiry_date?: Date | undefined;
    readonly inflight_commit_date?: Date | undefined;
    readonly scheduled_for?: Date | undefined;
    readonly effective_date?: Date | undefined;
    /** Applied before the answer, rather than a moment later. */
    readonly skip_queue?: boolean | undefined;
    readonly atomic?: boolean | undefined;
    readonly meta_data?: Metadata | undefined;
  };

export interface NewBulk {
  /** 1 to 10,000. */
  readonly transactions: readonly NewTransaction[];
  /** Undo what was done when one fails. */
  readonly atomic?: boolean | undefined;
  readonly inflight?: boolean | undefined;
  readonly skip_queue?: boolean | undefined;
  readonly run_async?: boolean | undefined;
}

export interface BulkResult {
  readonly batch_id: string;
  readonly status: "applied" | "inflight" | "processing";
  readonly transaction_count?: bigint;
  readonly message?: string;
}

/** Commit all or a part of a hold, or void what remains of it. */
export type InflightUpdate = { readonly skip_queue?: boolean | undefined } & (
  | ({ readonly status: "commit" } & (
      | Amount
      | { readonly amount?: undefined; readonly precise_amount?: undefined }
    ))
  | { readonly status: "void" }
);

export interface Refund {
  readonly skip_queue?: boolean | undefined;
  readonly description?: string | undefined;
  readonly meta_data?: Metadata | undefined;
}

/** Which shadow transactions follow the money of a transaction. */
export interface TransactionLineage {
  readonly transaction_id: string;
  readonly fund_allocation?: readonly { readonly provider: string; readonly amount: bigint }[];
  readonly shadow_transactions: readonly Transaction[];
}

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

/** Parts that transaction calls need beside the Proxy. */
export interface TransactionTools {
  readonly proxy: ProxyCaller;
  readonly findByReference: FindByReference;
  readonly newReference: () => string;
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Binds the calls on transactions. */
export function transactionCalls(tools: TransactionTools): TransactionCalls {
  const { proxy } = tools;
  const read = async (path: string, options: CallOptions | undefined) =>
    readRecord(transactionShape, (await proxy.read(path, {}, options)).value);
  const byId = (id: string) => `/transactions/${pathSegment(id, "transaction_id")}`;
  return {
    createTransaction(transaction, options) {
      const complete = { ...transaction, reference: transaction.reference ?? tools.newReference() };
      return createRepeatable(tools, complete, toWire(complete), options);
    },
    ensureTransaction: (transaction, options) =>
      ensureRecorded(tools, transaction, toWire(transaction), options),
    async createBulkTransactions(bulk, options) {
      const body = { ...bulk, transactions: bulk.transactions.map(toWire) };
      const path = "/transactions/bulk";
      return readBulk((await proxy.write({ method: "POST", path, body, repeat: "once", options })).value);
    },
    async updateInflight(id, update, options) {
      const path = `/transactions/inflight/${pathSegment(id, "transaction_id")}`;
      const body = { ...update, ...amountToWire(update.status === "commit" ? update : {}) };
      const { value } = await proxy.write({ method: "PUT", path, body, repeat: "once", options });
      return readRecord(transactionShape, value);
    },
    async refundTransaction(id, refund = {}, options) {
      const path = `/refund-transaction/${pathSegment(id, "transaction_id")}`;
      const { value } = await proxy.write({ method: "POST", path, body: refund, repeat: "once", options });
      return readRecord(transactionShape, value);
    },
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

function toWire(transaction: NewTransaction): Readonly<Record<string, unknown>> {
  return {
    ...transaction,
    ...amountToWire(transaction),
    ...(transaction.precision === undefined ? {} : { precision: BigInt(transaction.precision) }),
    ...(transaction.overdraft_limit === undefined
      ? {}
      : { overdraft_limit: jsonDecimal(transaction.overdraft_limit, "overdraft_limit") }),
    ...legsToWire("sources", transaction.sources),
    ...legsToWire("destinations", transaction.destinations),
  };
}

function amountToWire(amount: {
  readonly amount?: string | undefined;
  readonly precise_amount?: bigint | undefined;
}) {
  return {
    ...(amount.amount === undefined ? {} : { amount: jsonDecimal(amount.amount, "amount") }),
    ...(amount.precise_amount === undefined
      ? {}
      : { precise_amount: minorUnits(amount.precise_amount, "precise_amount") }),
  };
}

/** Core takes the minor units of a leg as text. */
function legsToWire(side: "sources" | "destinations", legs: readonly NewDistribution[] | undefined) {
  if (legs === undefined) return {};
  const wire = legs.map(({ precise_distribution: precise, ...leg }) =>
    precise === undefined ? leg : { ...leg, precise_distribution: precise.toString() },
  );
  return { [side]: wire };
}

function readBulk(value: unknown): BulkResult {
  const body = readObject(value, "a bulk result");
  const count = body["transaction_count"];
  return {
    ...(body as unknown as BulkResult),
    ...(count === undefined ? {} : { transaction_count: readInteger(count, "transaction_count") }),
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
