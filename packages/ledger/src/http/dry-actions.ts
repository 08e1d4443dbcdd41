/** Dry runs of commits, voids and refunds (contract section 15.3): projected, answered 200, nothing kept. */
import type { LedgerContext } from "../context.ts";
import type { HoldAction } from "../posting/hold-actions.ts";
import { Projection, readSnapshot } from "../posting/preview.ts";
import { immediateRefund } from "../posting/refunds.ts";
import type { HoldFacts } from "../rules/holds.ts";
import { decideDryAction, isHoldOrWaiting, refusalToPreview } from "../rules/holds.ts";
import { refundOverdraft } from "../rules/refunds.ts";
import type { Refusal } from "../rules/refusals.ts";
import type { TransactionRow } from "../rules/rows.ts";
import { collectLegs } from "../store/holds.ts";
import { readInParts } from "../store/in-parts.ts";
import { holdFacts } from "../store/posting.ts";
import { findTransaction, refundedAmong } from "../store/transactions.ts";
import { inTurns } from "../turns.ts";
import { orRefused } from "./dry-runs.ts";
import { CoreFailure } from "./errors.ts";
import {
  type ActionPart,
  type ActionPreview,
  actionPreview,
  rejectionOf,
  rejectionOfAll,
} from "./previews.ts";
import { refusalFailure } from "./refusals.ts";
import { type Answer, json } from "./router.ts";
import type { Wire } from "./wire.ts";

/**
 * Previews a commit or void.
 *
 * @throws CoreFailure TXN_NOT_FOUND for an id nothing is known of
 */
export async function previewHoldAction(
  context: LedgerContext,
  id: string,
  action: HoldAction,
): Promise<Wire> {
  const target = await targetOf(context, id);
  if (target.kind === "refused") {
    return actionPreview({ ...nothing(action), rejection: rejectionOf(target.refusal) });
  }
  const { rows } = target;
  const facts = await readInParts(rows, (part) => holdFacts(context.database, part));
  const projection = new Projection(await readSnapshot(context.database, rows.map(sidesOf)));
  const parts = await inTurns(facts, ([, one]) => orRefused(() => projectOnHold(projection, one, action)));
  return actionPreview({
    ...nothing(action),
    attempted: rows.length,
    ...sorted(parts),
    balances: projection.balances(),
    notes: holdNotes(action),
  });
}

function nothing(action: HoldAction): ActionPreview {
  return {
    operation: action.kind,
    attempted: 0,
    passed: [],
    rejection: undefined,
    balances: [],
    notes: [],
  };
}

/** What one row of an action comes to. */
type Part = ActionPart | Refusal;

/** The rows that pass, and why others do not. */
function sorted(parts: readonly Part[]): Pick<ActionPreview, "passed" | "rejection"> {
  const isRefused = (part: Part): part is Refusal => "code" in part;
  const passed = parts.filter((part): part is ActionPart => !isRefused(part));
  return { passed, rejection: rejectionOfAll(parts.filter(isRefused)) };
}

type Target =
  | { readonly kind: "rows"; readonly rows: readonly TransactionRow[] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** The row itself where it is a hold or is to become one, otherwise the legs the id stands for. */
async function targetOf(context: LedgerContext, id: string): Promise<Target> {
  const row = await findTransaction(context.database, id);
  if (row !== undefined && isHoldOrWaiting(row)) {
    const facts = (await holdFacts(context.database, [row])).get(id);
    const refusal = facts && refusalToPreview(facts.hold);
    return refusal === undefined ? { kind: "rows", rows: [row] } : { kind: "refused", refusal };
  }
  const rows = await collectLegs(context.database, id);
  if (rows.length > 0) return { kind: "rows", rows };
  if (row !== undefined) return { kind: "refused", refusal: { code: "not_inflight" } };
  throw refusalFailure({ code: "transaction_missing", id }, "TXN_NOT_FOUND");
}

function sidesOf({ source, destination, currency }: TransactionRow) {
  return { source: source ?? "", destination: destination ?? "", currency: currency ?? "" };
}

/** What the action makes of one hold. */
function projectOnHold(projection: Projection, { row, hold }: HoldFacts, action: HoldAction): Part {
  const { kind } = action;
  const decision = decideDryAction(hold, action);
  if (!decision.ok) return decision.refusal;
  const { amount } = decision;
  const { conflict, refusal } = projection.attempt({ ...sidesOf(row), amount, change: { kind } });
  const { currency, precision } = hold;
  const status = kind === "void" ? "VOID" : "APPLIED";
  return conflict ?? refusal ?? { rowId: row.transaction_id, status, currency, precision, amount };
}

function holdNotes({ kind, wanted }: HoldAction): readonly string[] {
  const ignored = kind === "void" && wanted > 0n;
  return ignored ? ["void releases the whole remainder; the amount is ignored"] : [];
}

/** Previews a refund of candidates. */
export async function dryRefund(
  context: LedgerContext,
  id: string,
  candidates: readonly TransactionRow[],
): Promise<Answer> {
  if (candidates.length === 0) {
    throw new CoreFailure("TXN_NOT_FOUND", `transaction ${id} not found for refund`);
  }
  const ids = candidates.map((row) => row.transaction_id);
  const refunded = new Set(await readInParts(ids, (part) => refundedAmong(context.database, part)));
  const projection = new Projection(await readSnapshot(context.database, candidates.map(sidesOf)));
  const parts = await inTurns(candidates, (row): Part => {
    const id = row.transaction_id;
    if (refunded.has(id)) return { code: "already_refunded", id } satisfies Refusal;
    return orRefused(() => projectRefund(projection, row, context));
  });
  return json(
    200,
    await actionPreview({
      attempted: candidates.length,
      ...sorted(parts),
      balances: projection.balances(),
      notes: [`projected refund of transaction ${refundedId(id, candidates)}`],
    }),
  );
}

/** A single row is named itself, whatever id led to it. */
function refundedId(sent: string, candidates: readonly TransactionRow[]): string {
  const [first, ...others] = candidates;
  return first === undefined || others.length > 0 ? sent : first.transaction_id;
}

/** What the refund of one row makes, or why it is refused. That its reference is free is not looked at. */
function projectRefund(projection: Projection, row: TransactionRow, context: LedgerContext): Part {
  const { kind, row: draft } = immediateRefund(row, context, { queued: false });
  const { source, destination, currency, preciseAmount: amount, precision, reference } = draft;
  const change = { kind, overdraft: refundOverdraft };
  const { conflict, refusal } = projection.attempt({ source, destination, currency, amount, change });
  const status = kind === "hold" ? "INFLIGHT" : "APPLIED";
  const part = { rowId: row.transaction_id, status, reference, currency, precision, amount };
  return conflict ?? refusal ?? part;
}
