/**
 * Many things of one kind, each for itself, made in parts: every part is a commit of its own, and between two of them
 * others have their turn. Where they are a piece of work, how far it is stands in the same commit, so that after a kill
 * none of them is made twice.
 */
import type { WorkProgress } from "../store/work.ts";
import type { PostingContext } from "./context.ts";
import type { Order, Outcome } from "./types.ts";

/** How many share a commit: on the embedded engine, which makes one commit after the other, some 30 ms of work. */
export const itemsPerCommit = 64;

/** Work that was accepted, and is kept until it is done. */
export interface AcceptedWork {
  readonly workId: string;
  readonly progress: WorkProgress | null;
}

/**
 * Makes the orders of items, a part after the other, and finishes the work they are.
 *
 * @returns what became of the movements made this time
 */
export async function postInParts<Item>(
  context: PostingContext,
  items: readonly Item[],
  orderOf: (part: readonly Item[]) => Order | Promise<Order>,
  accepted?: AcceptedWork,
): Promise<readonly Outcome[]> {
  const made: Outcome[] = [];
  let progress = accepted?.progress ?? null;
  for (let from = Number(progress?.["acted"] ?? 0); ; from += itemsPerCommit) {
    const order = await orderOf(items.slice(from, from + itemsPerCommit));
    const isLast = from + itemsPerCommit >= items.length;
    const { outcomes } = await context.posting.post({
      ...order,
      ...stepOf(accepted, progress, from, isLast),
    });
    made.push(...outcomes);
    if (isLast) return made;
    progress = { acted: from + itemsPerCommit };
  }
}

function stepOf(
  accepted: AcceptedWork | undefined,
  progress: WorkProgress | null,
  from: number,
  isLast: boolean,
): Pick<Order, "finishes" | "advances"> {
  if (accepted === undefined) return {};
  const { workId } = accepted;
  if (isLast) return { finishes: [workId] };
  return { advances: { workId, from: progress, to: () => ({ acted: from + itemsPerCommit }) } };
}
