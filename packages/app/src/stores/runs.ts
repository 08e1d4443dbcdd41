/** Runs as they are stored, and what a store does with them. The two engines work over this alone. */
import type { Actor } from "../audit/index.ts";

/** Where a run stands, to whoever looks at it. */
export type RunStatus = "queued" | "running" | "completed" | "failed" | "cancelled";

/** A run as it is stored. Texts are those of `encodeValue`, but `failure`, which is plain JSON. */
export type StoredRun = {
  readonly runNumber: number;
  readonly runId: string;
  readonly installedAppId: string;
  readonly job: string;
  readonly status: RunStatus;
  readonly input: string | undefined;
  readonly result: string | undefined;
  readonly failure: string | undefined;
  readonly progress: string | undefined;
  /** The trace in which it was started (`traceparent`). */
  readonly trace: string | undefined;
  /** Who or what started it, JSON; absent for the framework's own, and for runs of an earlier version. */
  readonly cause: string | undefined;
  /** How often it was started. */
  readonly attempt: number;
  /** Failures, and starts that ended without a word, since a step was last finished. */
  readonly failures: number;
  readonly crashes: number;
  /** Grows with each start; what carries an older one is refused. */
  readonly fence: number;
  /** When it may start: it waits while this lies ahead. */
  readonly availableAt: number;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
};

/** Who may write to a running run. */
export type RunHolder = { readonly runNumber: number; readonly fence: number };

/** How many runs at once, counted over all processes. */
export type Concurrency = {
  readonly perInstallation: number;
  /** By job name, for one installation; a job that is not named has the installation's limit alone. */
  readonly perJob: ReadonlyMap<string, number>;
  /** The group of each job that has one: of all runs of a group one works at a time in an installation. */
  readonly groups: ReadonlyMap<string, string>;
};

/** Who asks for runs, of which jobs, and how many. */
export type ClaimRequest = {
  readonly worker: string;
  readonly jobs: readonly string[];
  readonly limit: number;
  readonly now: number;
  /** How long what is claimed is held, as `renewLeases` has it. */
  readonly leaseMilliseconds: number;
  readonly concurrency: Concurrency;
};

/** How an execution ends; what goes on `waits` so many milliseconds first. */
export type Ending =
  | { readonly kind: "completed"; readonly result: string | undefined }
  | { readonly kind: "failed"; readonly failure: string }
  | { readonly kind: "retried"; readonly failure: string; readonly waits: number }
  /** Given back unfinished; nothing failed. */
  | { readonly kind: "released"; readonly waits: number }
  | { readonly kind: "cancelled" };

/** What a look at the waits goes by, in milliseconds; `now` since 1970. */
export type WaitsLook = {
  readonly now: number;
  /** No wait begins later than this after `now`. */
  readonly clockSkew: number;
  readonly longestWait: number;
};

/** Which runs of an installation. Where jobs are named, each page is a few looks at indexes, however many runs there are. */
export type ListFilter = {
  /** Any unless named. */
  readonly jobs: readonly string[] | undefined;
  readonly statuses: readonly RunStatus[] | undefined;
  readonly limit: number;
  readonly after: string | undefined;
};

/** Which runs of all installations. */
export type ListAllFilter = {
  /** This run alone. */
  readonly runId?: string;
  readonly job: string | undefined;
  readonly status: RunStatus | undefined;
  readonly limit: number;
  readonly after: string | undefined;
};

/** How many runs of a job stand how. */
export type RunCount = { readonly job: string; readonly status: RunStatus; readonly runs: number };

export type RunStore = {
  /** Claims runs that are due, one tenant after another. */
  claim(request: ClaimRequest): Promise<readonly StoredRun[]>;
  /** Whether anything may be claimed now; cheap. */
  hasDue(now: number): Promise<boolean>;
  /**
   * Makes due what has waited long enough, a bounded part of it. A wait that begins later than it is now was written by
   * a clock that was wrong, as was one that ends further ahead than any may: it begins anew, as long as it was meant to
   * be. Gives how many there were of both. Where several machines share the database, its clock is asked before a wait
   * is taken for wrong; `behindBy` says by how many milliseconds the clock of who looks is behind it, if that was why.
   */
  promote(looked: WaitsLook): Promise<{
    readonly due: number;
    readonly misdated: number;
    readonly behindBy?: number;
  }>;
  /** When the next waiting run becomes due. */
  nextDueAt(): Promise<number | undefined>;
  /** Ends an execution; false when the fence is not the run's any more. */
  end(holder: RunHolder, ending: Ending, progress: string | undefined, now: number): Promise<boolean>;
  /** Whether the holder of this fence still holds the run. */
  owns(holder: RunHolder): Promise<boolean>;
  /** Results of the finished steps, by name. */
  finishedSteps(runNumber: number): Promise<ReadonlyMap<string, string | undefined>>;
  saveProgress(holder: RunHolder, progress: string): Promise<void>;
  get(installedAppId: string, runId: string): Promise<StoredRun | undefined>;
  list(installedAppId: string, filter: ListFilter): Promise<readonly StoredRun[]>;
  /** Runs of all installations; for who operates the app. */
  listAll(filter: ListAllFilter): Promise<readonly StoredRun[]>;
  /** Counts by job and status; of all jobs unless named. */
  counts(installedAppId: string, jobs: readonly string[] | undefined): Promise<readonly RunCount[]>;
  cancel(installedAppId: string, runId: string, now: number, actor: Actor): Promise<StoredRun | undefined>;
  retry(installedAppId: string, runId: string, now: number, actor: Actor): Promise<StoredRun | undefined>;
  /** What waits because of an open question goes on. */
  hurry(installedAppId: string, now: number): Promise<void>;
  /**
   * Prolongs a worker's leases; gives the fences it still holds, by run number. Where processes on several machines
   * share the database, leases run by its clock: theirs may differ by more than a lease.
   */
  renewLeases(request: {
    readonly worker: string;
    readonly runNumbers: readonly number[];
    readonly leaseMilliseconds: number;
    readonly now: number;
  }): Promise<ReadonlyMap<number, number>>;
  /** Workers that hold a run. */
  workers(): Promise<readonly string[]>;
  /** Takes runs back whose worker is dead or has let its lease expire; fails those that keep ending so. */
  reclaim(request: {
    readonly deadWorkers: readonly string[];
    readonly now: number;
    /** A lease that runs for longer than this was written by a clock that was wrong; in milliseconds. */
    readonly longestLease: number;
    readonly crashes: number;
    readonly failure: string;
  }): Promise<number>;
  /** Names of jobs that runs wait for. */
  waitingJobs(): Promise<readonly string[]>;
  lastTick(schedule: string): Promise<number | undefined>;
  rememberTick(schedule: string, tick: number): Promise<void>;
};
