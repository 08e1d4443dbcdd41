import type { DataTransaction } from "../context/index.ts";
import type { DocumentUnit } from "../data/unit.ts";
import { AppError } from "../errors/app-error.ts";
import { keyReused, type PrepareStart } from "../jobs/starting.ts";
import type { NewRun, Store } from "../stores/interface.ts";

export type TransactParts = {
  readonly store: Store;
  readonly clock: () => number;
  readonly wake: () => void;
  readonly beginUnit: () => DocumentUnit;
  /** The starts of one try; each try counts its own from the beginning. */
  readonly beginStarts: () => PrepareStart;
};

/** So often others may be faster before the caller is told. */
const mostTries = 10;

/**
 * Commits what the work wrote and started, if what it read is still so; otherwise the work is done again. Nothing is
 * held while it is done, so work that takes long or never ends is in nobody's way.
 *
 * @throws AppError 409 `data_conflict`
 */
export async function transact<Value>(
  parts: TransactParts,
  work: (unit: DataTransaction) => Value | Promise<Value>,
): Promise<Value> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const documents = parts.beginUnit();
    const runs: NewRun[] = [];
    const prepare = parts.beginStarts();
    const value = await work({
      data: documents.writer,
      jobs: {
        start: (job, ...[input, options]) => {
          // A reference to a job is the job itself; only its handler is of no concern to a start.
          runs.push(prepare(job as Parameters<PrepareStart>[0], input, options));
        },
      },
    });
    const committed = await parts.store.commit({ ...(await documents.taken()), runs }, parts.clock());
    if (committed.outcome === "key-reused") throw keyReused();
    if (committed.outcome === "committed") {
      if (runs.length > 0) parts.wake();
      return value;
    }
  }
  throw new AppError({
    code: "data_conflict",
    status: 409,
    whatHappened: "The same documents were changed by others again and again; nothing was written.",
    whatToDo: "Try again.",
  });
}
