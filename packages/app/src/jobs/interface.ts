/**
 * The types of background work that the app's code sees.
 */
import type { CloudClient } from "@annex/client";
import type { Scope, Secret } from "@annex/protocol";
import type { z } from "zod";
import type { InstallationContext, JobReference, JobStarter, StartArguments } from "../context/index.ts";
import type { DataWriter } from "../data/index.ts";
import type { RunStatus } from "../stores/runs.ts";

/** Where a run stands; the last three are ends. */
export type JobRunStatus = RunStatus;

/** Why a run failed, in words for a person. */
export type JobFailure = {
  readonly code: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly reference: string;
  /** Whether what was asked of Cloud may have been done; absent where that is not in question. */
  readonly outcome?: "not-sent" | "refused" | "unknown";
  /** Who failed, where it was an outside provider. */
  readonly provider?: string;
  readonly requiredScope?: string;
};

/** Who or what a run was started by. What a run starts has that run's cause. */
export type RunCause =
  /** A member on a portal page; the later edition of the payloads names nobody. Contract section 7. */
  | { readonly by: "member"; readonly userId?: string }
  | { readonly by: "schedule"; readonly schedule: string }
  /** Something outside that came through `app.installation`, by the name given there. */
  | { readonly by: "outside"; readonly from?: string }
  | { readonly by: "install" };

/** What a job says about how far it is; plain JSON. */
export type JobProgress = {
  readonly done: number;
  readonly total?: number;
  readonly message?: string;
  readonly [field: string]: unknown;
};

/** One run of a job for one installation. Times in UTC. */
export type JobRun<Input = unknown, Result = unknown> = {
  readonly runId: string;
  /** The job's name; `@on-install` and `@on-uninstall` for the hooks. */
  readonly job: string;
  readonly status: JobRunStatus;
  readonly input: Input;
  readonly result?: Result;
  readonly error?: JobFailure;
  readonly progress?: JobProgress;
  readonly attempt: number;
  /** Absent for the work after an uninstall, and for runs of an earlier version. */
  readonly cause?: RunCause;
  readonly createdAt: Date;
  /** When it starts, or goes on, where that lies ahead. */
  readonly waitsUntil?: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
};

/** What a step's function gets. */
export type StepContext = {
  /** Stable per installation, run and step: give it to a provider as its idempotency key. */
  readonly effectKey: string;
  /** 1 for the first try since a step was last finished. */
  readonly attempt: number;
  /** The Cloud API, bound to this step: what it creates carries a reference of the step's own. */
  readonly cloud: CloudClient;
  /** Documents that are kept together with the step's result, in one commit. */
  readonly data: DataWriter;
  /** Jobs that start together with it, in the same commit. */
  readonly jobs: JobStarter;
};

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

/**
 * What a job's function gets. Read from Cloud with its `cloud`; write with the `cloud` of a step, which does each write
 * once, however often the run starts again.
 */
export type JobContext<Input> = InstallationContext & {
  readonly runId: string;
  readonly input: Input;
  /** Other runs of this installation. What is started here is started once, however often this run starts again. */
  readonly jobs: InstallationJobs;
  /** Aborted when the run is cancelled, its deadline passes, its installation ends, another process took it over, or the app stops. */
  readonly signal: AbortSignal;
  /**
   * Does a piece of work once for this run: when the run starts again, after a failure or a crash, the result is the
   * kept one. Between the work and the keeping of its result the process can die, so use the step's own `cloud`, and
   * give `effectKey` to whatever else the work changes. Names are unique within a run: put an id into them.
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

/** What `onInstall` gets. Runs after the answer to Cloud, durably, at least once. Contract section 3. */
export type InstallContext = InstallationContext & { readonly jobs: InstallationJobs };

/** What `onUninstall` gets. The key is gone by then, so there is no Cloud. Contract section 4. */
export type UninstallContext = Omit<InstallationContext, "cloud">;

/** How a job is started and repeated. Times are in milliseconds or seconds, as each name says. */
export type JobOptions<Input> = {
  /** What pages call it, such as `Import pay-ins`; made of its name unless given. */
  readonly title?: string;
  /** Permissions asked for before the run and before each step. */
  readonly requires?: readonly Scope[];
  readonly input?: z.ZodType<Input>;
  /**
   * How often a run starts again after a failure that may pass (5, counted since a step was last finished), and after
   * how long at first (1000 ms, doubling up to five minutes, with jitter). What is a mistake (4xx) is not tried again.
   */
  readonly retries?: { readonly maximum?: number; readonly firstDelayMilliseconds?: number };
  /**
   * What a tick of a schedule does while an earlier run of this job is under way in the installation: nothing (`skip`,
   * unless said otherwise), wait for it (`queue`), or run beside it (`parallel`). It is about
   * ticks alone: what the app starts itself, a run that was put off and one that is tried again take no notice of
   * `skip`. Where two of a job must never work at once, say `atOnce: 1` as well.
   */
  readonly overlap?: Overlap;
  /**
   * Runs of this job at once in one installation; no limit of its own unless given, one with `queue`. One that was
   * cancelled, or that another process took over, is not counted any more, as with `group`.
   */
  readonly atOnce?: number;
  /**
   * Runs of all jobs that name the same group work one at a time in one installation, such as those that write the same
   * books; the one that was started first goes first. One that waits for its next try lets the others go on.
   *
   * A run that is cancelled, and one whose process did not prolong its hold in time, gives its place to the next at
   * once: its signal is aborted and no further step of it is kept, but what its function is in the middle of, such as a
   * request that is on its way, may still happen beside the next run. Hand `signal` on to what takes long, and write
   * what the next run must not miss so that it may come late, by its effect key.
   */
  readonly group?: string;
  /** How long one try may take, in seconds, before its signal is aborted and it counts as failed; no limit unless given. */
  readonly deadlineSeconds?: number;
};

/** What a start does while a run of the same job is under way: nothing, wait for it, or run beside it. */
export type Overlap = "skip" | "queue" | "parallel";

/** What a job does; what it gives back is kept as the result of its run, in plain JSON, and bigints stay bigints. */
export type JobHandler<Input, Result> = (context: JobContext<Input>) => Result | Promise<Result>;

/** A job that was defined; give it to `jobs.start`. */
export type Job<Input = unknown, Result = unknown> = JobReference<Input> & {
  readonly options: JobOptions<Input>;
  readonly handler: JobHandler<Input, Result>;
};

/** A schedule beside its cron expression. */
export type ScheduleOptions<Input> = {
  /** What each run gets. */
  readonly input?: Input;
  /** An IANA time zone such as `Europe/Berlin`; UTC unless given. */
  readonly timeZone?: string;
};

/** The options of a schedule: needed where the job needs an input. */
export type ScheduleArguments<Input> = undefined extends Input
  ? [options?: ScheduleOptions<Input>]
  : [options: ScheduleOptions<Input> & { readonly input: Input }];

/** Which runs are listed, newest first. */
export type ListRunsOptions = {
  /** One job, or several. A list of named jobs is quick however many runs there are. */
  readonly job?: string | readonly string[];
  readonly status?: JobRunStatus | readonly JobRunStatus[];
  readonly limit?: number;
  /** The last run of the page before. */
  readonly after?: string;
};

/** The runs of one installation: `c.jobs`. */
export type InstallationJobs = {
  /**
   * Starts a run, durably, and returns at once. A start with an `idempotencyKey` that this job already had here, ever,
   * gives the run of then.
   *
   * @throws AppError 422 `invalid_input` naming the field; 409 `idempotency_key_reused` for another input under the key
   * @example
   * const run = await c.jobs.start(importPayIns, { since: "2026-11-01" }, { idempotencyKey: "november" });
   */
  start<Input, Result>(
    job: Job<Input, Result>,
    ...given: StartArguments<Input>
  ): Promise<JobRun<Input, Result>>;
  get(runId: string): Promise<JobRun | undefined>;
  /** Newest first. 100 unless said otherwise, at most 1000. */
  list(options?: ListRunsOptions): Promise<readonly JobRun[]>;
  /** How many runs stand how. */
  counts(options?: { readonly job?: string }): Promise<Readonly<Record<JobRunStatus, number>>>;
  /**
   * The same run again: it goes on after the last finished step, with the same effect keys.
   *
   * @throws AppError 404 `no_such_run`, 409 `run_state` unless it failed or was cancelled, 409 `outcome_unknown` while
   * it has effects of which nobody has said whether they happened
   */
  retry(runId: string): Promise<JobRun>;
  /**
   * Ends a run: its signal is aborted, and nothing it still does is kept.
   *
   * @throws AppError 404 `no_such_run`, 409 `run_state` when it has ended
   */
  cancel(runId: string): Promise<JobRun>;
  /** Effects of a run of which no result is known, with what was said of them; a person looks at what they name. */
  unknownEffects(runId: string): Promise<readonly UnknownEffect[]>;
  /**
   * What a person saw: it happened, or it did not; he may say it anew. When it was said of all of them a run that failed
   * goes on. Goes into the audit trail.
   */
  resolve(runId: string, effectKey: string, seen: "done" | "not-done"): Promise<JobRun>;
};

/** An effect whose answer was lost and that Cloud can't be asked about. */
export type UnknownEffect = {
  readonly effectKey: string;
  /** What was to be done and what to look at, in words. */
  readonly description: string;
};
