/**
 * The pieces of work at hand. Those of one claim start in the order of the queue; what may depend on queued
 * transactions starts after them, lineage and reconciliations one after the other. Nobody waits long for a piece that
 * takes its time.
 */
import type { LedgerContext } from "../context.ts";
import { newFaultReference } from "../posting/failures.ts";
import type { Work, WorkLine } from "../store/work.ts";
import { queuedKind, reconcileKind } from "../store/work-payloads.ts";
import { doPiece } from "./pieces.ts";

/** What is being done. */
export interface Hand {
  /** How many pieces were taken and are not done. */
  size(): number;
  has(workId: string): boolean;
  ids(): readonly string[];
  /** How many pieces of each line may be taken. */
  lines(): readonly WorkLine[];
  /** Says that somebody else of this process is at a piece, until the returned function is called. */
  keep(workId: string): () => void;
  /** Begins pieces of one claim; resolves when they are done, or when others should not wait for them any longer. */
  take(context: LedgerContext, pieces: readonly Work[]): Promise<void>;
  /** Resolves when nothing is at hand. */
  empty(): Promise<void>;
}

/** Work of which a piece waits for the one before it, and how many are at hand at most. */
interface Line {
  readonly kinds: readonly string[];
  readonly most: number;
}

/**
 * Lineage builds on what came before, and a reconciliation takes much memory. Of what takes long only one is at hand:
 * more would but wait, in the place of transactions, and out of the reach of other processes.
 */
const allLines: readonly Line[] = [
  { kinds: ["lineage", "lineage-settle"], most: 64 },
  { kinds: [reconcileKind], most: 1 },
];

function lineOf({ kind }: Work): Line | undefined {
  return allLines.find(({ kinds }) => kinds.includes(kind));
}

/** How long the next pieces wait for these. */
const patienceMilliseconds = 100;

/** @param onEmptyLine called when the last piece of a line is done, of which there may be more */
export function createHand(onEmptyLine: () => void): Hand {
  const atHand = new Map<string, Promise<void>>();
  const kept = new Map<string, Promise<void>>();
  const ends = new Map<Line, Promise<void>>();
  const lengths = new Map<Line, number>();
  const lengthOf = (line: Line): number => lengths.get(line) ?? 0;

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
    const done = (ends.get(line) ?? Promise.resolve())
      .then(() => begin(context, piece))
      .finally(() => leave(line));
    ends.set(line, done);
    return done;
  }

  function leave(line: Line): void {
    lengths.set(line, lengthOf(line) - 1);
    if (lengthOf(line) === 0) onEmptyLine();
  }

  function hold(piece: Work, done: Promise<void>): Promise<void> {
    atHand.set(piece.workId, done);
    return done;
  }

  function enter(piece: Work): void {
    const line = lineOf(piece);
    if (line !== undefined) lengths.set(line, lengthOf(line) + 1);
  }

  return {
    size: () => atHand.size,
    has: (workId) => atHand.has(workId) || kept.has(workId),
    ids: () => [...atHand.keys(), ...kept.keys()],
    lines: () => allLines.map((line) => ({ kinds: line.kinds, free: line.most - lengthOf(line) })),
    keep(workId) {
      const { promise, resolve } = Promise.withResolvers<void>();
      kept.set(workId, promise);
      return () => {
        kept.delete(workId);
        resolve();
      };
    },
    async take(context, pieces) {
      for (const piece of pieces) enter(piece);
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
