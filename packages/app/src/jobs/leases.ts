/**
 * Leases: a run is held for ten seconds at a time, prolonged every three while its process lives, and taken back when
 * the lease runs out, or at once when its holder is certainly dead. An execution that finds its lease gone stops.
 */

import { errorState } from "../errors/app-error.ts";
import { newReference } from "../errors/index.ts";
import type { JobsHost } from "../jobs-host.ts";
import type { Execution } from "./execution.ts";
import { toJobFailure } from "./failure.ts";
import { createWorkerIdentity, isDead } from "./identity.ts";
import type { RunStore } from "./store/index.ts";

export const leaseMilliseconds = 10_000;
export const renewalMilliseconds = 3_000;
/** Starts in a row that end without a word before a run is given up: it kills its process. */
const mostCrashes = 10;

export type Leases = {
  readonly worker: string;
  /** Prolongs the leases of executions, and of nothing else; stops executions that lost theirs. */
  renew(executions: ReadonlyMap<number, Execution>): Promise<void>;
  /** Takes back what the dead held. */
  reclaim(): Promise<void>;
  retire(): void;
};

/** Makes the leases of one engine. */
export function createLeases(store: RunStore, host: JobsHost): Leases {
  const identity = createWorkerIdentity();
  return {
    worker: identity.worker,
    renew: async (executions) => {
      if (executions.size === 0) return;
      const asked = [...executions.values()];
      const runNumbers = asked.map(({ run }) => run.runNumber);
      const held = await store.renewLeases(identity.worker, runNumbers, host.clock() + leaseMilliseconds);
      for (const execution of asked) {
        const stillRuns = executions.get(execution.run.runNumber) === execution;
        if (stillRuns && held.get(execution.run.runNumber) !== execution.run.fence) execution.stop("lost");
      }
    },
    reclaim: async () => {
      const now = host.clock();
      const dead = store.workers().filter((worker) => worker !== identity.worker && isDead(worker));
      if (dead.length === 0 && !store.hasExpired(now)) return;
      const reference = newReference();
      const failure = JSON.stringify(toJobFailure(errorState("app_failed"), reference));
      const count = await store.reclaim(dead, now, { crashes: mostCrashes, failure });
      host.log.warn("Runs of a process that died go on here.", { runs: count, reference });
    },
    retire: identity.retire,
  };
}
