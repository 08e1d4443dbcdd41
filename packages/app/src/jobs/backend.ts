/**
 * openworkflow's engine over our own tables. The engine claims runs for its slots, executes them and reports how they
 * end; what it would store through a backend of its own is stored here, because runs have to share the commit of the
 * app's file, carry a fence, keep exact integers, be unique for ever rather than for a day, and start again by hand.
 *
 * Steps are ours too (execution.ts): the engine's are limited to a thousand a run and cost two commits each. Child
 * workflows, sleeps and signals are not offered to jobs, so the engine never asks for them.
 */
import type { Backend, WorkflowRun } from "openworkflow/internal";
import type { Execution } from "./execution.ts";
import type { ClaimRequest, Ending, NewRun, RunStore, StoredRun } from "./store/index.ts";

export type BackendParts = {
  readonly store: RunStore;
  readonly clock: () => number;
  readonly crashPoint: (name: string) => void;
  /** What the next run is claimed with; nothing when no more is to be claimed. */
  readonly claimRequest: () => ClaimRequest | undefined;
  readonly createExecution: (run: StoredRun) => Execution;
  readonly concurrency: number;
  /** Told after each end, when the slot is about to be free. */
  readonly ended: () => void;
};

export type EngineBackend = {
  readonly backend: Backend;
  /** Executions of this process, by run number; a run that was lost and claimed again appears with its newest. */
  readonly executions: ReadonlyMap<number, Execution>;
  /** Stores a new run, and claims the next one with it where there is room. */
  enqueue(run: NewRun): Promise<StoredRun>;
  /** Whether a run was claimed already, with the start or the end of another, and waits for its slot. */
  hasClaimed(): boolean;
  /** Whether a further run can be claimed. */
  hasRoom(): boolean;
  /** What the engine calls for every job. */
  execute(input: unknown): Promise<void>;
  /** Gives back what was claimed and will not be executed. */
  release(): Promise<void>;
};

/** Makes the backend and the function that the engine runs for every job. */
export function createEngineBackend(parts: BackendParts): EngineBackend {
  const { store } = parts;
  const executions = new Map<number, Execution>();
  let claimed: readonly StoredRun[] = [];
  let claiming = 0;
  const slots = new Map<string, { readonly execution: Execution; ending?: Ending }>();

  async function end(slot: string): Promise<void> {
    const held = slots.get(slot);
    slots.delete(slot);
    if (held?.ending === undefined) throw new Error("The engine ended a run that it did not execute.");
    const { execution, ending } = held;
    try {
      parts.crashPoint("job-ends");
      const ended = { ending, progress: execution.progressText(), now: parts.clock() };
      const { taken, next } = await store.end(execution.run, ended, parts.claimRequest());
      if (next !== undefined) claimed = [...claimed, next];
      parts.crashPoint("job-ended");
      // The engine knows what to make of it: somebody else holds the run, or it was cancelled.
      if (!taken) throw new Error("The run is not this execution's any more.");
    } finally {
      // Where its end could not be stored, its lease is prolonged no more, and the run goes on when that runs out.
      if (executions.get(execution.run.runNumber) === execution) executions.delete(execution.run.runNumber);
      parts.ended();
    }
  }

  // What is claimed has a slot waiting for it: a lease must not run out in a queue of ours.
  const hasRoom = () => executions.size + claimed.length + claiming < parts.concurrency;

  async function whileClaiming<Value>(work: () => Promise<Value>): Promise<Value> {
    claiming += 1;
    try {
      return await work();
    } finally {
      claiming -= 1;
    }
  }

  async function claim(slot: string): Promise<WorkflowRun | null> {
    const [first, ...others] = claimed;
    const request = first === undefined && hasRoom() ? parts.claimRequest() : undefined;
    claimed = others;
    if (first === undefined && request === undefined) return null;
    return whileClaiming(async () => {
      const run = request === undefined ? first : await store.claim(request);
      if (run === undefined) return null;
      parts.crashPoint("job-claimed");
      return begin(run, slot);
    });
  }

  function begin(run: StoredRun, slot: string): WorkflowRun {
    const held = { execution: parts.createExecution(run) };
    executions.set(run.runNumber, held.execution);
    slots.set(slot, held);
    return toWorkflowRun(run, slot, held);
  }

  async function enqueue(run: NewRun): Promise<StoredRun> {
    const now = parts.clock();
    if (!hasRoom()) return only(await store.enqueue([run], now));
    return whileClaiming(async () => {
      const enqueued = await store.enqueue([run], now, parts.claimRequest());
      if (enqueued.next !== undefined) claimed = [...claimed, enqueued.next];
      return only(enqueued);
    });
  }

  const backend: Backend = {
    ...notOffered,
    claimWorkflowRun: ({ workerId }) => claim(workerId),
    completeWorkflowRun: async ({ workflowRunId, workerId }) => {
      await end(workerId);
      return ended(workflowRunId, "completed");
    },
    failWorkflowRun: async ({ workflowRunId, workerId }) => {
      await end(workerId);
      return ended(workflowRunId, "failed");
    },
    // Asked by the engine when an end was not taken: whoever holds the run now, it is not the one who asks.
    getWorkflowRun: async ({ workflowRunId }) => ended(workflowRunId, "canceled"),
    // Leases of all runs are prolonged at once; see leases.ts.
    extendWorkflowRunLease: async ({ workflowRunId }) => ended(workflowRunId, "running"),
    listStepAttempts: async () => ({ data: [], pagination: { next: null, prev: null } }),
    stop: async () => undefined,
  };

  return {
    backend,
    executions,
    enqueue,
    hasRoom,
    hasClaimed: () => claimed.length > 0,
    release: async () => {
      const runs = claimed;
      claimed = [];
      const ended = { ending: { kind: "released" }, progress: undefined, now: parts.clock() } as const;
      for (const run of runs) await store.end(run, ended, undefined);
    },
    execute: async (input) => {
      // The claim put it there; the engine passes inputs on as they are.
      const held = input as { readonly execution: Execution; ending?: Ending };
      held.ending = await held.execution.work();
      // The engine and its traces learn that it failed, not why: why may hold what must not leave the app.
      if (held.ending.kind !== "completed") throw new Error(`The run ended as ${held.ending.kind}.`);
    },
  };
}

function only({ runs }: { readonly runs: readonly StoredRun[] }): StoredRun {
  const [run] = runs;
  if (run === undefined) throw new Error("The store gave no run.");
  return run;
}

function refuse(name: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${name} is not offered to jobs.`));
}

const notOffered = {
  createWorkflowRun: refuse("createWorkflowRun"),
  listWorkflowRuns: refuse("listWorkflowRuns"),
  countWorkflowRuns: refuse("countWorkflowRuns"),
  sleepWorkflowRun: refuse("sleepWorkflowRun"),
  rescheduleWorkflowRunAfterFailedStepAttempt: refuse("rescheduleWorkflowRunAfterFailedStepAttempt"),
  cancelWorkflowRun: refuse("cancelWorkflowRun"),
  createStepAttempt: refuse("createStepAttempt"),
  getStepAttempt: refuse("getStepAttempt"),
  completeStepAttempt: refuse("completeStepAttempt"),
  failStepAttempt: refuse("failStepAttempt"),
  setStepAttemptChildWorkflowRun: refuse("setStepAttemptChildWorkflowRun"),
  sendSignal: refuse("sendSignal"),
  getSignalDelivery: refuse("getSignalDelivery"),
};

const blank = {
  namespaceId: "annex",
  version: null,
  idempotencyKey: null,
  config: {},
  context: null,
  input: null,
  output: null,
  error: null,
  parentStepAttemptNamespaceId: null,
  parentStepAttemptId: null,
  workerId: null,
  availableAt: null,
  deadlineAt: null,
  startedAt: null,
  finishedAt: null,
  attempts: 0,
  workflowName: "",
};

function toWorkflowRun(run: StoredRun, workerId: string, held: unknown): WorkflowRun {
  const createdAt = new Date(run.createdAt);
  // Not JSON, but the engine only hands it to the job's function.
  const input = held as WorkflowRun["input"];
  return {
    ...blank,
    id: run.runId,
    workflowName: run.job,
    status: "running",
    input,
    workerId,
    attempts: run.attempt,
    createdAt,
    updatedAt: createdAt,
  };
}

function ended(id: string, status: WorkflowRun["status"]): WorkflowRun {
  const now = new Date(0);
  return { ...blank, id, status, createdAt: now, updatedAt: now };
}
