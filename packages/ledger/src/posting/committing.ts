/**
 * Making one commit: the orders that share it are decided one after the other on a `Sheet` of balances, each as if
 * it were alone, and written by a single statement.
 *
 * Correctness rests on the database: the first attempt uses remembered balances and a statement that writes
 * only if their versions still hold; whenever that fails, or anything was refused on remembered facts, the
 * orders are decided again over rows locked in a transaction.
 *
 * A commit whose connection is lost may have been made. What it would have come to is kept with its orders, and the
 * next attempt looks for those rows first: they are there, all of them, or none is. Where there would be none, the step
 * of work that the order takes tells.
 */
import {
  DatabaseError,
  outcomeUnknown,
  type SqlDatabase,
  type TransactionalDatabase,
} from "../store/database.ts";
import {
  createIndicators,
  type IndicatorBalance,
  storedAmong,
  type Writes,
  writeCommit,
} from "../store/posting.ts";
import { standingAmong } from "../store/work.ts";
import { attemptOrder, rowsOf } from "./attempt.ts";
import { type Doubt, hindranceOf } from "./failures.ts";
import { type IndicatorRegister, namedIndicators, withFresh } from "./indicators.ts";
import { loadLocked } from "./load.ts";
import type { Memory } from "./memory.ts";
import { type Loaded, Sheet } from "./sheet.ts";
import type { HoldSides } from "./touches.ts";
import type { Order, OrderResult } from "./types.ts";

/** An order, and the attempts at it of which nobody knows whether they were made. */
export interface Attempted {
  readonly order: Order;
  readonly doubts: Doubt[];
}

/** What a commit needs. */
export interface CommitTools {
  readonly database: TransactionalDatabase;
  readonly indicators: IndicatorRegister;
  readonly memory: Memory;
  readonly sides: HoldSides;
  /** The text of a timestamp, for new internal balances. */
  readonly now: () => string;
}

/**
 * Makes the orders in one commit.
 *
 * @returns what became of each, once it is durable
 * @throws DatabaseError when nothing was made, or nobody knows; the doubts of the orders then say what may have been
 */
export async function commitTogether(
  tools: CommitTools,
  attempted: readonly Attempted[],
): Promise<readonly OrderResult[]> {
  const orders = attempted.map(({ order }) => order);
  const fresh = await tools.indicators.look(namedIndicators(orders));
  const isPlain = fresh.length === 0 && attempted.every(({ doubts }) => doubts.length === 0);
  const remembered = isPlain ? await commitRemembered(tools, attempted) : undefined;
  return remembered ?? commitLocked(tools, attempted, fresh);
}

async function commitRemembered(
  { database, memory, indicators, now }: CommitTools,
  attempted: readonly Attempted[],
): Promise<readonly OrderResult[] | undefined> {
  const orders = attempted.map(({ order }) => order);
  const loaded = memory.recall(orders, indicators.known());
  if (loaded === undefined) return undefined;
  const { sheet, results, anyRefused } = decideAll(orders, loaded);
  if (anyRefused) return undefined;
  try {
    await writeCommit(database, sheet.writes(), now());
  } catch (error) {
    memory.forget(orders, indicators.known());
    noteDoubts(attempted, results, error);
    // Whoever was faster has changed what was remembered: once more, on what is there now.
    if (hindranceOf(error) === "overtaken") return undefined;
    throw error;
  }
  memory.learn(sheet.writes().books.map(({ after }) => after));
  return results;
}

/** `fresh` internal balances are made if a movement gets as far as to name them, whatever becomes of it. */
async function commitLocked(
  tools: CommitTools,
  attempted: readonly Attempted[],
  fresh: readonly IndicatorBalance[],
): Promise<readonly OrderResult[]> {
  const { database, memory, indicators, sides } = tools;
  let made: readonly OrderResult[] = [];
  try {
    const { results, loaded, books } = await database.transaction(async (transaction) => {
      const orders = attempted.map(({ order }) => order);
      const locked = await loadLocked(transaction, orders, withFresh(indicators.known(), fresh), fresh);
      const settled = await settledDoubts(transaction, attempted);
      const { sheet, results } = decideAll(orders, locked, settled);
      made = results;
      const isNamed = ({ balanceId }: IndicatorBalance) => sheet.hasResolved(balanceId);
      await createIndicators(transaction, fresh.filter(isNamed), tools.now());
      const writes = sheet.writes();
      if (!isEmpty(writes)) await writeCommit(transaction, writes, tools.now());
      return {
        results,
        loaded: locked,
        books: booksAfter(
          locked,
          writes,
          fresh.filter((one) => !isNamed(one)),
        ),
      };
    });
    for (const [id, { row }] of loaded.holds) sides.learn(id, row.source, row.destination);
    memory.learn(books);
    return results;
  } catch (error) {
    memory.forget(
      attempted.map(({ order }) => order),
      indicators.known(),
    );
    noteDoubts(attempted, made, error);
    throw error;
  }
}

function isEmpty({ rows, work, steps, annotations }: Writes): boolean {
  return rows.length + work.length + steps.length + annotations.length === 0;
}

/** Balances as a commit leaves them, but for those that were never made. */
function booksAfter(loaded: Loaded, { books }: Writes, unmade: readonly IndicatorBalance[]) {
  const after = new Map([
    ...loaded.books,
    ...books.map(({ after: book }) => [book.balanceId, book] as const),
  ]);
  for (const { balanceId } of unmade) after.delete(balanceId);
  return [...after.values()];
}

/** `settled` orders were made by an earlier attempt; their result stands. */
function decideAll(
  orders: readonly Order[],
  loaded: Loaded,
  settled: ReadonlyMap<Order, OrderResult> = new Map(),
) {
  const sheet = new Sheet(loaded);
  const results = orders.map((order) => settled.get(order) ?? attemptOrder(sheet, order));
  const anyRefused = results.some(({ outcomes }) => outcomes.some(({ kind }) => kind !== "stored"));
  return { sheet, results, anyRefused };
}

function noteDoubts(attempted: readonly Attempted[], results: readonly OrderResult[], error: unknown): void {
  if (!(error instanceof DatabaseError) || error.sqlState !== outcomeUnknown) return;
  for (const [index, { order, doubts }] of attempted.entries()) {
    const result = results[index];
    const leavesTraces = result !== undefined && (rowIds(result).length > 0 || order.advances !== undefined);
    if (leavesTraces) doubts.push(result);
  }
}

function rowIds(result: OrderResult): readonly string[] {
  return rowsOf(result).map((row) => row.transaction_id);
}

/**
 * The orders that an earlier attempt made after all. To be asked when their balances are locked: that attempt held
 * the same locks, so it has ended by now.
 */
async function settledDoubts(
  transaction: SqlDatabase,
  attempted: readonly Attempted[],
): Promise<ReadonlyMap<Order, OrderResult>> {
  const ids = attempted.flatMap(({ doubts }) => doubts.flatMap(rowIds));
  const stored = await storedAmong(transaction, ids);
  const settled = new Map<Order, OrderResult>();
  for (const { order, doubts } of attempted) {
    for (const doubt of doubts) {
      const isMade =
        rowIds(doubt).some((id) => stored.has(id)) || (await hasTakenStep(transaction, order, doubt));
      if (isMade) settled.set(order, doubt);
    }
  }
  return settled;
}

/**
 * Whether an attempt that stored no row took the step of work it was to take: the work is then where it would have
 * left it. Without that the order would take its own step for somebody else's, and its refusals were lost.
 */
async function hasTakenStep(
  transaction: SqlDatabase,
  { advances }: Order,
  attempt: OrderResult,
): Promise<boolean> {
  if (advances === undefined || rowsOf(attempt).length > 0) return false;
  const from = advances.to(attempt.outcomes);
  return from !== undefined && (await standingAmong(transaction, [{ workId: advances.workId, from }])) === 1;
}
