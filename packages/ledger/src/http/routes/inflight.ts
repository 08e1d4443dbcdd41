/** Committing and voiding holds (contract sections 10.1 to 10.5). */
import type { LedgerContext } from "../../context.ts";
import { actOnLegs, type HoldAction, wantedOf } from "../../posting/hold-actions.ts";
import { isHoldOrWaiting, refusalToQueue, refusalToQueueGroup } from "../../rules/holds.ts";
import type { TransactionRow } from "../../rules/rows.ts";
import { timestampToWire, toTimestampText } from "../../rules/times.ts";
import { collectLegs } from "../../store/holds.ts";
import { readInParts } from "../../store/in-parts.ts";
import { holdFacts } from "../../store/posting.ts";
import { findTransaction } from "../../store/transactions.ts";
import type { HoldActionPayload } from "../../store/work-payloads.ts";
import { previewHoldAction } from "../dry-actions.ts";
import { CoreFailure } from "../errors.ts";
import { faultAmong, processingFailure, refusalFailure } from "../refusals.ts";
import { type Answer, decodeOr400, type Handler, json, type Route } from "../router.ts";
import { bigInteger, flag, float, structure, text } from "../shapes.ts";
import { childToWire } from "../transaction-answers.ts";
import { singleView, transactionToWire } from "../wire.ts";

export const alreadyQueued = "a commit or void is already queued for this transaction";

const inflightBody = structure("InflightUpdate", {
  status: text,
  amount: float,
  precise_amount: bigInteger,
  skip_queue: flag,
  dry_run: flag,
});

const updateInflight: Handler = async (request, context) => {
  const id = request.parameters["id"] ?? "";
  const body = await decodeOr400(request, inflightBody, { sniffed: true });
  const { status } = body;
  if (status !== "commit" && status !== "void") {
    throw new CoreFailure("TXN_INVALID_STATUS_ACTION", "status not supported. use either commit or void");
  }
  if (body.precise_amount !== null && body.precise_amount <= 0n) {
    throw new CoreFailure("TXN_INVALID_AMOUNT", "precise_amount must be positive");
  }
  const action: HoldAction = { kind: status, wanted: await wantedOf(context, id, body) };
  if (body.dry_run) return json(200, await previewHoldAction(context, id, action));
  return body.skip_queue ? actNow(context, id, action) : actLater(context, id, action);
};

/** Acts inside the request (contract section 10.4). */
async function actNow(context: LedgerContext, id: string, action: HoldAction): Promise<Answer> {
  const legs = await collectLegs(context.database, id);
  if (legs.length === 0) {
    throw new CoreFailure("TXN_NOT_INFLIGHT", `no transaction to ${action.kind}`);
  }
  const outcomes = await actOnLegs(context, legs, action);
  const refused = outcomes.flatMap((outcome) => (outcome.kind === "refused" ? [outcome.refusal] : []));
  if (refused.length > 0) throw processingFailure(refused, faultAmong(outcomes));
  const [first] = outcomes;
  if (first?.kind !== "stored") throw new Error(`a ${action.kind} of ${id} came to nothing`);
  return json(200, childToWire(first.row));
}

/** Checks, then queues the action (contract section 10.2); nothing has moved when the answer goes out. */
async function actLater(context: LedgerContext, id: string, action: HoldAction): Promise<Answer> {
  const target = await checkTarget(context, id, action);
  if (!(await queueHoldAction(context, id, action))) {
    throw new CoreFailure("GEN_CONFLICT", alreadyQueued);
  }
  const shown = { ...transactionToWire(target, singleView), transaction_id: id, queued: true };
  // A leg shown for the id given keeps the date it was scheduled for; a row read by its id never has one.
  const isLeg = target.transaction_id !== id && target.scheduled_for !== null;
  return json(200, isLeg ? { ...shown, scheduled_for: timestampToWire(target.scheduled_for) } : shown);
}

/** Keeps a commit or void for the worker; false when one for the same id waits already. */
export async function queueHoldAction(
  context: LedgerContext,
  id: string,
  action: HoldAction,
): Promise<boolean> {
  const payload: HoldActionPayload = {
    id,
    action: action.kind,
    wanted: action.wanted.toString(),
  };
  const dueAt = toTimestampText(context.now());
  const kept = await context.work.add([
    { kind: "hold-action", dueAt, payload, onlyOnce: `hold-action:${id}` },
  ]);
  return kept === 1;
}

/** The row the answer shows, if the action may be queued; the refusal otherwise. */
export async function checkTarget(
  context: LedgerContext,
  id: string,
  action: HoldAction,
): Promise<TransactionRow> {
  const row = await findTransaction(context.database, id);
  if (row !== undefined && isHoldOrWaiting(row)) {
    const facts = (await holdFacts(context.database, [row])).get(row.transaction_id);
    const refusal = facts && refusalToQueue(facts.hold, action);
    if (refusal === undefined) return row;
    throw refusalFailure(refusal, "GEN_BAD_REQUEST");
  }
  return checkLegs(context, id, action, row !== undefined);
}

/** A batch or split; the answer shows the newest leg. */
async function checkLegs(
  context: LedgerContext,
  id: string,
  action: HoldAction,
  exists: boolean,
): Promise<TransactionRow> {
  const legs = await collectLegs(context.database, id);
  const [newest] = legs;
  if (newest === undefined) {
    const refusal = exists
      ? ({ code: "not_inflight" } as const)
      : ({ code: "transaction_missing", id } as const);
    throw refusalFailure(refusal, "GEN_BAD_REQUEST");
  }
  const facts = await readInParts(legs, (part) => holdFacts(context.database, part));
  const refusal = refusalToQueueGroup(
    facts.map(([, { hold }]) => hold),
    action,
  );
  if (refusal === undefined) return newest;
  throw refusalFailure(refusal, "GEN_BAD_REQUEST");
}

export const inflightRoutes: readonly Route[] = [
  { method: "PUT", path: "/transactions/inflight/:id", handle: updateInflight },
];
