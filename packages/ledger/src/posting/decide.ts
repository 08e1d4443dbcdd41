/**
 * What one movement comes to, given the sheet: validate, check funds, and say what is to be written
 * (contract sections 8.2, 8.3, 8.5, 10.4, 10.5). Touches nothing but the sheet.
 */

import { hashOf, toMajorUnits } from "../rules/amounts.ts";
import { isAnnounceable } from "../rules/announcements.ts";
import type { Pair } from "../rules/funds.ts";
import { decideAction, type HoldFacts, mayExpire, notPlaced } from "../rules/holds.ts";
import type { Metadata } from "../rules/metadata.ts";
import { settle, take } from "../rules/moving.ts";
import { type Refusal, refusalText } from "../rules/refusals.ts";
import type { RowDraft, TransactionRow, TransactionStatus } from "../rules/rows.ts";
import { isStorable, isStorableText, unreadableName } from "../rules/storable.ts";
import { upperCased } from "../rules/texts.ts";
import type { Sheet } from "./sheet.ts";
import {
  type AcceptMovement,
  type HoldMovement,
  isHoldMovement,
  type Movement,
  type NewMovement,
  type Outcome,
  type Sides,
} from "./types.ts";

/** Decides a movement and puts what follows from it on the sheet. */
export function decide(sheet: Sheet, movement: Movement): Outcome {
  if (movement.kind === "accept") return decideAccept(sheet, movement);
  return isHoldMovement(movement) ? decideOnHold(sheet, movement) : decideNew(sheet, movement);
}

function resolveSides(sheet: Sheet, row: RowDraft): Sides {
  return {
    source: sheet.resolve(row.source, row.currency),
    destination: sheet.resolve(row.destination, row.currency),
  };
}

/**
 * Order of checks: indicators, reference, source, destination, amount, funds, two different balances, what
 * the database can't hold.
 */
function decideNew(sheet: Sheet, movement: NewMovement): Outcome {
  const { row } = movement;
  const sides = resolveSides(sheet, row);
  const unreadable = unreadableName(row);
  if (unreadable !== undefined) return { kind: "refused", refusal: unreadable, sides };
  if (sheet.isUsed(row.reference)) {
    const refusal: Refusal = { code: "reference_used", reference: row.reference };
    return movement.rejectedId === undefined
      ? { kind: "refused", refusal, sides }
      : { kind: "dropped", refusal };
  }
  const refused = (refusal: Refusal) => refuseOrReject(sheet, movement, sides, refusal);
  const source = sheet.book(sides.source);
  if (source === undefined) return refused({ code: "balance_missing", balanceId: sides.source });
  const destination = sheet.book(sides.destination);
  if (destination === undefined) return refused({ code: "balance_missing", balanceId: sides.destination });
  const moved = take({ source, destination }, row.preciseAmount, movement);
  const refusal = moved.refusal ?? unstorable(moved.pair, row);
  return refusal === undefined ? store(sheet, movement, moved.pair) : refused(refusal);
}

/** What the database would not take of a movement that the rules allow. */
function unstorable({ source, destination }: Pair, row: RowDraft): Refusal | undefined {
  if (source.balanceId === destination.balanceId)
    return { code: "same_balance", balanceId: source.balanceId };
  return isStorable(row) ? undefined : { code: "not_recorded" };
}

function store(sheet: Sheet, movement: NewMovement, pair: Pair): Outcome {
  const isHold = movement.kind === "hold";
  const row = storedRow(movement.row, isHold ? "INFLIGHT" : "APPLIED", sidesOf(pair));
  if (!isAnnounceable(row)) return refuseOrReject(sheet, movement, sidesOf(pair), { code: "not_recorded" });
  sheet.move(pair);
  sheet.addRow(row);
  if (isHold) sheet.setHold(row.transaction_id, newHold(row, movement.row));
  sheet.addWork(movement.work ?? []);
  if (movement.lineage && entersLineage(pair, row)) sheet.addWork([lineageWork(row)]);
  return { kind: "stored", row };
}

function sidesOf({ source, destination }: Pair): Sides {
  return { source: source.balanceId, destination: destination.balanceId };
}

function entersLineage({ source, destination }: Pair, row: TransactionRow): boolean {
  const provider = row.meta_data?.["BLNK_LINEAGE_PROVIDER"];
  return source.tracked || (destination.tracked && typeof provider === "string" && provider !== "");
}

function lineageWork(row: TransactionRow) {
  return { kind: "lineage", dueAt: row.created_at, payload: { transactionId: row.transaction_id } };
}

function newHold(row: TransactionRow, draft: RowDraft): HoldFacts {
  const { preciseAmount: amount, precision, currency } = draft;
  return { row, hold: { amount, precision, currency, committed: 0n, voided: false } };
}

/** The source has not enough: trying again would be in vain (contract section 8.3). */
function isWantOfFunds({ code }: Refusal): boolean {
  return code === "insufficient_funds" || code === "overdraft_limit";
}

/**
 * A queued movement that can't be made leaves a REJECTED row, at once for want of funds, else after the
 * retries; any other leaves nothing.
 */
function refuseOrReject(sheet: Sheet, movement: NewMovement, sides: Sides, refusal: Refusal): Outcome {
  if (movement.rejectedId === undefined) return { kind: "refused", refusal, sides };
  if (movement.retryWork !== undefined && !isWantOfFunds(refusal)) {
    sheet.addWork(movement.retryWork);
    return { kind: "dropped" };
  }
  const metadata = { ...movement.row.metadata, blnk_rejection_reason: refusalText(refusal) };
  const row = storedRow({ ...movement.row, transactionId: movement.rejectedId, metadata }, "REJECTED", sides);
  sheet.addRow(row);
  sheet.addWork(movement.rejectionWork ?? []);
  return { kind: "stored", row };
}

/**
 * Duplicates, unknown balances, zero amounts, what is too long and what can't be stored vanish: nothing is
 * stored, nobody is told (contract section 8.3).
 */
function decideAccept(sheet: Sheet, movement: AcceptMovement): Outcome {
  const accepted = acceptedOf(sheet, movement);
  if (accepted.kind === "stored") {
    sheet.addRow(accepted.row);
    sheet.addWork(movement.work(accepted.row));
  }
  return accepted;
}

/** Whether a movement for the queue would be stored. */
export function isAcceptable(sheet: Sheet, movement: AcceptMovement): boolean {
  return acceptedOf(sheet, movement).kind === "stored";
}

function acceptedOf(sheet: Sheet, movement: AcceptMovement): Outcome {
  const sides = resolveSides(sheet, movement.row);
  const known = sheet.book(sides.source) !== undefined && sheet.book(sides.destination) !== undefined;
  const isNothing = movement.row.preciseAmount <= 0n && movement.splitId === undefined;
  if (!known || isNothing) return { kind: "dropped" };
  if (sheet.isUsed(movement.row.reference)) return { kind: "dropped", isDuplicate: true };
  if (!isStorable(movement.row) || !isStorableText(movement.row.reference)) return { kind: "dropped" };
  const metadata = {
    ...movement.row.metadata,
    queue_lane: "normal",
    queue_pair_key: `${sides.source}|${sides.destination}|${upperCased(movement.row.currency)}`,
  };
  const row = storedRow({ ...movement.row, metadata }, movement.status, sides);
  return isAnnounceable(row) ? { kind: "stored", row } : { kind: "dropped" };
}

/** The row of a draft, with its status and the balances its sides resolved to. */
export function storedRow(draft: RowDraft, status: TransactionStatus, sides: Sides): TransactionRow {
  return {
    transaction_id: draft.transactionId,
    source: sides.source,
    destination: sides.destination,
    description: draft.description,
    reference: draft.reference,
    amount: String(toMajorUnits(draft.preciseAmount, draft.precision).amount),
    currency: draft.currency,
    status,
    hash: draft.hash,
    created_at: draft.createdAt,
    // Whoever sends the mark of a hold does not make an applied row one (contract section 7.6).
    meta_data: status === "APPLIED" ? withoutInflight(draft.metadata) : draft.metadata,
    precise_amount: draft.preciseAmount.toString(),
    precision: String(BigInt(draft.precision)),
    parent_transaction: draft.parentTransaction,
    effective_date: draft.effectiveDate,
    scheduled_for: draft.scheduledFor,
  };
}

function decideOnHold(sheet: Sheet, movement: HoldMovement): Outcome {
  const facts = sheet.hold(movement.targetId);
  if (facts === undefined) {
    return { kind: "refused", refusal: { code: "transaction_missing", id: movement.targetId } };
  }
  const { row, hold } = facts;
  const sides = { source: row.source ?? "", destination: row.destination ?? "" };
  const pair = pairOf(sheet, sides);
  const isPlaced = row.status === "INFLIGHT" && pair !== undefined;
  if (isPlaced && movement.onlyUntouched === true && !mayExpire(hold)) return { kind: "dropped" };
  const decision = decideAction(hold, movement);
  if (!decision.ok) return { kind: "refused", refusal: decision.refusal };
  if (isPlaced) return settleHold(sheet, movement, facts, pair, decision.amount);
  const have = sheet.book(sides.source)?.inflightDebit ?? 0n;
  return { kind: "refused", refusal: notPlaced(hold, movement, have) };
}

function pairOf(sheet: Sheet, sides: Sides): Pair | undefined {
  const source = sheet.book(sides.source);
  const destination = sheet.book(sides.destination);
  return source === undefined || destination === undefined ? undefined : { source, destination };
}

function settleHold(
  sheet: Sheet,
  movement: HoldMovement,
  facts: HoldFacts,
  pair: Pair,
  amount: bigint,
): Outcome {
  const moved = settle(pair, amount, movement);
  if (moved.refusal !== undefined) return { kind: "refused", refusal: moved.refusal };
  const row = childRow(movement, facts, amount);
  sheet.move(moved.pair);
  sheet.addRow(row);
  const { hold } = facts;
  if (pair.source.tracked || pair.destination.tracked) sheet.addWork([shadowSettling(movement, row)]);
  const settled =
    movement.kind === "commit" ? { ...hold, committed: hold.committed + amount } : { ...hold, voided: true };
  sheet.setHold(movement.targetId, { ...facts, hold: settled });
  return { kind: "stored", row };
}

/** Shadow holds may be placed after their hold is settled; the worker looks again (contract section 13). */
function shadowSettling(movement: HoldMovement, row: TransactionRow) {
  const payload = { holdId: movement.targetId, action: movement.kind };
  return { kind: "lineage-settle", dueAt: row.created_at, payload };
}

/** The child of a hold (contract section 10.5). */
function childRow(
  movement: HoldMovement,
  { row: hold, hold: facts }: HoldFacts,
  amount: bigint,
): TransactionRow {
  const isPartial = movement.kind === "commit" && movement.wanted !== 0n;
  const hashed = movement.kind === "void" || isPartial ? facts.amount : amount;
  const sides = { source: hold.source ?? "", destination: hold.destination ?? "" };
  const currency = hold.currency ?? "";
  return {
    ...hold,
    transaction_id: movement.transactionId,
    parent_transaction: movement.parentId ?? movement.targetId,
    reference: movement.reference,
    status: movement.kind === "commit" ? "APPLIED" : "VOID",
    amount: String(toMajorUnits(amount, facts.precision).amount),
    precise_amount: amount.toString(),
    hash: hashOf({
      amount: toMajorUnits(hashed, facts.precision).amount,
      reference: movement.reference,
      currency,
      ...sides,
    }),
    created_at: movement.createdAt,
    effective_date: movement.createdAt,
    scheduled_for: null,
    meta_data: withoutInflight(hold.meta_data),
  };
}

function withoutInflight(metadata: Metadata | null): Metadata {
  const { inflight: _, ...rest } = metadata ?? {};
  return rest;
}
