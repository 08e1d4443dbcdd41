/** What becomes of a unit and of the runs in it, in both stores. */
import type { Committed, RunKey, RunStarted } from "./interface.ts";
import type { Row } from "./rows.ts";

/** Undoes what a unit has already done when a later part of it does not go. */
export class NotCommitted extends Error {
  readonly committed: Committed;
  constructor(committed: Committed) {
    super(committed.outcome);
    this.committed = committed;
  }
}

/** What came of a unit whose transaction was taken back. */
export function outcomeOf(error: unknown): Committed {
  if (error instanceof NotCommitted) return error.committed;
  throw error;
}

/** What became of a start: a run, none since another is under way, or a key that is known with another input. */
export type Inserted = RunStarted | "under-way" | "key-reused";

/** A start under a key that is known, as `row` of `run_keys` says. */
export function startedBefore(row: Row, key: RunKey | undefined): Inserted {
  const kept = row["fingerprint"];
  if (kept !== key?.fingerprint && kept !== key?.fingerprintAsWritten) return "key-reused";
  return { runNumber: Number(row["run_number"]), runId: String(row["run_id"]), isNew: false };
}
