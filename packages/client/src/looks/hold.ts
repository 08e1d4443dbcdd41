/** Was this hold committed or voided? By the rows Core inserts below it: nothing else ever changes. */
import { toMinorUnits } from "../records/amounts.ts";
import type { Transaction } from "../records/records.ts";

/** What was asked of a hold. */
export type HoldChange =
  | { readonly status: "void" }
  | {
      readonly status: "commit";
      readonly amount?: string | undefined;
      readonly precise_amount?: bigint | undefined;
    };

/** `result` is the newest of the rows that did it. */
export type HoldSighting =
  | { readonly sight: "done"; readonly result: Transaction }
  | { readonly sight: "absent" | "unclear" };

/** The ids of the commits and voids that are there, to tell those that come from those that were. */
export function outcomesOf(rows: readonly Transaction[]): readonly string[] {
  const parents = new Set(rows.filter(isHold).map((row) => row.transaction_id));
  return rows.filter((row) => isOutcomeOf(parents, row)).map((row) => row.transaction_id);
}

/**
 * Decides by the rows of a hold or of a group of holds, at any depth below the id that was asked for.
 *
 * @param before the outcomes that were there before it was sent; undefined when nobody could look
 */
export function sightHoldChange(
  change: HoldChange,
  rows: readonly Transaction[],
  before: readonly string[] | undefined,
): HoldSighting {
  const holds = rows.filter((row) => row.status === "INFLIGHT");
  if (holds.length === 0) return { sight: "absent" };
  if (change.status === "void") return decide(holds, (hold) => childrenOf(hold, rows, "VOID").at(0));
  if (change.amount === undefined && change.precise_amount === undefined)
    return decide(holds, (hold) => lastCommitOf(hold, rows));
  if (before === undefined) return { sight: "unclear" };
  return decide(holds, (hold) => newCommitOf(hold, change, rows, before));
}

function decide(
  holds: readonly Transaction[],
  doneBy: (hold: Transaction) => Transaction | undefined,
): HoldSighting {
  const [result, ...others] = holds.flatMap((hold) => doneBy(hold) ?? []);
  if (result === undefined) return { sight: "absent" };
  return others.length + 1 === holds.length ? { sight: "done", result } : { sight: "unclear" };
}

/** The newest commit of a hold of which nothing remains. */
function lastCommitOf(hold: Transaction, rows: readonly Transaction[]): Transaction | undefined {
  const commits = childrenOf(hold, rows, "APPLIED");
  const committed = commits.reduce((sum, row) => sum + row.precise_amount, 0n);
  return committed === hold.precise_amount ? commits.at(0) : undefined;
}

function newCommitOf(
  hold: Transaction,
  change: Extract<HoldChange, { status: "commit" }>,
  rows: readonly Transaction[],
  before: readonly string[],
): Transaction | undefined {
  const wanted = change.precise_amount ?? toMinorUnits(change.amount ?? "0", hold.precision);
  return childrenOf(hold, rows, "APPLIED").find(
    (row) => row.precise_amount === wanted && !before.includes(row.transaction_id),
  );
}

/** Newest first. */
function childrenOf(
  hold: Transaction,
  rows: readonly Transaction[],
  status: "APPLIED" | "VOID",
): readonly Transaction[] {
  return rows
    .filter((row) => row.status === status && row.parent_transaction === hold.transaction_id)
    .sort((one, other) => (one.created_at < other.created_at ? 1 : -1));
}

function isHold(row: Transaction): boolean {
  return row.status === "INFLIGHT" || row.status === "QUEUED";
}

function isOutcomeOf(parents: ReadonlySet<string>, row: Transaction): boolean {
  return (row.status === "APPLIED" || row.status === "VOID") && parents.has(row.parent_transaction ?? "");
}
