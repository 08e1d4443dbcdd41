/**
 * One reconciliation, run in the background (contract section 15.1). Everything a run finds becomes visible in
 * one transaction at its end, so a run that a crash interrupted simply runs again.
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { MatchingRule } from "../rules/matching-rules.ts";
import {
  externalGroups,
  type Find,
  type Findings,
  findingsOf,
  type InternalRow,
  internalGroups,
  manyToOne,
  oneToMany,
  oneToOne,
  type RowMatches,
} from "../rules/reconciling.ts";
import { formatInstant, type Instant, toTimestampText, wholeSeconds } from "../rules/times.ts";
import type { SqlDatabase, TransactionalDatabase } from "../store/database.ts";
import { externalRows } from "../store/external-transactions.ts";
import { findMatchingRule } from "../store/matching-rules.ts";
import {
  beginReconciliation,
  completeReconciliation,
  failReconciliation,
  findReconciliation,
  internalRows,
  keepMatches,
  keepUnmatched,
} from "../store/reconciliations.ts";
import { finishWork, type Work } from "../store/work.ts";
import type { ReconciliationWork } from "../store/work-payloads.ts";
import { inTurns } from "../turns.ts";
import { TryLater } from "./try-later.ts";

interface Place {
  readonly database: TransactionalDatabase;
  readonly now: () => Instant;
  readonly closing: AbortSignal;
}

/** The handler of this kind of work; repeating it is safe, since an ended run is left alone. */
export async function processReconciliation(place: Place, piece: Work): Promise<void> {
  await reconcile(place, piece.payload as ReconciliationWork);
  await finishWork(place.database, piece.workId);
}

/**
 * Runs a reconciliation to its end: `completed` with counters, or `failed` when a rule is unknown or a match can't be kept.
 *
 * @throws DatabaseError when the database fails; the work is then to be tried again.
 */
async function reconcile({ database, now, closing }: Place, work: ReconciliationWork): Promise<void> {
  const run = await findReconciliation(database, work.reconciliationId);
  if (run === undefined || run.status === "completed" || run.status === "failed") return;
  await beginReconciliation(database, work.reconciliationId);
  const rules = await rulesOf(database, work.ruleIds);
  if (rules === undefined) return failReconciliation(database, work.reconciliationId);
  const findings = findingsOf(await rowMatches(database, work, rules, closing));
  await database.transaction((transaction) => conclude(transaction, work, findings, now()));
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

async function rowMatches(
  database: SqlDatabase,
  { strategy, uploadId, groupingCriteria }: ReconciliationWork,
  rules: readonly MatchingRule[],
  signal: AbortSignal,
): Promise<readonly RowMatches[]> {
  const externals = await externalRows(database, uploadId);
  switch (strategy) {
    case "one_to_one":
      return forEach(externals, oneToOne(rules, await everyInternalRow(database)), signal);
    case "one_to_many": {
      const groups = internalGroups(await everyInternalRow(database), groupingCriteria);
      return forEach(externals, oneToMany(rules, groups), signal);
    }
    case "many_to_one": {
      const groups = externalGroups(externals, groupingCriteria);
      return forEach(await everyInternalRow(database), manyToOne(rules, groups), signal);
    }
    default:
      return [];
  }
}

/** @throws TryLater when the ledger closes: an interrupted run begins anew the next time. */
function forEach<Row>(
  rows: readonly Row[],
  find: Find<Row>,
  signal: AbortSignal,
): Promise<readonly RowMatches[]> {
  return inTurns(rows, find, () => {
    if (signal.aborted) throw new TryLater("the ledger was closed during the run");
  });
}

/** Read once for the whole run. The embedded engine answers before others had their turn: they get it here. */
async function everyInternalRow(database: SqlDatabase): Promise<readonly InternalRow[]> {
  const pages: (readonly InternalRow[])[] = [];
  for await (const page of internalRows(database)) {
    pages.push(page);
    await nextTurn();
  }
  return pages.flat();
}

async function conclude(
  transaction: SqlDatabase,
  { reconciliationId, dryRun }: ReconciliationWork,
  { matches, matched, unmatched, lost }: Findings,
  now: Instant,
): Promise<void> {
  const completedAt = toTimestampText(now);
  const counters = { matched, unmatched: unmatched.length };
  if (!(await completeReconciliation(transaction, reconciliationId, counters, completedAt))) return;
  if (dryRun) return;
  await keepMatches(transaction, reconciliationId, matches, formatInstant(wholeSeconds(now)));
  await keepUnmatched(transaction, reconciliationId, unmatched, completedAt);
  if (lost) await failReconciliation(transaction, reconciliationId);
}
