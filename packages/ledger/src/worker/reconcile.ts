/**
 * One reconciliation, run in the background (contract section 15.1): first everything it finds is kept, then the
 * transactions are marked, then it has ended. Each is made in parts, so that nobody waits for all of it. A crash while it
 * finds makes it begin anew, with nothing marked yet; afterwards it goes on where it was, on what had been found.
 * A run that is cancelled has lost its work: whoever is at it, in whatever process, ends when he sees that.
 */
import { setInterval as every, setImmediate as nextTurn } from "node:timers/promises";
import { FinishedElsewhere } from "../posting/failures.ts";
import type { MatchingRule } from "../rules/matching-rules.ts";
import type { Findings } from "../rules/reconciling.ts";
import { formatInstant, type Instant, toTimestampText, wholeSeconds } from "../rules/times.ts";
import type { SqlDatabase, TransactionalDatabase } from "../store/database.ts";
import { externalRows } from "../store/external-transactions.ts";
import { findMatchingRule } from "../store/matching-rules.ts";
import {
  beginReconciliation,
  completeReconciliation,
  failReconciliation,
  findReconciliation,
  forgetFindings,
  internalRows,
  keepMatches,
  keepUnmatched,
  markNext,
  takeBackMatches,
} from "../store/reconciliations.ts";
import { finishWork, placeOfWork, takeStep, type Work, type WorkProgress } from "../store/work.ts";
import type { CancelledRunPayload, ReconciliationWork } from "../store/work-payloads.ts";
import { findOnThread } from "./matching-thread.ts";
import { TryLater } from "./try-later.ts";

interface Place {
  readonly database: TransactionalDatabase;
  readonly now: () => Instant;
  readonly closing: AbortSignal;
}

/** The handler of this kind of work; repeating it is safe, since an ended run is left alone. */
export async function processReconciliation(place: Place, piece: Work): Promise<void> {
  const { database } = place;
  const work = piece.payload as ReconciliationWork;
  const run = await findReconciliation(database, work.reconciliationId);
  const isOver = run === undefined || run.status === "completed" || run.status === "failed";
  if (isOver) await finishWork(database, piece.workId);
  else await new Reconciliation(place, piece).toTheEnd();
}

/** Takes back what a cancelled run had found and marked, in parts; repeating it is safe. */
export async function processCancelledRun(
  { database, closing }: Place,
  { workId, payload }: Work,
): Promise<void> {
  const { reconciliationId } = payload as CancelledRunPayload;
  for (const takeBack of [takeBackMatches, forgetFindings]) {
    let isMore = true;
    while (isMore) {
      if (closing.aborted) throw new TryLater("the ledger was closed meanwhile");
      isMore = (await database.transaction((transaction) => takeBack(transaction, reconciliationId))) > 0;
      await nextTurn();
    }
  }
  await finishWork(database, workId);
}

/** What a run has found when it has found all. */
type Found = {
  readonly matched: number;
  readonly unmatched: number;
  readonly lost: boolean;
  /** The number of the last match whose transactions are marked. */
  readonly marked: string;
};

/** A run on its way, and how far it is. A step is made only by who knows how far it was, with what it changes. */
class Reconciliation {
  readonly #place: Place;
  readonly #workId: string;
  readonly #work: ReconciliationWork;
  #progress: WorkProgress | null;

  constructor(place: Place, { workId, payload, progress }: Work) {
    this.#place = place;
    this.#workId = workId;
    this.#work = payload as ReconciliationWork;
    this.#progress = progress;
  }

  /**
   * `completed` with counters, or `failed` when a rule is unknown or a match can't be kept.
   *
   * @throws DatabaseError when the database fails; the work is then to be tried again.
   */
  async toTheEnd(): Promise<void> {
    const found = this.#found() ?? (await this.#find());
    if (found !== undefined && !this.#work.dryRun) await this.#mark(found);
    await this.#end(found);
  }

  #found(): Found | undefined {
    return this.#progress !== null && "marked" in this.#progress ? (this.#progress as Found) : undefined;
  }

  /** Keeps what is found; undefined when there is a rule that nobody knows. */
  async #find(): Promise<Found | undefined> {
    const { database, now, closing } = this.#place;
    const { reconciliationId, ruleIds, strategy, groupingCriteria, uploadId, dryRun } = this.#work;
    await this.#step({ begun: Number(this.#progress?.["begun"] ?? 0) + 1 }, (transaction) =>
      beginReconciliation(transaction, reconciliationId),
    );
    await this.#forget();
    const rules = await rulesOf(database, ruleIds);
    if (rules === undefined) return undefined;
    const sides = { externals: externalRows(database, uploadId), internals: internalRows(database) };
    const found = { matched: 0, unmatched: 0, lost: false, marked: "0" };
    const standing = watchWork(database, this.#workId);
    const ending = AbortSignal.any([closing, standing.gone]);
    try {
      for await (const some of findOnThread({ rules, strategy, groupingCriteria }, sides, ending)) {
        found.matched += some.matched;
        found.unmatched += some.unmatched.length;
        found.lost ||= some.lost;
        if (!dryRun) await this.#keep(some, toTimestampText(now()));
        await nextTurn();
      }
    } catch (error) {
      if (closing.aborted) throw new TryLater("the ledger was closed during the run");
      throw standing.gone.aborted ? new FinishedElsewhere() : error;
    } finally {
      standing.stop();
    }
    await this.#step(found);
    return found;
  }

  /** What an interrupted run had found, in parts. */
  async #forget(): Promise<void> {
    const { closing } = this.#place;
    for (let isMore = true, parts = 1; isMore; parts++) {
      if (closing.aborted) throw new TryLater("the ledger was closed during the run");
      await this.#step({ ...this.#progress, forgotten: parts }, async (transaction) => {
        isMore = (await forgetFindings(transaction, this.#work.reconciliationId)) > 0;
      });
      await nextTurn();
    }
  }

  #keep({ matches, unmatched }: Findings, now: string): Promise<void> {
    const { reconciliationId } = this.#work;
    const kept = Number(this.#progress?.["kept"] ?? 0) + matches.length + unmatched.length;
    return this.#step({ ...this.#progress, kept }, async (transaction) => {
      await keepMatches(transaction, reconciliationId, matches);
      await keepUnmatched(transaction, reconciliationId, unmatched, now);
    });
  }

  async #mark(found: Found): Promise<void> {
    const { now, closing } = this.#place;
    const reconciledAt = formatInstant(wholeSeconds(now()));
    for (let after: string | undefined = found.marked; after !== undefined; ) {
      if (closing.aborted) throw new TryLater("the ledger was closed during the run");
      after = await this.#markFrom(found, after, reconciledAt);
      // An engine without a thread of its own has answered before others had their turn.
      await nextTurn();
    }
  }

  async #markFrom(found: Found, after: string, reconciledAt: string): Promise<string | undefined> {
    const { database } = this.#place;
    const last = await database.transaction(async (transaction) => {
      const last = await markNext(transaction, this.#work.reconciliationId, after, reconciledAt);
      if (last !== undefined) await this.#advance(transaction, { ...found, marked: last });
      return last;
    });
    if (last !== undefined) this.#progress = { ...found, marked: last };
    return last;
  }

  async #end(found: Found | undefined): Promise<void> {
    const { database, now } = this.#place;
    const { reconciliationId, dryRun } = this.#work;
    await database.transaction(async (transaction) => {
      if (found === undefined || (found.lost && !dryRun))
        await failReconciliation(transaction, reconciliationId);
      else await completeReconciliation(transaction, reconciliationId, found, toTimestampText(now()));
      if (!(await finishWork(transaction, this.#workId))) throw new FinishedElsewhere();
    });
  }

  async #step(to: WorkProgress, change?: (transaction: SqlDatabase) => Promise<void>): Promise<void> {
    await this.#place.database.transaction(async (transaction) => {
      await change?.(transaction);
      await this.#advance(transaction, to);
    });
    this.#progress = to;
  }

  async #advance(transaction: SqlDatabase, to: WorkProgress): Promise<void> {
    const isOurs = await takeStep(transaction, { workId: this.#workId, from: this.#progress, to });
    if (!isOurs) throw new FinishedElsewhere();
  }
}

const lookMilliseconds = 250;

/** Watches whether work still stands, while whoever is at it makes no steps that would tell. */
function watchWork(
  database: SqlDatabase,
  workId: string,
): { readonly gone: AbortSignal; readonly stop: () => void } {
  const gone = new AbortController();
  const stopped = new AbortController();
  const isGone = (): Promise<boolean> =>
    placeOfWork(database, workId).then(
      (place) => place === undefined,
      // The database can't be asked now, which says nothing of the work: it is asked again.
      () => false,
    );
  const watch = async (): Promise<void> => {
    for await (const _ of every(lookMilliseconds, undefined, { signal: stopped.signal, ref: false }))
      if (await isGone()) return gone.abort();
  };
  // Nothing but the signal fails it.
  watch().catch(() => {});
  return { gone: gone.signal, stop: () => stopped.abort() };
}

async function rulesOf(
  database: SqlDatabase,
  ids: readonly string[],
): Promise<readonly MatchingRule[] | undefined> {
  const rules: MatchingRule[] = [];
  for (const id of ids) {
    const rule = await findMatchingRule(database, id);
    if (rule === undefined) return undefined;
    rules.push(rule);
  }
  return rules;
}
