/**
 * Work that is done later: queued and scheduled transactions, dated commits and expiries, queued actions on
 * holds, lineage, long runs (contract sections 8.3, 9.2, 10.2, 10.6, 13). All of it is kept in the database
 * until it is done, so a restart continues where the process ended.
 *
 * A piece of work is claimed with a lease and disappears in the same commit as its effect, so it takes
 * effect once, whatever line the process dies on. A piece that fails is tried again, later each time, until it is
 * done; one that has to wait holds up no other.
 */

import type { LedgerContext } from "../context.ts";
import { newFaultReference } from "../posting/failures.ts";
import { toTimestampText } from "../rules/times.ts";
import {
  addLeasedWork,
  addWork,
  claimWork,
  extendLeases,
  releaseAllWork,
  releaseWork,
  type WorkQueue,
} from "../store/work.ts";
import { createHand } from "./hand.ts";

/** The worker of one ledger. */
export interface Worker extends WorkQueue {
  start(context: LedgerContext): Promise<void>;
  /** Does everything that is due, and what comes of it, until nothing is. */
  settle(): Promise<void>;
  /** Ends after the pieces at hand. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** True when no other process can be at work on the same database. */
  readonly alone: boolean;
  /** How long new work is let lie. */
  readonly pauseMilliseconds?: number | undefined;
}

const leaseSeconds = 30;
const extendAfterMilliseconds = 10_000;
const piecesPerClaim = 256;
const pollMilliseconds = 250;

/**
 * Core comes to its queue some time after the answer, so a client that asks at once finds a transaction still
 * QUEUED (contract section 8.3), an action on a hold still waiting (10.2), a row without its allocation (13).
 * Work is let lie so long here too: an app that does not wait for the queue is to find that out on the bench.
 */
const usualPauseMilliseconds = 100;
const lookAgainMilliseconds = 20;
const piecesBetweenTidying = 5000;

export function createWorker(options: WorkerOptions): Worker {
  const { pauseMilliseconds = usualPauseMilliseconds } = options;
  let context: LedgerContext | undefined;
  let wanted = false;
  let settling = false;
  let stopped = false;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseEnd: NodeJS.Timeout | undefined;
  let lastWoken = 0;
  let doneSinceTidied = 0;
  let lastExtended = performance.now();
  const hand = createHand(look);

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
      bound.onFault(error, newFaultReference());
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
    const room = piecesPerClaim - hand.size();
    const wishes = { dueUntil: dueUntil(bound), leaseSeconds, limit: room, lines: hand.lines() };
    const claimed = room <= 0 ? [] : await claimWork(bound.database, wishes);
    const news = claimed.filter(({ workId }) => !hand.has(workId));
    if (news.length > 0) await hand.take(bound, news);
    await keepLeases(bound);
    await tidy(bound, news.length);
    return news.length > 0;
  }

  async function keepLeases(bound: LedgerContext): Promise<void> {
    if (performance.now() < lastExtended + extendAfterMilliseconds) return;
    lastExtended = performance.now();
    await extendLeases(bound.database, hand.ids(), leaseSeconds);
  }

  /** The embedded engine does not clean up by itself; what is done would make looking for work ever slower. */
  async function tidy(bound: LedgerContext, done: number): Promise<void> {
    doneSinceTidied += done;
    if (!options.alone || doneSinceTidied < piecesBetweenTidying) return;
    doneSinceTidied = 0;
    await bound.database.execute("VACUUM annex.work");
  }

  return {
    async add(items) {
      if (context === undefined) throw new Error("the worker has not started");
      const kept = await addWork(context.database, items);
      wake();
      return kept;
    },
    async during(item, work) {
      if (context === undefined) throw new Error("the worker has not started");
      const { database } = context;
      const workId = await addLeasedWork(database, item, leaseSeconds);
      const letGo = hand.keep(workId);
      try {
        return await work(workId);
      } finally {
        // Where the database can't be told, the lease ends by itself.
        await releaseWork(database, workId).catch(() => {});
        letGo();
        wake();
      }
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
      let wasBusy: boolean;
      do {
        look();
        while (running !== undefined) await running;
        // What is done now may leave more to be done.
        wasBusy = hand.size() > 0;
        await hand.empty();
        await context?.posting.idle();
      } while ((wanted || wasBusy) && !stopped);
      settling = false;
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      clearTimeout(pauseEnd);
      while (running !== undefined) await running;
      await hand.empty();
    },
  };
}
