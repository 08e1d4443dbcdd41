/**
 * Doing pieces of work: each is carried out, or put back with the reason why not. Accepted work is never given up:
 * it stays, is listed, and says what it waits for.
 */
import type { LedgerContext } from "../context.ts";
import { FinishedElsewhere, newFaultReference, OrderFailed } from "../posting/failures.ts";
import { toTimestampText } from "../rules/times.ts";
import { postponeWork, type Work } from "../store/work.ts";
import { workHandlers } from "./handlers.ts";
import { delayAfter, isOnlyWaiting, whyLater } from "./try-later.ts";

/** Does one piece of work. */
export async function doPiece(context: LedgerContext, piece: Work): Promise<void> {
  try {
    const handler = workHandlers[piece.kind];
    if (handler === undefined) throw new Error(`no handler for work of kind ${piece.kind}`);
    await handler(context, piece);
  } catch (error) {
    if (error instanceof FinishedElsewhere) return;
    await putBack(context, piece, error);
  }
}

async function putBack(context: LedgerContext, piece: Work, error: unknown): Promise<void> {
  // What posting failed on was told when it failed.
  const isTold = isOnlyWaiting(error) || error instanceof OrderFailed;
  const reference = isTold ? undefined : newFaultReference();
  if (reference !== undefined) context.onFault(error, reference);
  const now = context.now();
  const dueAt = toTimestampText({ ...now, nanoseconds: now.nanoseconds + delayAfter(error, piece.attempts) });
  const why = reference === undefined ? whyLater(error) : `${whyLater(error)} (${reference})`;
  await postponeWork(context.database, piece.workId, dueAt, why.replaceAll("\0", ""));
}
