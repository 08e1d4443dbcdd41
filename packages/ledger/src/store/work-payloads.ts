/** What pieces of work carry, as JSON: big integers travel as text. */

import type { OverdraftRule } from "../rules/funds.ts";
import type { TransactionRequest } from "../rules/prepared.ts";
import type { RowDraft } from "../rules/rows.ts";
import { inTurns } from "../turns.ts";
import type { NewWork } from "./work.ts";

/** A `RowDraft` as JSON. */
export type DraftPayload = Omit<RowDraft, "preciseAmount"> & { readonly preciseAmount: string };

export function draftToPayload(draft: RowDraft): DraftPayload {
  return { ...draft, preciseAmount: draft.preciseAmount.toString() };
}

export function draftFromPayload(payload: DraftPayload): RowDraft {
  return { ...payload, preciseAmount: BigInt(payload.preciseAmount) };
}

/** The kind of work that makes the child of a QUEUED or SCHEDULED row. */
export const queuedKind = "queued";

/** Kind `queued`: makes the child of a QUEUED or SCHEDULED row. */
export interface QueuedPayload {
  readonly kind: "apply" | "hold";
  readonly row: DraftPayload;
  readonly overdraft: OverdraftRule;
  /** Kept together with the child. */
  readonly work: readonly NewWork[];
  /** The split or batch of which the rest is undone when this one is rejected. */
  readonly compensates?: string;
  /** Set once it was refused for something else than funds: the next refusal is final. */
  readonly retried?: boolean;
}

/** Kind `hold-commit`: commits what remains of a hold at its date. */
export interface HoldCommitPayload {
  readonly holdId: string;
}

/** Kind `hold-expiry`: voids a hold at its date. */
export interface HoldExpiryPayload {
  readonly holdId: string;
  /** For a queued hold, the QUEUED row the void hangs on. */
  readonly parentId?: string;
}

/** Kind `hold-action`: a queued commit or void of everything an id stands for (contract section 10.2). */
export interface HoldActionPayload {
  readonly id: string;
  readonly action: "commit" | "void";
  /** Minor units of each hold; 0 for all that remains. */
  readonly wanted: string;
}

/** The same as versions kept it that left the amount as it was asked: it may wait in books that they wrote. */
export interface EarlierHoldActionPayload {
  readonly id: string;
  readonly action: "commit" | "void";
  readonly preciseAmount: string | null;
  readonly amount: number;
}

/** Kind `compensate`: undoes a split or batch of which an atomic part was rejected (contract sections 9.1.5, 12). */
export interface CompensatePayload {
  readonly groupId: string;
  /** What its parts were to be: held ones are voided, applied ones refunded. */
  readonly kind: "apply" | "hold";
}

/** Kind `lineage`: takes a row through fund lineage (contract section 13). */
export interface LineagePayload {
  readonly transactionId: string;
}

/** The kind of work that makes a batch behind its answer. */
export const bulkKind = "bulk";

/** Kind `bulk`: a batch that runs behind its answer. */
export interface BulkPayload {
  readonly batchId: string;
  readonly atomic: boolean;
  /** Its items, checked, as JSON inside a string: a jsonb value can't hold a NUL, text about one can. */
  readonly items: string;
}

/** The kind of work that an atomic batch is while it is being made: to be undone where nobody makes it any more. */
export const undoBatchKind = "unfinished-batch";

/** Kind `unfinished-batch`. */
export interface UndoBatchPayload {
  readonly batchId: string;
}

/** A batch's item as JSON. */
type ItemPayload = Omit<TransactionRequest, "precise_amount" | "effective_date"> & {
  readonly precise_amount: string | null;
  readonly effective_date: { readonly nanoseconds: string; readonly offsetMinutes: number } | null;
};

/** Items as text, made in turns: there may be ten thousand. */
export async function itemsToPayload(items: readonly TransactionRequest[]): Promise<string> {
  const texts = await inTurns(items, (item) => {
    const { precise_amount: amount, effective_date: date } = item;
    const payload: ItemPayload = {
      ...item,
      precise_amount: amount === null ? null : String(amount),
      effective_date: date === null ? null : { ...date, nanoseconds: String(date.nanoseconds) },
    };
    return JSON.stringify(payload);
  });
  return `[${texts.join(",")}]`;
}

export async function itemsFromPayload(text: string): Promise<readonly TransactionRequest[]> {
  const payload: readonly ItemPayload[] = JSON.parse(text);
  return inTurns(payload, (item) => {
    const { precise_amount: amount, effective_date: date } = item;
    return {
      ...item,
      precise_amount: amount === null ? null : BigInt(amount),
      effective_date: date === null ? null : { ...date, nanoseconds: BigInt(date.nanoseconds) },
    };
  });
}

/** Kind `lineage-settle`: settles shadow holds that were placed after their hold was settled. */
export interface LineageSettlePayload {
  readonly holdId: string;
  readonly action: "commit" | "void";
}

/** What a run is to do; kept in the queue of work until it is done. */
export interface ReconciliationWork {
  readonly reconciliationId: string;
  readonly uploadId: string;
  readonly strategy: string;
  readonly groupingCriteria: string;
  readonly ruleIds: readonly string[];
  readonly dryRun: boolean;
}

/** The kind of work in the queue. */
export const reconcileKind = "reconcile";

/** The kind of work that takes back what a cancelled run had found and marked. */
export const cancelledRunKind = "cancelled-reconciliation";

/** Kind `cancelled-reconciliation`. */
export interface CancelledRunPayload {
  readonly reconciliationId: string;
}
