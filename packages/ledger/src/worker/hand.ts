/**
 * The pieces of work at hand. Those of one claim start in the order of the queue; what may depend on queued
 * transactions starts after them, lineage and reconciliations one after the other. Nobody waits long for a piece that
 * takes its time.
 */
import type { LedgerContext } from "../context.ts";
import { newFaultReference } from "../posting/failures.ts";
import type { Work } from "../store/work.ts";
import { queuedKind, reconcileKind } from "../store/work-payloads.ts";
import { doPiece } from "./pieces.ts";

/** What is being done. */
export interface Hand {
  /** How many pieces were taken and are not done. */
  size(): number;
  has(workId: string): boolean;
  ids(): readonly string[];
  /** Says that somebody else of this process is at a piece, until the returned function is called. */
  keep(workId: string): () => void;
  /** Begins pieces of one claim; resolves when they are done, or when others should not wait for them any longer. */
  take(context: LedgerContext, pieces: readonly Work[]): Promise<void>;
  /** Resolves when nothing is at hand. */
  empty(): Promise<void>;
}

/** Work of one line is done one after the other: lineage builds on what came before, and a reconciliation takes much memory. */
function lineOf({ kind }: Work): string | undefined {
  if (kind.startsWith("lineage")) return "lineage";
  return kind === reconcileKind ? kind : undefined;
}

/** How long the next pieces wait for these. */
const patienceMilliseconds = 100;

export function createHand(): Hand {
  const atHand = new Map<string, Promise<void>>();
  const kept = new Map<string, Promise<void>>();
  const lines = new Map<string, Promise<void>>();

  function begin(context: LedgerContext, piece: Work): Promise<void> {
    // A piece that can't even be put back is taken again when its lease has ended.
    const done = doPiece(context, piece).catch((error: unknown) =>
      context.onFault(error, newFaultReference()),
    );
    return done.finally(() => atHand.delete(piece.workId));
  }

  function start(context: LedgerContext, piece: Work): Promise<void> {
    const line = lineOf(piece);
    if (line === undefined) return begin(context, piece);
    const done = (lines.get(line) ?? Promise.resolve()).then(() => begin(context, piece));
    lines.set(line, done);
    return done;
  }

  function hold(piece: Work, done: Promise<void>): Promise<void> {
    atHand.set(piece.workId, done);
    return done;
  }

  return {
    size: () => atHand.size,
    has: (workId) => atHand.has(workId) || kept.has(workId),
    ids: () => [...atHand.keys(), ...kept.keys()],
    keep(workId) {
      const { promise, resolve } = Promise.withResolvers<void>();
      kept.set(workId, promise);
      return () => {
        kept.delete(workId);
        resolve();
      };
    },
    async take(context, pieces) {
      const isQueued = ({ kind }: Work) => kind === queuedKind;
      const queued = pieces.filter(isQueued).map((piece) => hold(piece, begin(context, piece)));
      const first = Promise.all(queued);
      const others = pieces
        .filter((piece) => !isQueued(piece))
        .map((piece) =>
          hold(
            piece,
            first.then(() => start(context, piece)),
          ),
        );
      await within(Promise.all([first, ...others]));
    },
    async empty() {
      while (atHand.size + kept.size > 0) await Promise.all([...atHand.values(), ...kept.values()]);
    },
  };
}

/** Waits for an end, but not for long. */
async function within(end: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMilliseconds);
  });
  await Promise.race([end, patience]);
  clearTimeout(timer);
}
