/**
 * Leases: a run is held for eight seconds at a time, prolonged every two while its process lives, and taken back when
 * the lease runs out, or at once when its holder is certainly dead; every process looks for that once a second. An
 * execution that finds its lease gone stops.
 */
import { errorState } from "../../errors/app-error.ts";
import { newReference } from "../../errors/index.ts";
import type { Execution } from "../execution/execution.ts";
import { createWorkerIdentity, isDead } from "../execution/worker-identity.ts";
import type { Workshop } from "../execution/workshop.ts";
import { mostCrashes, toJobFailure } from "../policy/retries.ts";

export const leaseMilliseconds = 8000;
export const renewalMilliseconds = 2000;
export const reclaimMilliseconds = 1000;

export type Leases = {
  readonly worker: string;
  /** Prolongs the leases of executions, and of nothing else; stops executions that lost theirs. */
  renew(executions: ReadonlyMap<number, Execution>): Promise<void>;
  /** Takes back what the dead held; how many runs go on now. */
  reclaim(): Promise<number>;
  retire(): void;
};

/** Makes the leases of one engine. */
export function createLeases({ store, clock, log }: Workshop): Leases {
  const identity = createWorkerIdentity();
  return {
    worker: identity.worker,
    renew: async (executions) => {
      if (executions.size === 0) return;
      const asked = [...executions.values()];
      const runNumbers = asked.map(({ run }) => run.runNumber);
      const { worker } = identity;
      const held = await store.runs.renewLeases({ worker, runNumbers, leaseMilliseconds, now: clock() });
      for (const execution of asked) {
        const stillRuns = executions.get(execution.run.runNumber) === execution;
        if (stillRuns && held.get(execution.run.runNumber) !== execution.run.fence) execution.stop("lost");
      }
    },
    reclaim: async () => {
      const now = clock();
      const workers = await store.runs.workers();
      const deadWorkers = workers.filter((worker) => worker !== identity.worker && isDead(worker));
      const reference = newReference();
      const runs = await store.runs.reclaim({
        deadWorkers,
        now,
        longestLease: 2 * leaseMilliseconds,
        crashes: mostCrashes,
        failure: JSON.stringify(toJobFailure(errorState("app_failed"), reference)),
      });
      if (runs > 0) log.warn("Runs of a process that died go on here.", { runs, reference });
      return runs;
    },
    retire: identity.retire,
  };
}
