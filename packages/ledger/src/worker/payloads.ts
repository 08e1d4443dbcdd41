/** What pieces of work carry, as JSON: big integers travel as text. */

import type { OverdraftRule } from "../rules/funds.ts";
import type { RowDraft } from "../rules/rows.ts";
import type { NewWork } from "../store/work.ts";

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

/** Kind `bulk`: a batch that runs behind its answer; the body as it was sent. */
export interface BulkPayload {
  readonly batchId: string;
  readonly body: string;
}

/** Kind `lineage-settle`: settles shadow holds that were placed after their hold was settled. */
export interface LineageSettlePayload {
  readonly holdId: string;
  readonly action: "commit" | "void";
}
