/**
 * The one path that changes balances: accept → validate → distribute → lock → check funds → post → answer.
 *
 * Callers bring orders that are validated and distributed (`http`, `rules`). Here they stand in a line (`line.ts`);
 * those that may go share a commit (`committing.ts`), and several commits over different balances are on their way at
 * once. Answers go out when a commit is durable. An order that fails rejects: nobody can take it for made.
 */
import type { TransactionalDatabase } from "../store/database.ts";
import { standingAmong } from "../store/work.ts";
import { rowsOf } from "./attempt.ts";
import { type CommitTools, commitTogether } from "./committing.ts";
import {
  FinishedElsewhere,
  hindranceOf,
  keptLocked,
  type OnFault,
  OrderFailed,
  refusedByDatabase,
} from "./failures.ts";
import { createIndicatorRegister } from "./indicators.ts";
import { allTouches, isLockedOut, partNext, type Waiting } from "./line.ts";
import { createLockWatch } from "./lock-watch.ts";
import { createMemory } from "./memory.ts";
import { indicatorKey } from "./sheet.ts";
import { HoldSides, touchesOf } from "./touches.ts";
import type { Order, Posting } from "./types.ts";

/** How posting is set up. */
export interface PostingOptions {
  /** The text of a timestamp, for new internal balances. */
  readonly now: () => string;
  /** Hears of what the database refused. */
  readonly onFault: OnFault;
  /** How many commits may be on their way. */
  readonly commitsAtOnce: number;
}

/** How often somebody else may be faster. */
const mostOvertaken = 20;
/** How long an order waits for somebody else's locks, as in Core (contract section 8.6). */
const lockedMilliseconds = 3000;
/** How long an order waits for a database that is gone. */
const lostMilliseconds = 10_000;
const retryMilliseconds = 50;

/** Starts posting on a database. */
export function createPosting(database: TransactionalDatabase, options: PostingOptions): Posting {
  const { now, onFault, commitsAtOnce } = options;
  const tools: CommitTools = {
    database,
    indicators: createIndicatorRegister(database, now),
    memory: createMemory(),
    sides: new HoldSides(),
    now,
  };
  const locks = createLockWatch(database, onFreed);
  const busy = new Set<string>();
  const idlers: (() => void)[] = [];
  let line: Waiting[] = [];
  let onTheirWay = 0;
  let isGoing = false;

  /** Lets the sockets speak first: what has arrived meanwhile shares the commit. */
  function goSoon(): void {
    if (isGoing) return;
    isGoing = true;
    setImmediate(() => {
      isGoing = false;
      go();
    });
  }

  function go(): void {
    while (onTheirWay < commitsAtOnce) {
      const { taken, left } = partNext(line, { busy, locked: locks, now: performance.now() });
      if (taken.length === 0) break;
      line = [...left];
      void send(taken);
    }
    if (line.length + onTheirWay === 0) for (const resolve of idlers.splice(0)) resolve();
  }

  async function send(batch: readonly Waiting[]): Promise<void> {
    const touched = batch.flatMap(allTouches);
    onTheirWay++;
    for (const touch of touched) busy.add(touch);
    try {
      const results = await commitTogether(tools, batch);
      for (const [index, one] of batch.entries()) one.resolve(results[index] ?? { outcomes: [], after: [] });
    } catch (error) {
      await afterFailure(batch, error);
    } finally {
      onTheirWay--;
      for (const touch of touched) busy.delete(touch);
      goSoon();
    }
  }

  async function afterFailure(batch: readonly Waiting[], error: unknown): Promise<void> {
    const hindrance = hindranceOf(error);
    if (hindrance === undefined) {
      for (const one of batch) one.reject(error);
      return;
    }
    for (const one of batch) one.touches = touchesOf(one.order, tools.indicators.known(), tools.sides);
    if (hindrance === "locked") await locks.look(batch.flatMap(({ touches }) => touches.balances));
    // Who is locked out is known then, and the others may go on together.
    const isClear = hindrance === "locked" && batch.some((one) => isLockedOut(one, locks));
    const staying: Waiting[] = [];
    for (const one of batch) {
      const end = batch.length > 1 ? undefined : await endOf(one, error);
      if (end === undefined) staying.push({ ...one, alone: !isClear });
      else one.reject(end);
    }
    line = [...staying, ...line];
  }

  /** What ends an order that failed alone; undefined when it is to be tried again. */
  async function endOf(one: Waiting, error: unknown): Promise<Error | undefined> {
    const present = performance.now();
    switch (hindranceOf(error)) {
      case "overtaken":
        if (await isDoneElsewhere(one.order)) return new FinishedElsewhere();
        return ++one.overtaken < mostOvertaken ? undefined : refused(one, error);
      case "locked":
        one.lockedSince ??= present;
        return waitOrEnd(
          one,
          one.lockedSince,
          lockedMilliseconds,
          () => new OrderFailed(keptLocked, undefined, error),
        );
      case "lost":
        one.lostSince ??= present;
        return waitOrEnd(one, one.lostSince, lostMilliseconds, () => refused(one, error));
      default:
        return refused(one, error);
    }
  }

  function refused({ doubts }: Waiting, error: unknown): OrderFailed {
    const mayBeMade = doubts.some((doubt) => rowsOf(doubt).length > 0);
    return refusedByDatabase(error, onFault, mayBeMade);
  }

  function waitOrEnd(
    one: Waiting,
    since: number,
    longest: number,
    end: () => OrderFailed,
  ): OrderFailed | undefined {
    const present = performance.now();
    if (present - since >= longest) return end();
    one.notBefore = present + retryMilliseconds;
    setTimeout(goSoon, retryMilliseconds + 1);
    return undefined;
  }

  /** Somebody else's lock was looked for again: some may go now, some have waited long enough. */
  function onFreed(): void {
    const present = performance.now();
    const staying: Waiting[] = [];
    for (const one of line) {
      if (isLockedOut(one, locks)) one.lockedSince ??= present;
      const isOver = one.lockedSince !== undefined && present - one.lockedSince >= lockedMilliseconds;
      if (isOver && isLockedOut(one, locks)) one.reject(new OrderFailed(keptLocked, undefined, undefined));
      else staying.push(one);
    }
    line = staying;
    goSoon();
  }

  /** Whether somebody else has finished the work of an order, or taken the step on it that the order was to take. */
  async function isDoneElsewhere({ finishes = [], advances }: Order): Promise<boolean> {
    const ends = finishes.map((workId) => ({ workId, from: null }));
    const places = advances === undefined ? ends : [...ends, advances];
    if (places.length === 0) return false;
    // Where the database can't be asked, the next attempt will tell.
    return (await standingAmong(database, places).catch(() => places.length)) < places.length;
  }

  return {
    post(order) {
      return new Promise((resolve, reject) => {
        const touches = touchesOf(order, tools.indicators.known(), tools.sides);
        const fresh = { overtaken: 0, alone: false, notBefore: 0, doubts: [] };
        line.push({ order, resolve, reject, touches, ...fresh });
        goSoon();
      });
    },
    async internalBalance(name) {
      await tools.indicators.ensure([name]);
      const id = tools.indicators.known().get(indicatorKey(name.indicator, name.currency));
      if (id === undefined) throw new Error(`the internal balance ${name.indicator} was not created`);
      return id;
    },
    idle() {
      if (line.length + onTheirWay === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}
