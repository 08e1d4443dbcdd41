/** Previews as the objects a dry run answers with (contract section 15.3). Amounts are texts. */
import type { ProjectedBalance } from "../posting/preview.ts";
import { nearestDouble, toMajorUnits } from "../rules/amounts.ts";
import { availableOf, type Book, balanceOf } from "../rules/funds.ts";
import { type Prepared, splitSide } from "../rules/prepared.ts";
import { type Refusal, refusalMessage } from "../rules/refusals.ts";
import type { Share } from "../rules/splits.ts";
import { inTurns } from "../turns.ts";
import { Encoded } from "./encode.ts";
import { type CoreCode, codeOfText } from "./errors.ts";
import { processingText } from "./refusals.ts";
import type { Wire } from "./wire.ts";

/** Balances before and after. */
export function balancesToPreview(balances: readonly ProjectedBalance[]): readonly Wire[] {
  return balances.map(({ role, virtual, before, after }) => ({
    balance_id: before.balanceId,
    role,
    currency: before.currency,
    virtual: virtual ? true : undefined,
    ...amounts("current", before),
    ...amounts("resulting", after),
  }));
}

function amounts(prefix: string, book: Book): Wire {
  return {
    [`${prefix}_balance`]: balanceOf(book).toString(),
    [`${prefix}_available`]: availableOf(book).toString(),
    [`${prefix}_credit_balance`]: book.credit.toString(),
    [`${prefix}_debit_balance`]: book.debit.toString(),
    [`${prefix}_inflight_debit_balance`]: book.inflightDebit.toString(),
    [`${prefix}_inflight_credit_balance`]: book.inflightCredit.toString(),
  };
}

/** Why a real call would be refused. */
export interface Rejection {
  readonly code: CoreCode;
  readonly reason: "insufficient_funds" | "overdraft_limit" | "other";
  readonly message: string;
}

/** One refusal, in its own words; absent when there is none. */
export function rejectionOf(refusal: Refusal | undefined): Rejection | undefined {
  return refusal === undefined ? undefined : rejection([refusal], refusalMessage(refusal));
}

/** Refusals of several rows, one after the other in brackets; absent when there is none. */
export function rejectionOfAll(refusals: readonly Refusal[]): Rejection | undefined {
  return refusals.length === 0
    ? undefined
    : rejection(refusals, processingText(refusals.map(refusalMessage)));
}

/** Whatever the rules of section 3.3 do not know is a fault of the request. */
function rejection(refusals: readonly Refusal[], message: string): Rejection {
  const found = reasons.find((reason) => refusals.some(({ code }) => code === reason));
  return { code: codeOfText(message, "TXN_VALIDATION_ERROR"), reason: found ?? "other", message };
}

const reasons = ["insufficient_funds", "overdraft_limit"] as const;

/** How a create is shown. */
export interface CreatePreview {
  readonly prepared: Prepared;
  /** Major units: as sent, or derived. */
  readonly amount: number;
  readonly rejection: Rejection | undefined;
  /** Null where an item shows no balances of its own. */
  readonly balances: readonly Wire[] | null;
  /** The legs that would be made. */
  readonly legs?: readonly Share[];
  readonly notes?: readonly string[];
}

/** The preview of a create. */
export function createPreview({ prepared, amount, rejection, balances, legs, notes }: CreatePreview): Wire {
  const { request, preciseAmount, precision } = prepared;
  return {
    dry_run: true,
    would_apply: rejection === undefined,
    rejection,
    status: rejection === undefined ? createdStatus(prepared) : undefined,
    reference: request.reference,
    currency: request.currency,
    amount,
    precise_amount: preciseAmount.toString(),
    precision,
    balances,
    legs: presentOrAbsent(legs ?? [])?.map((leg) => legToWire(prepared, leg)),
    notes: presentOrAbsent(notes ?? []),
  };
}

function createdStatus({ request }: Prepared): string {
  return request.inflight ? "INFLIGHT" : "APPLIED";
}

function legToWire({ request, precision }: Prepared, { identifier, amount }: Share): Wire {
  return {
    identifier,
    role: splitSide(request),
    precise_amount: amount.toString(),
    amount: toMajorUnits(amount, precision).amount,
  };
}

/** Lists are left out when they are empty. */
export function presentOrAbsent<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** One row that an action would make. */
export interface ActionPart {
  /** The row acted on. */
  readonly rowId: string;
  readonly status: string;
  readonly reference?: string;
  readonly currency: string;
  readonly precision: number;
  /** Minor units. */
  readonly amount: bigint;
}

/** What a preview of commits, voids or refunds is about. */
export interface ActionPreview {
  readonly operation?: "commit" | "void";
  /** How many rows are acted on; with several, those that pass are listed. */
  readonly attempted: number;
  readonly passed: readonly ActionPart[];
  readonly rejection: Rejection | undefined;
  readonly balances: readonly ProjectedBalance[];
  readonly notes: readonly string[];
}

/** The preview of an action on stored rows: their sum, described by the last one that passes. */
export async function actionPreview(preview: ActionPreview): Promise<Wire> {
  const { operation, attempted, passed, rejection, balances, notes } = preview;
  const last = passed.at(-1);
  const total = passed.reduce((sum, { amount }) => sum + amount, 0n);
  const legs = attempted < 2 ? [] : await inTurns(passed, (part) => new Encoded(partToWire(part)));
  return {
    dry_run: true,
    would_apply: rejection === undefined,
    rejection,
    operation,
    status: rejection === undefined ? last?.status : undefined,
    reference: last?.reference,
    currency: last?.currency ?? "",
    amount: last === undefined ? 0 : nearestDouble(total, last.precision),
    precise_amount: total.toString(),
    precision: last?.precision ?? 0,
    balances: balancesToPreview(balances),
    legs: presentOrAbsent(legs),
    notes: presentOrAbsent(notes),
  };
}

function partToWire({ rowId, amount, precision }: ActionPart): Wire {
  return {
    identifier: rowId,
    role: "source",
    precise_amount: amount.toString(),
    amount: toMajorUnits(amount, precision).amount,
  };
}
