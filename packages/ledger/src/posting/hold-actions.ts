/**
 * Commits and voids of everything an id stands for (contract sections 10.3 to 10.6). The same action is
 * attempted on each leg; with a tracked leg its shadow holds are settled in the same commit, fully even
 * where the commit is partial (contract section 13).
 */

import { newId } from "../ids.ts";
import { toMinorUnits } from "../rules/amounts.ts";
import type { WantedAction } from "../rules/holds.ts";
import type { TransactionRow } from "../rules/rows.ts";
import { toTimestampText } from "../rules/times.ts";
import { precisionOf, shadowHolds } from "../store/holds.ts";
import type { PostingContext } from "./context.ts";
import { postInParts } from "./parts.ts";
import type { HoldMovement, Order, Outcome } from "./types.ts";

/** What is to be done with holds: the amounts are for each leg. */
export type HoldAction = WantedAction;

export const commitAll: HoldAction = { kind: "commit", wanted: 0n };
export const voidAll: HoldAction = { kind: "void", wanted: 0n };

/** What a caller names of an amount. */
export interface AskedAmount {
  /** Minor units; wins over `amount`. */
  readonly precise_amount: bigint | null;
  /** Major units; 0 for all that remains. */
  readonly amount: number;
}

export const allThatRemains: AskedAmount = { precise_amount: null, amount: 0 };

/**
 * The minor units that are asked of each leg of what an id stands for. Those of an amount in major units are told by the
 * precision of the id's own row, or of the first that hangs on it, for all legs alike (contract section 10.1).
 */
export async function wantedOf(
  { database }: Pick<PostingContext, "database">,
  id: string,
  { precise_amount, amount }: AskedAmount,
): Promise<bigint> {
  if (precise_amount !== null) return precise_amount;
  return amount === 0 ? 0n : toMinorUnits(amount, await precisionOf(database, id));
}

/** What one action adds to its movements. */
export interface HoldActionOptions {
  /** Marks references of queued actions: `<leg>_commit_<actionId>`; absent gives `ref_<uuid>`. */
  readonly actionId?: string;
  readonly finishes?: readonly string[];
  readonly parentId?: string;
  readonly onlyUntouched?: boolean;
}

/** The order that acts on holds by their ids. */
export async function holdOrder(
  context: PostingContext,
  holdIds: readonly string[],
  action: HoldAction,
  options: HoldActionOptions = {},
): Promise<Order> {
  const shadows = await shadowHolds(context.database, holdIds);
  const movement = (targetId: string, reference: string, { wanted }: HoldAction): HoldMovement => ({
    kind: action.kind,
    targetId,
    transactionId: newId("txn"),
    reference,
    createdAt: toTimestampText(context.now()),
    wanted,
  });
  const { parentId, onlyUntouched = false, finishes = [] } = options;
  return {
    movements: holdIds.map((id) => ({
      ...movement(id, referenceOf(id, action.kind, options.actionId), action),
      onlyUntouched,
      ...(parentId === undefined ? {} : { parentId }),
    })),
    onRefusal: "continue",
    followUps: (outcomes) =>
      settledShadows(holdIds, outcomes, shadows).map((id) => movement(id, newId("ref"), commitAll)),
    followUpTargets: [...shadows.values()].flat(),
    finishes,
  };
}

function referenceOf(holdId: string, kind: "commit" | "void", actionId: string | undefined): string {
  return actionId === undefined ? newId("ref") : `${holdId}_${kind}_${actionId}`;
}

/** The shadow holds of the legs the action succeeded on. */
function settledShadows(
  holdIds: readonly string[],
  outcomes: readonly Outcome[],
  shadows: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return holdIds.flatMap((id, index) => (outcomes[index]?.kind === "stored" ? (shadows.get(id) ?? []) : []));
}

/** Acts on the legs at once. */
export async function actOnLegs(
  context: PostingContext,
  legs: readonly TransactionRow[],
  action: HoldAction,
): Promise<readonly Outcome[]> {
  const ids = legs.map((leg) => leg.transaction_id);
  const outcomes = await postInParts(context, ids, (part) => holdOrder(context, part, action));
  context.work.wake();
  return outcomes;
}
