/**
 * From a validated request to what will be posted: amounts, times, hash, metadata, and the legs of a split
 * (contract sections 7.3 to 7.6, 8.4, 9.1.4). Pure: ids and times are handed in.
 */

import { effectivePrecision, hashOf, toMajorUnits, toMinorUnits } from "./amounts.ts";
import type { Metadata } from "./metadata.ts";
import { distribute, type Share } from "./splits.ts";
import type { Instant } from "./times.ts";
import type { CheckedRequest, Distribution } from "./validation.ts";

/** A request whose fields were checked. */
export interface TransactionRequest extends CheckedRequest {
  readonly allow_overdraft: boolean;
  readonly overdraft_limit: number;
  readonly inflight: boolean;
  readonly skip_queue: boolean;
  readonly atomic: boolean;
  readonly dry_run: boolean;
  readonly effective_date: Instant | null;
  readonly meta_data: Metadata | null;
}

/** When things are to happen; undefined where the request says nothing. */
export interface RequestTimes {
  readonly createdAt: Instant;
  readonly effectiveDate: Instant;
  readonly scheduledFor: Instant | undefined;
  readonly expiry: Instant | undefined;
  readonly commitDate: Instant | undefined;
}

/** One leg of a split. */
export interface Leg {
  readonly number: number;
  readonly transactionId: string;
  readonly share: Share;
}

/** A transaction ready to be posted or queued. */
export interface Prepared {
  readonly request: TransactionRequest;
  readonly transactionId: string;
  readonly parentTransaction: string;
  readonly times: RequestTimes;
  readonly precision: number;
  readonly preciseAmount: bigint;
  /** Major units as the answer echoes them. */
  readonly amount: number;
  readonly amountText: string | undefined;
  readonly hash: string;
  readonly metadata: Metadata;
  /** Undefined for a transaction that is not split. */
  readonly legs: readonly Leg[] | undefined;
}

/** What a batch adds to its items (contract section 12). */
export interface BatchPlace {
  readonly batchId: string;
  readonly sequence: number;
}

/**
 * Prepares a request.
 *
 * @throws SplitError when its distribution is impossible
 */
export function prepare(
  request: TransactionRequest,
  transactionId: string,
  times: RequestTimes,
  newLegId: () => string,
  place?: BatchPlace,
): Prepared {
  const precision = effectivePrecision(request.precision);
  const amounts = amountsOf(request);
  const shares = sharesOf(request, amounts.preciseAmount, precision);
  return {
    request,
    transactionId,
    parentTransaction: place?.batchId ?? "",
    times,
    precision,
    ...amounts,
    hash: hashOf({ ...request, amount: request.precise_amount === null ? request.amount : 0 }),
    metadata: metadataOf(request, transactionId, place),
    legs: shares?.map((share, index) => ({ number: index + 1, transactionId: newLegId(), share })),
  };
}

/** Minor and major units of a request, and what its answer shows of them (contract section 7.3). */
export function amountsOf(request: CheckedRequest) {
  const precision = effectivePrecision(request.precision);
  if (request.precise_amount === null) {
    const preciseAmount = toMinorUnits(request.amount, precision);
    return { preciseAmount, amount: request.amount, amountText: undefined };
  }
  const preciseAmount = request.precise_amount;
  if (preciseAmount === 0n) return { preciseAmount, amount: 0, amountText: undefined };
  const major = toMajorUnits(preciseAmount, precision);
  return { preciseAmount, amount: major.amount, amountText: major.text };
}

/** The legs' shares; undefined when the transaction is to run as a single one. */
function sharesOf(
  request: TransactionRequest,
  total: bigint,
  precision: number,
): readonly Share[] | undefined {
  const items = splitItems(request);
  if (items === undefined) return undefined;
  const shares = distribute(items, total, precision);
  return shares.length === 0 ? undefined : shares;
}

/** Whether a request is to be split, even where no item gets a leg. */
export function isSplit(request: TransactionRequest): boolean {
  return splitItems(request) !== undefined;
}

/** The items that are split: sources first, as Core does when both are given. */
function splitItems(request: TransactionRequest): readonly Distribution[] | undefined {
  if (request.sources !== null && request.sources.length > 0) return request.sources;
  if (request.destinations !== null && request.destinations.length > 0) return request.destinations;
  return undefined;
}

/** Which side of a split transaction its legs fill. */
export function splitSide(request: TransactionRequest): "source" | "destination" {
  return request.sources !== null && request.sources.length > 0 ? "source" : "destination";
}

function metadataOf(request: TransactionRequest, transactionId: string, place?: BatchPlace): Metadata {
  const { inflight: sentInflight, ...sent } = request.meta_data ?? {};
  const kept = sentInflight !== undefined && !request.inflight && !request.skip_queue;
  return {
    ...sent,
    ...(kept ? { inflight: sentInflight } : {}),
    ...(request.inflight ? { inflight: true } : {}),
    ...(request.atomic ? { atomic: true } : {}),
    ...(request.allow_overdraft ? { allow_overdraft: true } : {}),
    ...(place === undefined ? {} : { sequence: place.sequence }),
    ...(request.skip_queue ? {} : { QUEUED_PARENT_TRANSACTION: place?.batchId ?? transactionId }),
  };
}
