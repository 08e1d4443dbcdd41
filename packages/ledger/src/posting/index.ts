/**
 * The one path that changes balances: accept → validate → distribute → lock → check funds → post → answer.
 *
 * Callers bring orders that are validated and distributed (`http`, `rules`). Here, what arrives while a
 * commit runs shares the next one: the orders of a commit are decided one after the other on a `Sheet` of
 * loaded balances, each as if it were alone, and written by a single statement. A refused order leaves
 * nothing on the sheet, so the others do not feel it. Answers go out when the commit is durable.
 *
 * Correctness rests on the database: the first attempt uses remembered balances and a statement that writes
 * only if their versions still hold; whenever that fails, or anything was refused on remembered facts, the
 * orders are decided again over rows locked in a transaction.
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { TransactionalDatabase } from "../store/database.ts";
import { DatabaseError } from "../store/database.ts";
import { createIndicators, type IndicatorBalance, writeCommit } from "../store/posting.ts";
import { attemptOrder } from "./attempt.ts";
import { notRecorded } from "./decide.ts";
import { createIndicatorRegister, namedIndicators, withFresh } from "./indicators.ts";
import { loadLocked } from "./load.ts";
import { createMemory } from "./memory.ts";
import { indicatorKey, type Loaded, Sheet } from "./sheet.ts";
import type { Order, OrderResult, Posting } from "./types.ts";

interface Waiting {
  readonly order: Order;
  readonly resolve: (result: OrderResult) => void;
  readonly reject: (error: unknown) => void;
}

/** How many movements share a commit at most. */
const movementsPerCommit = 512;

/** How often an order alone is tried again when other processes get in its way. */
const attemptsAlone = 20;

/** Starts posting on a database. `now` gives the text of a timestamp for new internal
 * balances; `onFault` hears of what the database refused. */
export function createPosting(
  database: TransactionalDatabase,
  now: () => string,
  onFault: (error: unknown) => void,
): Posting {
  const indicators = createIndicatorRegister(database, now);
  const memory = createMemory();
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  async function commitRemembered(orders: readonly Order[]): Promise<readonly OrderResult[] | undefined> {
    const loaded = memory.recall(orders, indicators.known());
    if (loaded === undefined) return undefined;
    const decided = decideAll(orders, loaded);
    if (decided.anyRefused) return undefined;
    try {
      await writeCommit(database, decided.sheet.writes());
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      memory.forget(orders, indicators.known());
      return undefined;
    }
    memory.learn(decided.sheet.writes().books.map(({ after }) => after));
    return decided.results;
  }

  /** `fresh` internal balances are made if a movement gets as far as to name them, whatever becomes of it. */
  async function commitLocked(
    orders: readonly Order[],
    fresh: readonly IndicatorBalance[],
  ): Promise<readonly OrderResult[]> {
    const { results, books } = await database.transaction(async (transaction) => {
      const known = withFresh(indicators.known(), fresh);
      const loaded = await loadLocked(transaction, orders, known, fresh);
      const decided = decideAll(orders, loaded);
      const isNamed = ({ balanceId }: IndicatorBalance) => decided.sheet.hasResolved(balanceId);
      await createIndicators(transaction, fresh.filter(isNamed), now());
      const writes = decided.sheet.writes();
      if (writes.rows.length + writes.work.length + writes.finished.length + writes.annotations.length > 0) {
        await writeCommit(transaction, writes);
      }
      const after = new Map([
        ...loaded.books,
        ...writes.books.map(({ after: book }) => [book.balanceId, book] as const),
      ]);
      for (const unmade of fresh.filter((balance) => !isNamed(balance))) after.delete(unmade.balanceId);
      return { results: decided.results, books: [...after.values()] };
    });
    memory.learn(books);
    return results;
  }

  async function commitAlone(order: Order): Promise<OrderResult> {
    for (let attempt = 1; ; attempt++) {
      try {
        return only(await commitLocked([order], await indicators.look(namedIndicators([order]))));
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        if (attempt < attemptsAlone && isContention(error) && !(await wasFinished(order))) continue;
        onFault(error);
        return failedResult(error);
      }
    }
  }

  /** Work somebody else has finished is not to be done again. */
  async function wasFinished(order: Order): Promise<boolean> {
    if (order.finishes === undefined || order.finishes.length === 0) return false;
    const rows = await database.query("SELECT work_id FROM annex.work WHERE work_id = ANY($1::bigint[])", [
      order.finishes,
    ]);
    return rows.length < order.finishes.length;
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const orders = batch.map(({ order }) => order);
    try {
      const fresh = await indicators.look(namedIndicators(orders));
      const remembered = fresh.length === 0 ? await commitRemembered(orders) : undefined;
      if (remembered !== undefined) return answer(batch, remembered);
      return answer(batch, await commitLocked(orders, fresh));
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
    for (const one of batch) one.resolve(await commitAlone(one.order));
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = takeBatch(waiting);
      try {
        await commit(batch);
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
      // Lets the sockets speak: what has arrived meanwhile is in the next commit.
      await nextTurn();
    }
    running = undefined;
  }

  return {
    post(order) {
      return new Promise((resolve, reject) => {
        waiting.push({ order, resolve, reject });
        running ??= nextTurn().then(run);
      });
    },
    async internalBalance(name) {
      await indicators.ensure([name]);
      const id = indicators.known().get(indicatorKey(name.indicator, name.currency));
      if (id === undefined) throw new Error(`the internal balance ${name.indicator} was not created`);
      return id;
    },
    async idle() {
      while (running !== undefined) await running;
    },
  };
}

function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  let movements = 0;
  let count = 0;
  for (const { order } of waiting) {
    movements += order.movements.length;
    if (count > 0 && movements > movementsPerCommit) break;
    count++;
  }
  return waiting.splice(0, count);
}

function decideAll(orders: readonly Order[], loaded: Loaded) {
  const sheet = new Sheet(loaded);
  const results = orders.map((order) => attemptOrder(sheet, order));
  const anyRefused = results.some(({ outcomes }) => outcomes.some(({ kind }) => kind !== "stored"));
  return { sheet, results, anyRefused };
}

function answer(batch: readonly Waiting[], results: readonly OrderResult[]): void {
  for (const [index, one] of batch.entries()) {
    const result = results[index];
    if (result !== undefined) one.resolve(result);
  }
}

function only(results: readonly OrderResult[]): OrderResult {
  return results[0] ?? { outcomes: [], after: [] };
}

/** Somebody else was faster: serialization, deadlock, unique reference. */
function isContention({ sqlState }: DatabaseError): boolean {
  return ["40001", "40P01", "23505"].includes(sqlState);
}

function failedResult(error: DatabaseError): OrderResult {
  const locked = error.sqlState === "55P03";
  const refusal = locked
    ? ({
        kind: "text",
        text: "failed to acquire lock: failed to acquire all locks within the wait timeout",
      } as const)
    : notRecorded;
  return { outcomes: [{ kind: "refused", refusal }], after: [], failed: true };
}
