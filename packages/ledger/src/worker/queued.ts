/** Making the child of a QUEUED or SCHEDULED row (contract section 8.3, "Worker outcomes"). */
import { newId } from "../context.ts";
import type { NewMovement } from "../posting/types.ts";
import type { Work } from "../store/work.ts";
import type { WorkHandler } from "./handlers.ts";
import { type CompensatePayload, draftFromPayload, type QueuedPayload } from "./payloads.ts";
import { secondsAfterFault, TryLater } from "./try-later.ts";

/** Applies or holds what was queued, or stores why that can't be. */
export const processQueued: WorkHandler = async (context, piece) => {
  const movement = childMovement(piece);
  const order = { movements: [movement], onRefusal: "stop", finishes: [piece.workId] } as const;
  const { failed = false } = await context.posting.post(order);
  if (failed) throw new TryLater("the database could not store the child", secondsAfterFault);
};

function childMovement(piece: Work): NewMovement {
  const payload = piece.payload as QueuedPayload;
  const row = draftFromPayload(payload.row);
  return {
    kind: payload.kind,
    row,
    overdraft: payload.overdraft,
    work: payload.work,
    // A hold with a parent never enters lineage (contract section 13).
    lineage: payload.kind === "apply",
    rejectedId: newId("txn"),
    rejectionWork:
      payload.compensates === undefined ? [] : [compensation(payload.compensates, row.createdAt)],
  };
}

function compensation(splitId: string, dueAt: string) {
  const payload: CompensatePayload = { splitId };
  return { kind: "compensate", dueAt, payload };
}
