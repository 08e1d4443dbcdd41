/** Previews as the objects a dry run answers with (contract section 15.3). Amounts are texts. */
import type { ProjectedBalance, ProjectedMovement } from "../posting/preview.ts";
import { merged, unchanged } from "../posting/preview.ts";
import { isHoldMovement, type Refusal, refusalText } from "../posting/types.ts";
import { toMajorUnits } from "../rules/amounts.ts";
import { availableOf, type Book, balanceOf } from "../rules/funds.ts";
import type { Prepared } from "../rules/prepared.ts";
import { splitSide } from "../rules/prepared.ts";
import { type CoreCode, CoreFailure, codeOfText } from "./errors.ts";
import { refusalFailure } from "./refusals.ts";
import type { Wire } from "./wire.ts";

/** A balance before and after. */
export function balanceToPreview({ role, currency, virtual, before, after }: ProjectedBalance): Wire {
  return {
    balance_id: before.balanceId,
    role,
    currency,
    virtual: virtual ? true : undefined,
    ...amounts("current", before),
    ...amounts("resulting", after),
  };
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

function reasonOf(message: string): string {
  if (message.includes("insufficient funds")) return "insufficient_funds";
  if (message.includes("exceeds overdraft limit")) return "overdraft_limit";
  return message.includes("failed to acquire lock") ? "lock_contention" : "other";
}

/** Why a real call would be refused. */
export function rejectionToWire(code: CoreCode, message: string): Wire {
  return { code, reason: reasonOf(message), message };
}

function createRejection(refusal: Refusal): Wire {
  const failure = refusalFailure(refusal, "TXN_VALIDATION_ERROR");
  return rejectionToWire(failure.code, failure.message);
}

/** A balance that does not exist is an error even of a dry run. */
function throwIfMissing(projected: readonly ProjectedMovement[]): void {
  for (const { refusal } of projected) {
    if (refusal?.kind === "typed" && refusal.code === "NOT_FOUND") {
      throw new CoreFailure("TXN_NOT_FOUND", refusal.text, { details: {} });
    }
  }
}

/** How a create is shown. */
export interface CreatePreview {
  readonly prepared: Prepared;
  readonly projected: readonly ProjectedMovement[];
  /** Inside a cumulative batch an item shows no balances of its own. */
  readonly withoutBalances?: boolean;
}

/**
 * The preview of a create.
 *
 * @throws CoreFailure TXN_NOT_FOUND for an unknown balance
 */
export function createPreview({ prepared, projected, withoutBalances = false }: CreatePreview): Wire {
  throwIfMissing(projected);
  const { request, preciseAmount, precision } = prepared;
  const refusal = projected.find((one) => one.refusal !== undefined)?.refusal;
  const status = request.inflight ? "INFLIGHT" : "APPLIED";
  return {
    dry_run: true,
    would_apply: refusal === undefined,
    rejection: refusal === undefined ? undefined : createRejection(refusal),
    status: refusal === undefined ? status : undefined,
    reference: request.reference,
    currency: request.currency,
    amount: toMajorUnits(preciseAmount, precision).amount,
    precise_amount: preciseAmount.toString(),
    precision,
    balances: withoutBalances ? null : shownBalances(prepared, projected, refusal !== undefined),
    legs: legsToWire(prepared),
    notes: notesOrAbsent(createNotes(prepared, projected)),
  };
}

/** Immediate: each balance once. Through the queue: source and destination of each leg. */
function shownBalances(
  prepared: Prepared,
  projected: readonly ProjectedMovement[],
  refused: boolean,
): readonly Wire[] {
  const all = projected.flatMap(({ balances }) => balances);
  const shown = prepared.request.skip_queue ? merged(all) : all;
  return (refused ? unchanged(shown) : shown).map(balanceToPreview);
}

function legsToWire(prepared: Prepared): readonly Wire[] | undefined {
  return prepared.legs?.map(({ share }) => ({
    identifier: share.identifier,
    role: splitSide(prepared.request),
    precise_amount: share.amount.toString(),
    amount: toMajorUnits(share.amount, prepared.precision).amount,
  }));
}

function createNotes(prepared: Prepared, projected: readonly ProjectedMovement[]): readonly string[] {
  const { request, legs, times } = prepared;
  const balances = merged(projected.flatMap((one) => one.balances));
  const foreign = balances.filter(({ currency }) => currency !== request.currency);
  return [
    ...(times.scheduledFor === undefined
      ? []
      : ["projected as if it ran now; it would run at scheduled_for"]),
    ...foreign.map(
      ({ role, currency }) =>
        `${role} balance currency ${currency} differs from transaction currency ${request.currency}`,
    ),
    ...(legs !== undefined && !request.skip_queue
      ? ["legs are processed independently unless skip_queue is set, so each leg is projected alone"]
      : []),
  ];
}

/** Notes are left out when there are none. */
export function notesOrAbsent(notes: readonly string[]): readonly string[] | undefined {
  return notes.length === 0 ? undefined : notes;
}

/** What a preview of commits, voids or refunds is about. */
export interface ActionPreview {
  readonly operation?: "commit" | "void";
  readonly reference?: string;
  readonly projected: readonly ProjectedMovement[];
  /** Refusals found before anything was projected. */
  readonly refusals: readonly Refusal[];
  readonly notes: readonly string[];
}

/** The preview of an action on stored rows: their sum, and each leg when there are several. */
export function actionPreview({ operation, reference, projected, refusals, notes }: ActionPreview): Wire {
  const passing = projected.filter(({ row }) => row !== undefined);
  const refused = [...refusals, ...projected.flatMap(({ refusal }) => refusal ?? [])];
  const first = passing[0]?.row;
  const precision = Number(first?.precision ?? "0");
  const total = passing.reduce((sum, { row }) => sum + BigInt(row?.precise_amount ?? "0"), 0n);
  return {
    dry_run: true,
    would_apply: refused.length === 0,
    rejection: refused.length === 0 ? undefined : actionRejection(refused),
    operation,
    status: refused.length === 0 ? (first?.status ?? undefined) : undefined,
    reference,
    currency: first?.currency ?? "",
    amount: precision === 0 ? 0 : toMajorUnits(total, precision).amount,
    precise_amount: total.toString(),
    precision,
    balances: merged(passing.flatMap(({ balances }) => balances)).map(balanceToPreview),
    legs: passing.length < 2 ? undefined : passing.map(actionLeg),
    notes: notesOrAbsent(notes),
  };
}

function actionLeg({ movement, row }: ProjectedMovement): Wire {
  return {
    identifier: isHoldMovement(movement) ? movement.targetId : movement.row.parentTransaction,
    role: "source",
    precise_amount: row?.precise_amount ?? "0",
    amount: Number(row?.amount ?? "0"),
  };
}

const bare = ["transaction has already been voided", "transaction is not in inflight status"];

/** In brackets like the real answer, but for two texts that come bare. */
function actionRejection(refused: readonly Refusal[]): Wire {
  const texts = refused.map(refusalText);
  const [only = ""] = texts;
  const message =
    texts.length === 1 && bare.includes(only)
      ? only
      : `error occurred during processing: [${texts.join(" ")}]`;
  return rejectionToWire(codeOfText(message, "GEN_BAD_REQUEST"), message);
}
