/**
 * Between the framework and its jobs: the types the app's code sees, and the
 * engine the framework drives. What the framework gives in return is in
 * ../jobs-host.ts.
 */
import type { Scope, Secret } from "@annex/protocol";
import type { z } from "zod";
import type { InstallationContext, InstallContext, UninstallContext } from "../context.ts";
import type { JobsHost } from "../jobs-host.ts";

export type JobRunStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

/** Why a run failed, in words for a person. */
export type JobFailure = {
  readonly code: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly reference: string;
};

/** What a job says about how far it is; plain JSON. */
export type JobProgress = {
  readonly done: number;
  readonly total?: number;
  readonly message?: string;
  readonly [field: string]: unknown;
};

/** One run of a job for one installation. */
export type JobRun<Input = unknown, Result = unknown> = {
  readonly runId: string;
  readonly job: string;
  readonly status: JobRunStatus;
  readonly input: Input;
  readonly result?: Result;
  readonly error?: JobFailure;
  readonly progress?: JobProgress;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
};

/** What a step's function gets. `effectKey` is stable per installation, run and step: give it to the ledger as `reference`. */
export type StepContext = { readonly effectKey: string; readonly attempt: number };

/** Whether a `Secret` is anywhere in a type; looked for eight levels deep, since types can hold themselves. */
export type HoldsSecret<Value, Levels extends readonly 0[] = [0, 0, 0, 0, 0, 0, 0, 0]> = Value extends Secret
  ? true
  : Levels extends readonly [0, ...infer Fewer extends readonly 0[]]
    ? Value extends readonly (infer Item)[]
      ? HoldsSecret<Item, Fewer>
      : Value extends (...parameters: never[]) => unknown
        ? false
        : Value extends object
          ? true extends { [Key in keyof Value]: HoldsSecret<Value[Key], Fewer> }[keyof Value]
            ? true
            : false
          : false
    : false;

/** No further argument, unless a type holds a secret: then one that nobody has, so that the call does not compile. */
type NothingSecret<Value> = true extends HoldsSecret<Value> ? [secretsCannotBeKept: never] : [];

/** What a job's function gets. */
export type JobContext<Input> = InstallationContext & {
  readonly runId: string;
  readonly input: Input;
  /** Aborted when the run is cancelled, its installation ends, another process took it over, or the app stops. */
  readonly signal: AbortSignal;
  /**
   * Does a piece of work once for this run: when the run starts again, after a failure or a crash, the result is the
   * kept one. Between the work and the keeping of its result the process can die, so give `effectKey` to whatever the
   * work changes. Names are unique within a run: put an id into them.
   *
   * Results are JSON with `bigint` and `Date`; nothing secret, no instances of classes.
   *
   * @throws AppError when the installation ended, a permission is missing, or the run was cancelled
   * @example
   * const charge = await step(`charge ${id}`, ({ effectKey }) => stripe.charge(id, { idempotencyKey: effectKey }));
   */
  step<Value>(
    name: string,
    work: (step: StepContext) => Value | Promise<Value>,
    ...nothingSecret: NothingSecret<Value>
  ): Promise<Value>;
  /** Says how far the run is; at once for who asks in this process, stored within a quarter of a second. */
  progress(progress: JobProgress): Promise<void>;
};

export type JobOptions<Input> = {
  /** Permissions asked for before the run and before each step. */
  readonly requires?: readonly Scope[];
  readonly input?: z.ZodType<Input>;
  /**
   * How often a run starts again after a failure that may pass (5, counted since a step was last finished), and after
   * how long at first (1000 ms, doubling up to five minutes, with jitter). What is a mistake (4xx) is not tried again.
   */
  readonly retries?: { readonly maximum?: number; readonly firstDelayMilliseconds?: number };
};

export type JobHandler<Input, Result> = (context: JobContext<Input>) => Result | Promise<Result>;

/** A job that was defined; give it to `jobs.start`. */
export type Job<Input = unknown, Result = unknown> = {
  readonly name: string;
  readonly options: JobOptions<Input>;
  readonly handler: JobHandler<Input, Result>;
};

export type ListRunsOptions = {
  readonly job?: string;
  readonly status?: JobRunStatus;
  readonly limit?: number;
  readonly after?: string;
};

/** The runs of one installation: `c.jobs`. */
export type InstallationJobs = {
  /**
   * Starts a run, durably, and returns at once. A start with an `idempotencyKey` that this job already had here, ever,
   * gives the run of then.
   *
   * @throws AppError 422 `invalid_input` naming the field
   * @example
   * const run = await c.jobs.start(importPayIns, { since: "2026-11-01" }, { idempotencyKey: "november" });
   */
  start<Input, Result>(
    job: Job<Input, Result>,
    input?: Input,
    options?: { readonly idempotencyKey?: string },
  ): Promise<JobRun<Input, Result>>;
  get(runId: string): Promise<JobRun | undefined>;
  /** Newest first; `after` is the last run of the page before. 100 unless said otherwise, at most 1000. */
  list(options?: ListRunsOptions): Promise<readonly JobRun[]>;
  /**
   * The same run again: it goes on after the last finished step, with the same effect keys.
   *
   * @throws AppError 404 `no_such_run`, 409 `run_state` unless it failed or was cancelled
   */
  retry(runId: string): Promise<JobRun>;
  /**
   * Ends a run: its signal is aborted, and nothing it still does is kept.
   *
   * @throws AppError 404 `no_such_run`, 409 `run_state` when it has ended
   */
  cancel(runId: string): Promise<JobRun>;
};

/** The engine as the framework drives it; made by `createJobs()` of ./index.ts. */
export type Jobs = {
  define<Input, Result>(
    name: string,
    options: JobOptions<Input>,
    handler: JobHandler<Input, Result>,
  ): Job<Input, Result>;
  onInstall(handler: (context: InstallContext) => unknown): void;
  onUninstall(handler: (context: UninstallContext) => unknown): void;
  schedule(name: string, cron: string, job: Job<never, unknown> | Job): void;
  /** Begins to relay and to work; what was left from before goes on. */
  start(host: JobsHost): Promise<void>;
  /** Called after each commit that wrote outbox rows; returns at once. */
  wake(): void;
  /** Cancels all runs of an installation, durably. */
  cancelForInstallation(installedAppId: string): Promise<void>;
  forInstallation(installedAppId: string): InstallationJobs;
  /** Takes no new work, lets running steps end, closes. */
  stop(): Promise<void>;
};
