import type { StatementSync } from "node:sqlite";
import type { SharedCommit } from "../../stores/sqlite/shared-commit.ts";
import type { JobRunStatus } from "../interface.ts";

/** A run as it is stored. Texts are those of `encodeValue`, but `failure`, which is plain JSON. */
export type StoredRun = {
  readonly runNumber: number;
  readonly runId: string;
  readonly installedAppId: string;
  readonly job: string;
  readonly status: JobRunStatus;
  readonly input: string | undefined;
  readonly result: string | undefined;
  readonly failure: string | undefined;
  readonly progress: string | undefined;
  /** How often it was started. */
  readonly attempt: number;
  /** Failures, and starts that ended without a word, since a step was last finished. */
  readonly failures: number;
  readonly crashes: number;
  readonly fence: number;
  readonly availableAt: number;
  readonly createdAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
};

export type NewRun = {
  readonly installedAppId: string;
  readonly job: string;
  /** `onInstall` and `onUninstall` work, which lists do not show. */
  readonly hook?: boolean;
  readonly input?: string | undefined;
  /** Unique over all runs for ever: a second run with it is the first. */
  readonly dedupeKey?: string | undefined;
};

/** Who may write to a running run. */
export type Owner = { readonly runNumber: number; readonly fence: number };

/** Who asks for a run, and of which jobs (a JSON list of names). */
export type ClaimRequest = {
  readonly worker: string;
  readonly jobs: string;
  readonly now: number;
  readonly leaseUntil: number;
};

/** How an execution ends. */
export type Ending =
  | { readonly kind: "completed"; readonly result: string | undefined }
  | { readonly kind: "failed"; readonly failure: string }
  | { readonly kind: "retried"; readonly failure: string; readonly availableAt: number }
  /** Given back unfinished, for the next process to go on with. */
  | { readonly kind: "released" }
  | { readonly kind: "cancelled" };

export type ListFilter = {
  readonly job: string | undefined;
  readonly status: JobRunStatus | undefined;
  readonly limit: number;
  readonly after: string | undefined;
};

/** What the parts of the store work with: statements, each prepared once, and the commit they share. */
export type StoreTools = {
  readonly sql: (text: string) => StatementSync;
  readonly commit: SharedCommit;
};

type Row = Record<string, unknown>;

/** A row of `job_runs`, all columns. */
export function toRun(row: Row): StoredRun {
  return {
    runNumber: Number(row["run_number"]),
    runId: String(row["run_id"]),
    installedAppId: String(row["installed_app_id"]),
    job: String(row["job"]),
    status: row["status"] as JobRunStatus,
    input: optionalText(row["input"]),
    result: optionalText(row["result"]),
    failure: optionalText(row["failure"]),
    progress: optionalText(row["progress"]),
    attempt: Number(row["attempt"]),
    failures: Number(row["failures"]),
    crashes: Number(row["crashes"]),
    fence: Number(row["fence"]),
    availableAt: Number(row["available_at"]),
    createdAt: Number(row["created_at"]),
    startedAt: optionalNumber(row["started_at"]),
    finishedAt: optionalNumber(row["finished_at"]),
  };
}

export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function optionalNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The run of a statement that may have found none. */
export function toOptionalRun(row: Row | undefined): StoredRun | undefined {
  return row === undefined ? undefined : toRun(row);
}
