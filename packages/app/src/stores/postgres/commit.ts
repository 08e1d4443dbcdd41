/** Documents, runs that start and a step's result, together or not at all. Runs inside a transaction. */
import type { Committed, RunStarted, Unit } from "../interface.ts";
import type { Query } from "./connection.ts";
import { areAsExpected, writeDocuments } from "./documents.ts";
import { insertRun } from "./runs.ts";
import { saveStep } from "./steps.ts";

/** Undoes what a unit has already done when a later part of it does not go; see `commitUnit`. */
class NotCommitted extends Error {
  readonly committed: Committed;
  constructor(committed: Committed) {
    super(committed.outcome);
    this.committed = committed;
  }
}

/** @throws NotCommitted when nothing of the unit may stay; give it to `outcomeOf`. */
export async function commitUnit(query: Query, unit: Unit, now: number): Promise<Committed> {
  if (!(await areAsExpected(query, unit))) return { outcome: "conflict" };
  if (unit.step !== undefined && !(await saveStep(query, unit.step, now))) return { outcome: "lost" };
  const runs: (RunStarted | undefined)[] = [];
  for (const run of unit.runs) {
    const inserted = await insertRun(query, run, now);
    if (inserted === "key-reused")
      throw new NotCommitted({ outcome: "key-reused", key: run.key?.text ?? "" });
    runs.push(inserted === "under-way" ? undefined : inserted);
  }
  await writeDocuments(query, unit.writes);
  return { outcome: "committed", runs };
}

/** What came of a unit whose transaction was taken back. */
export function outcomeOf(error: unknown): Committed {
  if (error instanceof NotCommitted) return error.committed;
  throw error;
}
