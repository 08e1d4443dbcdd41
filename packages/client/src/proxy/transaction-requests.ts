/** What a caller asks for when he creates transactions, and how it stands on the wire. Contract section 8, Proxy API. */
import type { CoreError } from "../errors/index.ts";
import type { TransactionDifference } from "../looks/index.ts";
import { jsonDecimal, minorUnits } from "../records/amounts.ts";
import type { Distribution, Metadata, Transaction } from "../records/records.ts";

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

/** A movement from one balance to another, or a split over several. Contract section 8, Proxy API. */
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

/** Many transactions in one call. */
export interface NewBulk {
  /** 1 to 10,000. */
  readonly transactions: readonly NewTransaction[];
  /** Undo what was done when one fails. */
  readonly atomic?: boolean | undefined;
  readonly inflight?: boolean | undefined;
  readonly skip_queue?: boolean | undefined;
  readonly run_async?: boolean | undefined;
}

/**
 * What became of a batch. Where an earlier execution of the same work had sent a part of it, `batch_id` and
 * `transaction_count` are those of the rest.
 */
export interface BulkResult {
  readonly batch_id: string;
  readonly status: "applied" | "inflight" | "processing";
  readonly transaction_count?: bigint;
  readonly message?: string;
}

/** Commit all or a part of a hold, or void what remains of it. */
export type InflightUpdate = { readonly skip_queue?: boolean | undefined } & (
  | ({ readonly status: "commit" } & Amount)
  // One shape for the whole of it, so that a program can say which of the two by a variable.
  | {
      readonly status: "commit" | "void";
      readonly amount?: undefined;
      readonly precise_amount?: undefined;
    }
);

/** How a refund is made. It is always of the whole amount. */
export interface Refund {
  readonly skip_queue?: boolean | undefined;
  readonly description?: string | undefined;
  readonly meta_data?: Metadata | undefined;
}

/** What the ledger has under the reference of one transaction that was to be there. */
export type EnsuredTransaction =
  | {
      readonly reference: string;
      /** Whether it was there before, or was posted now. */
      readonly outcome: "found" | "posted";
      readonly transaction: Transaction;
      /** What is otherwise than it should be; empty where all is equal. */
      readonly differences: readonly TransactionDifference[];
    }
  | {
      readonly reference: string;
      readonly outcome: "refused";
      /** Why, in the ledger's words; undefined where it took it and does not have it. */
      readonly refusal: CoreError | undefined;
    };

/** The transaction as Core reads it. @throws InvalidRequest for an amount that cannot be sent. */
export function toWire(transaction: NewTransaction): Readonly<Record<string, unknown>> {
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

/** An amount as Core reads it: exact digits. @throws InvalidRequest */
export function amountToWire(amount: {
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
