/**
 * Between the framework and its jobs: the types the app's code sees, and the
 * engine the framework drives. What the framework gives in return is in
 * ../jobs-host.ts.
 */
import type { Scope } from "@annex/protocol";
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

/** What a job's function gets. */
export type JobContext<Input> = InstallationContext & {
  readonly runId: string;
  readonly input: Input;
  readonly signal: AbortSignal;
  step<Value>(name: string, work: (step: StepContext) => Value | Promise<Value>): Promise<Value>;
  progress(progress: JobProgress): Promise<void>;
};

export type JobOptions<Input> = {
  /** Permissions asked for before the run and before each step. */
  readonly requires?: readonly Scope[];
  readonly input?: z.ZodType<Input>;
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
  start<Input, Result>(
    job: Job<Input, Result>,
    input?: Input,
    options?: { readonly idempotencyKey?: string },
  ): Promise<JobRun<Input, Result>>;
  get(runId: string): Promise<JobRun | undefined>;
  list(options?: ListRunsOptions): Promise<readonly JobRun[]>;
  /** The same run again: it goes on after the last finished step. */
  retry(runId: string): Promise<JobRun>;
  cancel(runId: string): Promise<JobRun>;
};

/** The engine as the framework drives it; made by `createJobs(host)` of ./index.ts. */
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
