/** What a piece of code that does work looks like. */
import type { LedgerContext } from "../context.ts";
import type { Work } from "../store/work.ts";

/**
 * Does one piece of work. It must remove the piece in the same commit as its effect (`Order.finishes`), or
 * be safe to repeat and remove it at the end (`finishWork`).
 */
export type WorkHandler = (context: LedgerContext, piece: Work) => Promise<void>;
