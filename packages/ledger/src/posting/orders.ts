/**
 * From a prepared transaction to movements: rows, references, parents and hashes of contract sections 7.4
 * and 8.4, for a single transaction and for the legs of a split, at once and through the queue.
 */

import { newId } from "../ids.ts";
import { hashOf, toMajorUnits } from "../rules/amounts.ts";
import type { OverdraftRule } from "../rules/funds.ts";
import { type Leg, type Prepared, splitSide } from "../rules/prepared.ts";
import type { RowDraft, TransactionRow } from "../rules/rows.ts";
import { type Instant, toTimestampText } from "../rules/times.ts";
import type { NewWork } from "../store/work.ts";
import { draftToPayload, type QueuedPayload, queuedKind } from "../store/work-payloads.ts";
import type { Imitated } from "./context.ts";
import type { AcceptMovement, NewMovement } from "./types.ts";

function overdraftOf(prepared: Prepared): OverdraftRule {
  const { request, precision } = prepared;
  return { allowOverdraft: request.allow_overdraft, overdraftLimit: request.overdraft_limit, precision };
}

/** The row of the whole transaction; legs differ from it in what `legDraft` changes. */
function baseDraft(prepared: Prepared): RowDraft {
  const { request, times } = prepared;
  return {
    transactionId: prepared.transactionId,
    parentTransaction: prepared.parentTransaction,
    reference: request.reference,
    source: request.source,
    destination: request.destination,
    currency: request.currency,
    description: request.description,
    hash: prepared.hash,
    preciseAmount: prepared.preciseAmount,
    precision: prepared.precision,
    createdAt: toTimestampText(times.createdAt),
    effectiveDate: toTimestampText(times.effectiveDate),
    scheduledFor: times.scheduledFor === undefined ? null : toTimestampText(times.scheduledFor),
    metadata: prepared.metadata,
  };
}

/** The row of one leg, its side filled in. */
function legDraft(prepared: Prepared, leg: Leg, reference: string): RowDraft {
  return {
    ...baseDraft(prepared),
    transactionId: leg.transactionId,
    parentTransaction: prepared.transactionId,
    reference,
    [splitSide(prepared.request)]: leg.share.identifier,
    preciseAmount: leg.share.amount,
  };
}

function legAmount(prepared: Prepared, leg: Leg): number {
  return toMajorUnits(leg.share.amount, prepared.precision).amount;
}

/** Rows of a transaction that is processed inside the request (contract section 8.2). */
export function immediateMovements(prepared: Prepared, imitated: Imitated): readonly NewMovement[] {
  const drafts = prepared.legs?.map((leg) => immediateLeg(prepared, leg)) ?? [baseDraft(prepared)];
  return drafts.map((row) => ({
    kind: prepared.request.inflight ? "hold" : "apply",
    row,
    overdraft: overdraftOf(prepared),
    work: prepared.request.inflight ? holdWork(prepared, row.transactionId, imitated) : [],
    lineage: !prepared.request.inflight || row.parentTransaction === "",
  }));
}

function immediateLeg(prepared: Prepared, leg: Leg): RowDraft {
  const { request } = prepared;
  const hash = hashOf({ ...request, amount: legAmount(prepared, leg) });
  return { ...legDraft(prepared, leg, `${request.reference}-${leg.number}`), hash };
}

/** What is to happen to a hold at its dates (contract section 10.6). */
function holdWork(
  prepared: Pick<Prepared, "times" | "legs">,
  holdId: string,
  imitated: Imitated,
  parentId?: string,
): readonly NewWork[] {
  const { createdAt, commitDate, expiry } = prepared.times;
  const neverExpires = prepared.legs !== undefined && imitated.splitHoldsNeverExpire;
  const dueAt = (date: Instant) => notBefore(createdAt, date);
  return [
    ...(commitDate === undefined
      ? []
      : [{ kind: "hold-commit", dueAt: dueAt(commitDate), payload: { holdId } }]),
    ...(expiry === undefined || neverExpires
      ? []
      : [{ kind: "hold-expiry", dueAt: dueAt(expiry), payload: { holdId, parentId } }]),
  ];
}

/** When work of a date is due: a date in the past is as good as the moment it was named. */
function notBefore(named: Instant, date: Instant): string {
  return toTimestampText(date.nanoseconds > named.nanoseconds ? date : named);
}

/**
 * Rows of a transaction that goes through the queue (contract section 8.3): each stored as QUEUED or
 * SCHEDULED together with the work that will make its child.
 */
export function queuedMovements(
  prepared: Prepared,
  now: () => Instant,
  imitated: Imitated,
): readonly AcceptMovement[] {
  const drafts = prepared.legs?.map((leg) => queuedLeg(prepared, leg)) ?? [queuedSingle(prepared)];
  return drafts.map((row) => ({
    kind: "accept",
    status: prepared.times.scheduledFor === undefined ? "QUEUED" : "SCHEDULED",
    ...(prepared.legs === undefined ? {} : { splitId: prepared.transactionId }),
    row: { ...row, createdAt: toTimestampText(now()) },
    work: (stored) => [queuedWork(prepared, stored, row, imitated)],
  }));
}

function queuedSingle(prepared: Prepared): RowDraft {
  const hash = hashOf({ ...prepared.request, amount: prepared.amount });
  return { ...baseDraft(prepared), hash };
}

function queuedLeg(prepared: Prepared, leg: Leg): RowDraft {
  const draft = legDraft(prepared, leg, `${prepared.request.reference}_${leg.number}`);
  return { ...draft, hash: hashOf({ ...draft, amount: legAmount(prepared, leg) }) };
}

/** The work that makes the child of a stored row: APPLIED, INFLIGHT or REJECTED. */
function queuedWork(
  prepared: Prepared,
  stored: TransactionRow,
  draft: RowDraft,
  imitated: Imitated,
): NewWork {
  const { request } = prepared;
  const childId = newId("txn");
  const child: RowDraft = {
    ...draft,
    transactionId: childId,
    parentTransaction: stored.transaction_id,
    reference: `${draft.reference}_q`,
    source: stored.source ?? "",
    destination: stored.destination ?? "",
    createdAt: stored.created_at,
    metadata: stored.meta_data ?? {},
  };
  const isPart = prepared.legs !== undefined || prepared.parentTransaction !== "";
  const group = prepared.parentTransaction === "" ? prepared.transactionId : prepared.parentTransaction;
  const payload: QueuedPayload = {
    kind: request.inflight ? "hold" : "apply",
    row: draftToPayload(child),
    overdraft: overdraftOf(prepared),
    work: request.inflight ? holdWork(prepared, childId, imitated, stored.transaction_id) : [],
    ...(isPart && request.atomic ? { compensates: group } : {}),
  };
  const { createdAt, scheduledFor = createdAt } = prepared.times;
  return { kind: queuedKind, dueAt: notBefore(createdAt, scheduledFor), payload };
}
