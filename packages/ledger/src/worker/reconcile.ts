/**
 * One reconciliation, run in the background (contract section 15.1). Everything a run finds becomes visible in
 * one transaction at its end, so a run that a crash interrupted simply runs again.
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { MatchingRule } from "../rules/matching-rules.ts";
import {
  candidateBounds,
  type ExternalRow,
  externalGroups,
  type Findings,
  findingsOf,
  type InternalRow,
  internalGroups,
  manyToOne,
  matchOne,
  oneToMany,
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

interface Place {
  readonly database: TransactionalDatabase;
  readonly now: () => Instant;
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
async function reconcile({ database, now }: Place, work: ReconciliationWork): Promise<void> {
  const run = await findReconciliation(database, work.reconciliationId);
  if (run === undefined || run.status === "completed" || run.status === "failed") return;
  await beginReconciliation(database, work.reconciliationId);
  const rules = await rulesOf(database, work.ruleIds);
  if (rules === undefined) return failReconciliation(database, work.reconciliationId);
  const findings = findingsOf(await rowMatches(database, work, rules));
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
): Promise<readonly RowMatches[]> {
  const externals = await externalRows(database, uploadId);
  switch (strategy) {
    case "one_to_one":
      return oneToOne(database, rules, externals);
    case "one_to_many":
      return againstGroups(
        externals,
        internalGroups(await everyInternalRow(database), groupingCriteria),
        (some, groups) => oneToMany(rules, some, groups),
      );
    case "many_to_one":
      return againstGroups(
        await everyInternalRow(database),
        externalGroups(externals, groupingCriteria),
        (some, groups) => manyToOne(rules, some, groups),
      );
    default:
      return [];
  }
}

/** Comparisons made before others get their turn: a long run must not stop the ledger. */
const comparisonsAtOnce = 20_000;

async function againstGroups<Row, Group>(
  rows: readonly Row[],
  groups: readonly Group[],
  find: (some: readonly Row[], groups: readonly Group[]) => readonly RowMatches[],
): Promise<readonly RowMatches[]> {
  const atOnce = Math.max(1, Math.floor(comparisonsAtOnce / Math.max(1, groups.length)));
  const found: RowMatches[][] = [];
  for (let start = 0; start < rows.length; start += atOnce) {
    found.push([...find(rows.slice(start, start + atOnce), groups)]);
    await nextTurn();
  }
  return found.flat();
}

async function everyInternalRow(database: SqlDatabase): Promise<readonly InternalRow[]> {
  return Array.fromAsync(internalRows(database, {}));
}

async function oneToOne(
  database: SqlDatabase,
  rules: readonly MatchingRule[],
  externals: readonly ExternalRow[],
): Promise<readonly RowMatches[]> {
  const found: RowMatches[] = [];
  for (const external of externals) {
    const candidates = await Array.fromAsync(internalRows(database, candidateBounds(rules, external)));
    found.push({ id: external.id, matches: matchOne(rules, external, candidates) });
  }
  return found;
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
