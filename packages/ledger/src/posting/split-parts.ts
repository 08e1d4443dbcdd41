/** Splits of many legs, which are made in parts: to Core each leg is a transaction of its own (contract section 9.1.5). */
import type { Prepared } from "../rules/prepared.ts";
import type { Series, SeriesFailure } from "./batch-parts.ts";
import type { PostingContext } from "./context.ts";
import { immediateMovements } from "./orders.ts";
import { itemsPerCommit } from "./parts.ts";

/**
 * Whether a split that is made at once takes several commits. One of holds that is to be made whole or not at all does
 * not: a hold may be committed by others before a later leg fails.
 */
export function isMadeInParts({ legs, request }: Prepared): boolean {
  const leavesUndoing = request.atomic && request.inflight;
  return legs !== undefined && legs.length > itemsPerCommit && !leavesUndoing;
}

/** The legs of a split that is made at once, as what is made in parts. */
export function legSeries(context: PostingContext, prepared: Prepared): Series<SeriesFailure> {
  const { legs = [], request, transactionId: groupId } = prepared;
  return {
    groupId,
    length: legs.length,
    atomic: request.atomic,
    part(from, count) {
      const some: Prepared = { ...prepared, legs: legs.slice(from, from + count) };
      return {
        order: { movements: immediateMovements(some, context.imitated), onRefusal: "stop" },
        failureOf(outcomes) {
          for (const [place, outcome] of outcomes.entries())
            if (outcome.kind === "refused") return { index: from + place, refusal: outcome.refusal };
          return undefined;
        },
      };
    },
    failureAt: (index, refusal) => ({ index, refusal }),
  };
}
