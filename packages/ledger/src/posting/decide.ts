/**
 * What one movement comes to, given the sheet: validate, check funds, and say what is to be written
 * (contract sections 8.2, 8.3, 8.5, 10.4, 10.5). Touches nothing but the sheet.
 */

import { hashOf, toMajorUnits } from "../rules/amounts.ts";
import { isAnnounceable } from "../rules/announcements.ts";
import { applied, type Book, committed, fundsProblem, held, type Pair, released } from "../rules/funds.ts";
import { decideAction, type HoldFacts, wantedAmount } from "../rules/holds.ts";
import type { Metadata } from "../rules/metadata.ts";
import { lacking } from "../rules/projecting.ts";
import type { RowDraft, TransactionRow, TransactionStatus } from "../rules/rows.ts";
import { isStorable, isStorableText } from "../rules/storable.ts";
import { upperCased } from "../rules/texts.ts";
import type { Sheet } from "./sheet.ts";
import {
  type AcceptMovement,
  type HoldMovement,
  isHoldMovement,
  type Movement,
  type NewMovement,
  type Outcome,
  type Refusal,
  refusalText,
  type Sides,
} from "./types.ts";

/** Decides a movement and puts what follows from it on the sheet. */
export function decide(sheet: Sheet, movement: Movement): Outcome {
  if (movement.kind === "accept") return decideAccept(sheet, movement);
  return isHoldMovement(movement) ? decideOnHold(sheet, movement) : decideNew(sheet, movement);
}

const text = (message: string): Refusal => ({ kind: "text", text: message });

const loading = "failed to get source and destination balances";
const persisting = "failed to persist transaction with balances";

export function balanceMissing(id: string): Refusal {
  return { kind: "typed", code: "NOT_FOUND", text: `Balance with ID '${id}' not found`, during: loading };
}

function databaseFailure(text: string, during: string): Refusal {
  return { kind: "typed", code: "INTERNAL_SERVER_ERROR", text, during };
}

/** The refusal of a row that the database did not take. */
export const notRecorded = databaseFailure("Failed to record transaction", persisting);

export const notPositive =
  "failed to apply transaction to balances: transaction precise amount must be positive";

/** A leg of a split can be below zero (contract section 9.1.2). */
const negative = "failed to apply transaction to balances: transaction amount must be positive";

/** The text for a movement between a balance and itself. */
export function sameBalanceText(balanceId: string): string {
  return `Optimistic locking failure: balance with ID '${balanceId}' may have been updated or deleted by another transaction`;
}

/** The text for a reference that another row has. */
export function usedReferenceText(reference: string): string {
  return `transaction validation failed: reference ${reference} has already been used`;
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
    if (movement.rejectedId !== undefined) return { kind: "dropped" };
    return { kind: "refused", refusal: text(usedReferenceText(row.reference)), sides };
  }
  const source = sheet.book(sides.source);
  if (source === undefined) return refuseOrReject(sheet, movement, sides, balanceMissing(sides.source));
  const destination = sheet.book(sides.destination);
  if (destination === undefined) {
    return refuseOrReject(sheet, movement, sides, balanceMissing(sides.destination));
  }
  const refusal = moneyProblem(source, destination, movement);
  if (refusal !== undefined) return refuseOrReject(sheet, movement, sides, refusal);
  return store(sheet, movement, { source, destination });
}

/** A name that can't be looked up because the database can't hold it. */
function unreadableName({ source, destination, currency, reference }: RowDraft): Refusal | undefined {
  for (const [side, name] of [
    ["source", source],
    ["destination", destination],
  ] as const) {
    if (!name.startsWith("@") || (isStorableText(name) && isStorableText(currency))) continue;
    const during = `failed to resolve balance IDs: failed to resolve ${side} balance indicator`;
    return databaseFailure("Database error occurred", during);
  }
  if (!isStorableText(reference)) {
    return databaseFailure("Failed to check if transaction exists", "transaction validation failed");
  }
  if (isStorableText(source) && isStorableText(destination)) return undefined;
  return databaseFailure("Failed to scan balance data", loading);
}

function moneyProblem(source: Book, destination: Book, movement: NewMovement): Refusal | undefined {
  const { preciseAmount } = movement.row;
  if (preciseAmount <= 0n) return text(preciseAmount < 0n ? negative : notPositive);
  const problem = fundsProblem(source, preciseAmount, movement.overdraft);
  if (problem !== undefined) {
    return { kind: "text", text: `failed to apply transaction to balances: ${problem}`, wantOfFunds: true };
  }
  if (source.balanceId === destination.balanceId) {
    return { kind: "typed", code: "CONFLICT", text: sameBalanceText(source.balanceId), during: persisting };
  }
  return isStorable(movement.row) ? undefined : notRecorded;
}

function store(sheet: Sheet, movement: NewMovement, pair: Pair): Outcome {
  const { preciseAmount } = movement.row;
  const isHold = movement.kind === "hold";
  const row = storedRow(movement.row, isHold ? "INFLIGHT" : "APPLIED", sidesOf(pair));
  if (!isAnnounceable(row)) return refuseOrReject(sheet, movement, sidesOf(pair), notRecorded);
  sheet.move(isHold ? held(pair, preciseAmount) : applied(pair, preciseAmount));
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

function isWantOfFunds(refusal: Refusal): boolean {
  return refusal.kind === "text" && refusal.wantOfFunds === true;
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
  const sides = resolveSides(sheet, movement.row);
  const known = sheet.book(sides.source) !== undefined && sheet.book(sides.destination) !== undefined;
  const isNothing = movement.row.preciseAmount <= 0n && !movement.isLeg;
  if (!known || isNothing) return { kind: "dropped" };
  if (sheet.isUsed(movement.row.reference)) return { kind: "dropped", isDuplicate: true };
  if (!isStorable(movement.row) || !isStorableText(movement.row.reference)) return { kind: "dropped" };
  const metadata = {
    ...movement.row.metadata,
    queue_lane: "normal",
    queue_pair_key: `${sides.source}|${sides.destination}|${upperCased(movement.row.currency)}`,
  };
  const row = storedRow({ ...movement.row, metadata }, movement.status, sides);
  if (!isAnnounceable(row)) return { kind: "dropped" };
  sheet.addRow(row);
  sheet.addWork(movement.work(row));
  return { kind: "stored", row };
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
    const missing = `Transaction with ID '${movement.targetId}' not found`;
    return { kind: "refused", refusal: { kind: "typed", code: "NOT_FOUND", text: missing } };
  }
  const pair = pairOf(sheet, facts.row);
  if (facts.row.status !== "INFLIGHT" || pair === undefined) return refuseUnplaced(sheet, movement, facts);
  if (movement.onlyUntouched === true && facts.hold.committed > 0n) return { kind: "dropped" };
  const decision = decideAction(facts.hold, movement);
  if (!decision.ok) return { kind: "refused", refusal: text(decision.text) };
  return settleHold(sheet, movement, facts, pair, decision.amount);
}

function pairOf(sheet: Sheet, row: TransactionRow): Pair | undefined {
  const source = sheet.book(row.source ?? "");
  const destination = sheet.book(row.destination ?? "");
  return source === undefined || destination === undefined ? undefined : { source, destination };
}

/** A hold that still waits in the queue has nothing on hold that could be taken (contract section 10.4). */
function refuseUnplaced(sheet: Sheet, movement: HoldMovement, { row, hold }: HoldFacts): Outcome {
  const have = sheet.book(row.source ?? "")?.inflightDebit ?? 0n;
  const wanted = movement.kind === "commit" ? wantedAmount(movement, hold.precision) : 0n;
  const need = wanted > 0n ? wanted : hold.amount;
  const problem = lacking(movement.kind, "debit", have, need);
  const message = `saving transaction to db error: failed to apply transaction to balances: ${problem}`;
  return { kind: "refused", refusal: text(message) };
}

function settleHold(
  sheet: Sheet,
  movement: HoldMovement,
  facts: HoldFacts,
  pair: Pair,
  amount: bigint,
): Outcome {
  const isCommit = movement.kind === "commit";
  const row = childRow(movement, facts, amount);
  sheet.move(isCommit ? committed(pair, amount) : released(pair, amount));
  sheet.addRow(row);
  const { hold } = facts;
  if (pair.source.tracked || pair.destination.tracked) sheet.addWork([shadowSettling(movement, row)]);
  const settled = isCommit ? { ...hold, committed: hold.committed + amount } : { ...hold, voided: true };
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
  const isPartial = movement.kind === "commit" && wantedAmount(movement, facts.precision) !== 0n;
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
