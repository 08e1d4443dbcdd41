/** Queued, dated and expiring actions on holds (contract sections 10.2 and 10.6). */
import { newId } from "../ids.ts";
import { commitAll, holdOrder, voidAll, wantedOf } from "../posting/hold-actions.ts";
import { carryOutInParts } from "../posting/parts.ts";
import { compensations } from "../posting/refunds.ts";
import { remainderOf } from "../rules/holds.ts";
import type { TransactionRow } from "../rules/rows.ts";
import { collectLegs } from "../store/holds.ts";
import { holdFacts } from "../store/posting.ts";
import { queuedChildren } from "../store/transactions.ts";
import type {
  CompensatePayload,
  EarlierHoldActionPayload,
  HoldActionPayload,
  HoldCommitPayload,
  HoldExpiryPayload,
} from "../store/work-payloads.ts";
import type { WorkHandler } from "./handler.ts";
import { TryLater } from "./try-later.ts";

/** A queued commit or void of everything an id stands for; finished legs are skipped silently. */
export const processHoldAction: WorkHandler = async (context, piece) => {
  const payload = piece.payload as HoldActionPayload | EarlierHoldActionPayload;
  const legs = await collectLegs(context.database, payload.id);
  if (await isAnyStillToBePlaced(context, legs)) throw new TryLater("the hold is not placed yet");
  const action = { kind: payload.action, wanted: await wantedBy(context, payload) };
  const options = { actionId: newId("act") };
  // The hold it was meant for was rejected, or never came to be.
  const missing = legs.length === 0 ? ({ missing: { code: "not_inflight" } } as const) : {};
  const orderOf = async (part: typeof legs) => {
    const ids = part.map((leg) => leg.transaction_id);
    const order = await holdOrder(context, ids, action, options);
    return { ...order, isPromised: true, ...missing };
  };
  await carryOutInParts(context, legs, orderOf, piece);
};

async function wantedBy(
  context: Parameters<WorkHandler>[0],
  payload: HoldActionPayload | EarlierHoldActionPayload,
): Promise<bigint> {
  if ("wanted" in payload) return BigInt(payload.wanted);
  const { id, preciseAmount, amount } = payload;
  return wantedOf(context, id, {
    precise_amount: preciseAmount === null ? null : BigInt(preciseAmount),
    amount,
  });
}

/** A queued row that only bore the mark of a hold is no hold to come: it was applied. */
async function isAnyStillToBePlaced(
  { database }: Parameters<WorkHandler>[0],
  legs: readonly TransactionRow[],
): Promise<boolean> {
  const waiting = legs.filter(({ status }) => status !== "INFLIGHT");
  const facts = await holdFacts(database, waiting);
  return [...facts.values()].some(({ hold }) => remainderOf(hold) > 0n);
}

/** The full commit of a hold at its date. */
export const processHoldCommit: WorkHandler = async (context, piece) => {
  const { holdId } = piece.payload as HoldCommitPayload;
  const options = { actionId: newId("act"), finishes: [piece.workId] };
  const order = await holdOrder(context, [holdId], commitAll, options);
  await context.posting.post({ ...order, isPromised: true });
};

/**
 * The void of a hold at its date. For a queued hold it is made only while nothing was taken from the hold:
 * Core's would be of the full amount, and would release other holds (contract sections 10.6 and 18).
 */
export const processHoldExpiry: WorkHandler = async (context, piece) => {
  const { holdId, parentId } = piece.payload as HoldExpiryPayload;
  const queued = parentId === undefined ? {} : { parentId, onlyUntouched: true };
  const order = await holdOrder(context, [holdId], voidAll, { ...queued, finishes: [piece.workId] });
  await context.posting.post(order);
};

/** Undoes what is made of a split or batch of which an atomic part was rejected (contract sections 9.1.5, 12). */
export const processCompensation: WorkHandler = async (context, piece) => {
  const { groupId, kind } = piece.payload as CompensatePayload;
  const rows = await queuedChildren(context.database, groupId, kind === "hold" ? "INFLIGHT" : "APPLIED");
  const orderOf = (part: typeof rows) =>
    ({ movements: compensations(part, context), onRefusal: "continue" }) as const;
  await carryOutInParts(context, rows, orderOf, piece);
};
