/**
 * Many things of one kind, each for itself, made in parts: every part is a commit of its own, and between two of them
 * others have their turn. Where they are a piece of work, how far it is stands in the same commit, so that after a kill
 * none of them is made twice.
 */
import type { WorkProgress } from "../store/work.ts";
import type { PostingContext } from "./context.ts";
import { OrderFailed } from "./failures.ts";
import type { Advance, Order, Outcome } from "./types.ts";

/** How many share a commit, so that who waits for one need not wait long, also where one is made after the other. */
export const itemsPerCommit = 64;

/** Work that was accepted, and is kept until it is done. */
export interface AcceptedWork {
  readonly workId: string;
  readonly progress: WorkProgress | null;
}

/** A list cut into what shares a commit; at least one part, which may be empty. */
export function partsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.max(1, Math.ceil(items.length / itemsPerCommit));
  return Array.from({ length: count }, (_, part) =>
    items.slice(part * itemsPerCommit, (part + 1) * itemsPerCommit),
  );
}

/**
 * Makes items while somebody waits for the answer. What the database fails at once others are made, is refused with all
 * that was to come: the caller is to be told of both.
 *
 * @returns what became of each item
 * @throws OrderFailed when nothing was made, or nobody knows
 */
export async function postInParts<Item>(
  { posting }: PostingContext,
  items: readonly Item[],
  orderOf: (part: readonly Item[]) => Order | Promise<Order>,
): Promise<readonly Outcome[]> {
  const made: Outcome[] = [];
  for (const part of partsOf(items)) {
    try {
      made.push(...(await posting.post(await orderOf(part))).outcomes);
    } catch (error) {
      if (!(error instanceof OrderFailed) || error.mayBeMade || made.length === 0) throw error;
      const { refusal, reference } = error;
      const outcome: Outcome = {
        kind: "refused",
        refusal,
        ...(reference === undefined ? {} : { reference }),
      };
      return [...made, ...items.slice(made.length).map(() => outcome)];
    }
  }
  return made;
}

/**
 * Carries out accepted work that is about rows, and finishes it. How far it is is the row it came to: rows that are
 * placed meanwhile move nothing in the list.
 *
 * @param rows in an order that stays, with ids of their own
 */
export async function carryOutInParts<Row extends { readonly transaction_id: string }>(
  { posting }: PostingContext,
  rows: readonly Row[],
  orderOf: (part: readonly Row[]) => Order | Promise<Order>,
  { workId, progress }: AcceptedWork,
): Promise<void> {
  const after = progress?.["after"];
  const reached = rows.findIndex((row) => row.transaction_id === after);
  if (after !== undefined && reached === -1) throw new Error(`${after} is not among the rows any more`);
  const parts = partsOf(rows.slice(reached + 1));
  let from = progress;
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1 ? undefined : part.at(-1);
    const to = last === undefined ? undefined : { after: last.transaction_id };
    const advances: Advance = { workId, from, to: () => to };
    await posting.post({ ...(await orderOf(part)), advances });
    from = to ?? null;
  }
}
