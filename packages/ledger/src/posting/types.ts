/** What can be asked of posting, and what it answers. */

import type { OverdraftRule } from "../rules/funds.ts";
import type { Refusal } from "../rules/refusals.ts";
import type { RowDraft, TransactionRow } from "../rules/rows.ts";
import type { Annotation, IndicatorName } from "../store/posting.ts";
import type { NewWork, WorkProgress } from "../store/work.ts";

/** A new row that moves money at once (`apply`) or puts it on hold (`hold`). */
export interface NewMovement {
  readonly kind: "apply" | "hold";
  readonly row: RowDraft;
  readonly overdraft: OverdraftRule;
  /** Stored together with the row, and only if it is stored. */
  readonly work?: readonly NewWork[];
  /** Whether a tracked balance sends the row through lineage (contract section 13). */
  readonly lineage: boolean;
  /** Set for queued rows: a refusal stores a REJECTED row under this id instead (contract section 8.3). */
  readonly rejectedId?: string;
  /** Kept together with the REJECTED row. */
  readonly rejectionWork?: readonly NewWork[];
  /** Kept instead of that row unless it is for want of funds: such a refusal takes its time. */
  readonly retryWork?: readonly NewWork[];
}

/** A row of the queue: stored as QUEUED or SCHEDULED, moves nothing (contract section 8.3). */
export interface AcceptMovement {
  readonly kind: "accept";
  readonly status: "QUEUED" | "SCHEDULED";
  readonly row: RowDraft;
  /**
   * The split that it is a leg of: all of them are accepted or none. Of a zero amount only legs leave a row (contract
   * sections 7.3 and 9.1.4).
   */
  readonly splitId?: string;
  /** The work that will process it, given the row as it was stored. */
  readonly work: (row: TransactionRow) => readonly NewWork[];
}

/** A commit or void of one hold (contract section 10.5). */
export interface HoldMovement {
  readonly kind: "commit" | "void";
  /** The row acted on: INFLIGHT, or the QUEUED row of a hold that expires. */
  readonly targetId: string;
  readonly transactionId: string;
  readonly reference: string;
  readonly createdAt: string;
  /** Minor units that a commit takes; 0 takes the whole remainder. */
  readonly wanted: bigint;
  /** The row the new one is a child of; the hold itself unless told otherwise. */
  readonly parentId?: string;
  /** Acts only on a hold nothing was taken from yet (expiry of a queued hold, contract section 10.6). */
  readonly onlyUntouched?: boolean;
}

export type Movement = NewMovement | AcceptMovement | HoldMovement;

/** True for a commit or void; the others make new rows. */
export function isHoldMovement(movement: Movement): movement is HoldMovement {
  return movement.kind === "commit" || movement.kind === "void";
}

/** What became of one movement. */
export type Outcome =
  | { readonly kind: "stored"; readonly row: TransactionRow }
  /** `reference` names the fault in the log where it was the database that failed. */
  | {
      readonly kind: "refused";
      readonly refusal: Refusal;
      readonly sides?: Sides;
      readonly reference?: string;
    }
  /**
   * Queued and dropped without a row, as Core does (contract section 8.3); `refusal` says why where it was accepted
   * before, and is not tried again.
   */
  | { readonly kind: "dropped"; readonly isDuplicate?: boolean; readonly refusal?: Refusal };

/** The balance ids both sides resolved to. */
export interface Sides {
  readonly source: string;
  readonly destination: string;
}

/** Movements that belong together: made in order and committed at once. */
export interface Order {
  readonly movements: readonly Movement[];
  /** `stop` makes none of the movements behind a refused one; `continue` attempts them all. */
  readonly onRefusal: "stop" | "continue";
  /** Further movements that depend on what became of the first ones; attempted all, in the same commit. */
  readonly followUps?: (outcomes: readonly Outcome[]) => readonly Movement[];
  /** Holds the further movements may act on, besides those this order makes. */
  readonly followUpTargets?: readonly string[];
  /** Metadata merged into stored rows in the same commit, unless a movement was refused. */
  readonly annotations?: readonly Annotation[];
  /** Set for what a caller was told would be done: where it is refused in its turn, the reason is kept on record. */
  readonly isPromised?: boolean;
  /** Why the rest of what was promised, or all of it, is not among the movements; kept where none of them was refused. */
  readonly missing?: Refusal;
  /** Pieces of work this order finishes: removed in the same commit, or nothing of the order happens. */
  readonly finishes?: readonly string[];
  /** A piece of work that this order takes a step on, the last one too, in the same commit, or nothing of the order happens. */
  readonly advances?: Advance;
}

/** A step of work that takes several commits. */
export interface Advance {
  readonly workId: string;
  /** How far it was; if it is elsewhere by now, somebody else is at it. */
  readonly from: WorkProgress | null;
  /** How far it is, given what became of the movements; undefined when that finishes it. */
  readonly to: (outcomes: readonly Outcome[]) => WorkProgress | undefined;
}

/** What became of an order. */
export interface OrderResult {
  /** One outcome per attempted movement, in order. */
  readonly outcomes: readonly Outcome[];
  readonly after: readonly Outcome[];
}

/** Where orders are given. */
export interface Posting {
  /**
   * Makes the movements of an order.
   *
   * @returns one outcome per movement attempted, once the commit is durable.
   * @throws OrderFailed when the database could not make it; FinishedElsewhere when its work was done already.
   * @example
   * const { outcomes } = await posting.post({ movements: [movement], onRefusal: "stop" });
   */
  post(order: Order): Promise<OrderResult>;
  /** The id of an internal balance, created when it does not exist. */
  internalBalance(name: IndicatorName): Promise<string>;
  /** Resolves when everything given so far is answered. */
  idle(): Promise<void>;
}
