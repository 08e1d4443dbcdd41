/** The executions of this process: begun with a claimed run, ended in the store. */
import { errorState } from "../../errors/app-error.ts";
import { newReference } from "../../errors/index.ts";
import { readable } from "../../errors/readable.ts";
import type { Ending, StoredRun } from "../../stores/runs.ts";
import { toJobFailure } from "../policy/retries.ts";
import { createExecution, type Execution } from "./execution.ts";
import type { StopReason } from "./failures.ts";
import { told } from "./telling.ts";
import type { Work } from "./work.ts";
import type { Workshop } from "./workshop.ts";

export type Executions = {
  /** By run number; a run that was lost and claimed again appears with its newest. */
  readonly running: ReadonlyMap<number, Execution>;
  /** How many take up a slot. */
  busy(): number;
  begin(run: StoredRun): void;
  stop(runNumbers: readonly number[], reason: StopReason): void;
  stopOf(installedAppId: string, reason: StopReason): void;
  stopAll(reason: StopReason): void;
  /** Resolves when none is left, or after a time. */
  idle(milliseconds: number): Promise<void>;
  /** Gives back what does not end: other processes go on with it at once, and nothing that it still does here counts. */
  handOver(): Promise<void>;
  /** Gives back what was claimed and is not begun. */
  giveBack(runs: readonly StoredRun[]): Promise<void>;
};

/**
 * @param onFree told in the turn in which an execution ends, so that the next claim shares the commit of its end: that
 * is worth nearly twice the throughput of a backlog
 */
export function createExecutions(
  workshop: Workshop,
  workOf: (run: StoredRun) => Work,
  onFree: () => void,
): Executions {
  const { store, log, crashPoint, clock } = workshop;
  const running = new Map<number, Execution>();
  let busy = 0;
  let onIdle = () => {};

  async function execute(execution: Execution): Promise<void> {
    const { run } = execution;
    const ending = await endingOf(execution);
    try {
      crashPoint("job-ends");
      const ended = store.runs.end(run, ending, execution.progressText(), clock());
      busy -= 1;
      onFree();
      await ended;
      crashPoint("job-ended");
    } catch (error) {
      // Its lease is prolonged no more; the run goes on when that runs out.
      log.error("The end of a run could not be stored.", { run_id: run.runId, job: run.job, error });
    } finally {
      if (running.get(run.runNumber) === execution) running.delete(run.runNumber);
      if (running.size === 0) onIdle();
    }
  }

  /** Whatever comes of it, the run has an end, and its place here is free again. */
  async function endingOf(execution: Execution): Promise<Ending> {
    const { run } = execution;
    try {
      return await told(run, () => execution.work());
    } catch (thrown) {
      const reference = newReference();
      const error = readable(thrown);
      log.error("How a run ended cannot be told.", { reference, run_id: run.runId, job: run.job, error });
      return { kind: "failed", failure: JSON.stringify(toJobFailure(errorState("app_failed"), reference)) };
    }
  }

  async function release(held: readonly Pick<Execution, "run" | "progressText">[]): Promise<void> {
    const released = { kind: "released", waits: 0 } as const;
    const ends = held.map(({ run, progressText }) => store.runs.end(run, released, progressText(), clock()));
    for (const { status } of await Promise.allSettled(ends))
      if (status === "rejected")
        log.error("A run could not be handed over; it goes on when its lease runs out.");
  }

  return {
    running,
    busy: () => busy,
    begin: (run) => {
      crashPoint("job-claimed");
      const execution = createExecution(workshop, run, workOf(run));
      running.set(run.runNumber, execution);
      busy += 1;
      void execute(execution);
    },
    stop: (runNumbers, reason) => {
      for (const runNumber of runNumbers) running.get(runNumber)?.stop(reason);
    },
    stopOf: (installedAppId, reason) => {
      for (const execution of running.values())
        if (execution.run.installedAppId === installedAppId) execution.stop(reason);
    },
    stopAll: (reason) => {
      for (const execution of running.values()) execution.stop(reason);
    },
    idle: async (milliseconds) => {
      if (running.size === 0) return;
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, milliseconds);
        onIdle = () => {
          clearTimeout(limit);
          resolve();
        };
      });
    },
    handOver: async () => {
      const left = [...running.values()];
      if (left.length === 0) return;
      log.warn("Runs did not end in time; they are handed over as they are.", { runs: left.length });
      await release(left);
    },
    giveBack: (runs) => release(runs.map((run) => ({ run, progressText: () => run.progress }))),
  };
}
