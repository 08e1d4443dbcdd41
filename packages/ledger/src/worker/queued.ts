/** Making the child of a QUEUED or SCHEDULED row (contract section 8.3, "Worker outcomes"). */
import { newId } from "../ids.ts";
import type { NewMovement } from "../posting/types.ts";
import { type Instant, toTimestampText } from "../rules/times.ts";
import type { Work } from "../store/work.ts";
import {
  type CompensatePayload,
  draftFromPayload,
  type QueuedPayload,
  queuedKind,
} from "../store/work-payloads.ts";
import type { WorkHandler } from "./handler.ts";

/** Applies or holds what was queued, or stores why that can't be. */
export const processQueued: WorkHandler = async (context, piece) => {
  const movement = childMovement(piece, later(context.now()));
  await context.posting.post({
    movements: [movement],
    onRefusal: "stop",
    finishes: [piece.workId],
    isPromised: true,
  });
};

/**
 * How long Core tries again before it rejects what can't be made for another reason than funds, at least.
 * Nothing such a transaction could fail on goes away, so one retry at the end comes to the same.
 */
const retrying = 7n * 60n * 1_000_000_000n;

function later(now: Instant): string {
  return toTimestampText({ ...now, nanoseconds: now.nanoseconds + retrying });
}

function childMovement(piece: Work, retryAt: string): NewMovement {
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
      payload.compensates === undefined
        ? []
        : [compensation({ groupId: payload.compensates, kind: payload.kind }, row.createdAt)],
    ...(payload.retried === true ? {} : { retryWork: [retry(payload, retryAt)] }),
  };
}

function retry(payload: QueuedPayload, dueAt: string) {
  return { kind: queuedKind, dueAt, payload: { ...payload, retried: true } };
}

function compensation(payload: CompensatePayload, dueAt: string) {
  return { kind: "compensate", dueAt, payload };
}
