/**
 * Work that is done later: queued and scheduled transactions, dated commits and expiries, queued actions on
 * holds, lineage, long runs (contract sections 8.3, 9.2, 10.2, 10.6, 13). All of it is kept in the database
 * until it is done, so a restart continues where the process ended.
 *
 * A piece of work is claimed with a lease and disappears in the same commit as its effect, so it takes
 * effect once, whatever line the process dies on. A piece that fails is tried again a few times, later each
 * time; a queued transaction until it is ended, every eight minutes at the least.
 */

import type { LedgerContext } from "../context.ts";
import { toTimestampText } from "../rules/times.ts";
import type { WorkQueue } from "../store/work.ts";
import {
  addWork,
  claimWork,
  extendLeases,
  finishWork,
  postponeWork,
  releaseAllWork,
  type Work,
} from "../store/work.ts";
import { bulkKind, queuedKind, reconcileKind } from "../store/work-payloads.ts";
import type { WorkHandler } from "./handler.ts";
import { workHandlers } from "./handlers.ts";
import { secondsAfterFault, TryLater } from "./try-later.ts";

/** The worker of one ledger. */
export interface Worker extends WorkQueue {
  start(context: LedgerContext): Promise<void>;
  /** Does everything that is due, and what comes of it, until nothing is. */
  settle(): Promise<void>;
  /** Ends after the piece at hand. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** True when no other process can be at work on the same database. */
  readonly alone: boolean;
  readonly onFault: (error: unknown) => void;
}

const leaseSeconds = 30;
const piecesPerClaim = 256;
const maximumAttempts = 5;
const pollMilliseconds = 250;

/**
 * Core comes to its queue some time after the answer, so a client that asks at once finds a transaction still
 * QUEUED (contract section 8.3), an action on a hold still waiting (10.2), a row without its allocation (13).
 * Work is let lie so long here too: an app that does not wait for the queue is to find that out on the bench.
 */
const pauseMilliseconds = 100;
const lookAgainMilliseconds = 20;
const piecesBetweenTidying = 5000;

export function createWorker(options: WorkerOptions): Worker {
  let context: LedgerContext | undefined;
  let wanted = false;
  let settling = false;
  let stopped = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseEnd: NodeJS.Timeout | undefined;
  let lastWoken = 0;
  let doneSinceTidied = 0;
  const aside = new Map<string, Promise<void>>();

  /** New work is not due before the pause has gone by; looking for it earlier would be in vain. */
  function wake(): void {
    lastWoken = performance.now();
    pauseEnd ??= setTimeout(afterPause, pauseMilliseconds + 1).unref();
  }

  /** Work that came in during the pause is soon due as well. */
  function afterPause(): void {
    const isMoreToCome = performance.now() < lastWoken + pauseMilliseconds;
    pauseEnd = isMoreToCome ? setTimeout(afterPause, lookAgainMilliseconds).unref() : undefined;
    look();
  }

  function look(): void {
    wanted = true;
    if (context === undefined || stopped || running !== undefined) return;
    running = run(context).finally(() => {
      running = undefined;
      if (wanted && !stopped) look();
    });
  }

  async function run(bound: LedgerContext): Promise<void> {
    try {
      while (wanted && !stopped) {
        wanted = false;
        if (await workOnce(bound)) wanted = true;
      }
    } catch (error) {
      options.onFault(error);
    }
  }

  /** Work that was due by then is done now. */
  function dueUntil(bound: LedgerContext): string {
    const present = bound.now();
    const pause = settling ? 0n : BigInt(pauseMilliseconds) * 1_000_000n;
    return toTimestampText({ ...present, nanoseconds: present.nanoseconds - pause });
  }

  /** True when there was anything to do. */
  async function workOnce(bound: LedgerContext): Promise<boolean> {
    const claimed = await claimWork(bound.database, dueUntil(bound), leaseSeconds, piecesPerClaim);
    // Queued transactions are started in the order of the queue, so that posting sees them in that order and
    // can commit them together; what may depend on them comes after them.
    await Promise.all(claimed.filter(isQueued).map((piece) => attempt(bound, piece)));
    for (const piece of claimed.filter(({ workId }) => !aside.has(workId))) {
      if (isLong(piece)) runAside(bound, piece);
      else if (!isQueued(piece)) await attempt(bound, piece);
    }
    await extendLeases(bound.database, [...aside.keys()], leaseSeconds);
    await tidy(bound, claimed.length);
    return claimed.length > 0;
  }

  /** The embedded engine does not clean up by itself; what is done would make looking for work ever slower. */
  async function tidy(bound: LedgerContext, done: number): Promise<void> {
    doneSinceTidied += done;
    if (!options.alone || doneSinceTidied < piecesBetweenTidying) return;
    doneSinceTidied = 0;
    await bound.database.execute("VACUUM annex.work");
  }

  /** Long work does not hold up the rest; its lease is extended for as long as it runs. */
  function runAside(bound: LedgerContext, piece: Work): void {
    const ended = attempt(bound, piece).finally(() => aside.delete(piece.workId));
    aside.set(piece.workId, ended);
  }

  async function attempt(bound: LedgerContext, piece: Work): Promise<void> {
    try {
      await handlerOf(piece)(bound, piece);
    } catch (error) {
      if (!(error instanceof TryLater)) options.onFault(error);
      await putBack(bound, piece, error instanceof TryLater ? error.seconds : secondsAfterFault);
    }
  }

  async function putBack(bound: LedgerContext, piece: Work, seconds: number): Promise<void> {
    // A queued transaction was promised an end; it is tried until there is one.
    if (piece.attempts + 1 >= maximumAttempts && !isQueued(piece)) {
      await finishWork(bound.database, piece.workId);
      return;
    }
    const now = bound.now();
    const doublings = Math.min(piece.attempts, maximumAttempts);
    const delay = BigInt(seconds) * 1_000_000_000n * 2n ** BigInt(doublings);
    const dueAt = toTimestampText({ ...now, nanoseconds: now.nanoseconds + delay });
    await postponeWork(bound.database, piece.workId, dueAt);
  }

  return {
    async add(items) {
      if (context === undefined) throw new Error("the worker has not started");
      const kept = await addWork(context.database, items);
      wake();
      return kept;
    },
    wake,
    async start(bound) {
      context = bound;
      if (options.alone) await releaseAllWork(bound.database);
      timer = setInterval(look, pollMilliseconds);
      timer.unref();
      look();
    },
    async settle() {
      settling = true;
      do {
        look();
        while (running !== undefined) await running;
        await Promise.all(aside.values());
        await context?.posting.idle();
      } while ((wanted || aside.size > 0) && !stopped);
      settling = false;
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(pauseEnd);
      while (running !== undefined) await running;
      await Promise.all(aside.values());
    },
  };
}

function isLong(piece: Work): boolean {
  return piece.kind === reconcileKind || piece.kind === bulkKind;
}

function isQueued(piece: Work): boolean {
  return piece.kind === queuedKind;
}

function handlerOf(piece: Work): WorkHandler {
  const handler = workHandlers[piece.kind];
  if (handler === undefined) throw new Error(`no handler for work of kind ${piece.kind}`);
  return handler;
}
