/**
 * What pages of runs ask the framework's own routes, how often, and what a pressed button asks again. Shapes and routes:
 * `@annex/protocol` (`RunAnswer`).
 */

import type { JobAnswer, JobsAnswer, RunAnswer, RunDetailAnswer } from "@annex/protocol";
import { momentOf } from "@annex/ui";
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { isActive } from "../jobs/status.ts";
import { usePortal } from "../provider/portal-context.ts";
import { type PortalList, usePortalList } from "../queries/use-portal-list.ts";
import { usePortalQuery } from "../queries/use-portal-query.ts";
import type { PortalClient } from "../requests/portal-client.ts";
import { isPutOff } from "./words.ts";

const JOBS_PATH = "/api/jobs";
const RUNS_PATH = "/api/runs";
const SESSION_PATH = "/api/session";
const ROWS_OF_A_PAGE = 20;

/**
 * The app's jobs: counts, the run under way, schedules, whether one may start. Every second while a run is under way.
 *
 * @example
 * ```ts
 * const jobs = useJobs();
 * ```
 */
export function useJobs<About = unknown>(): UseQueryResult<JobsAnswer<About>> {
  return usePortalQuery<JobsAnswer<About>>(JOBS_PATH, {
    refreshWhile: ({ jobs }) => jobs.some(({ active_run }) => active_run !== undefined),
  });
}

/**
 * One of them, by its name.
 *
 * @example
 * ```ts
 * const sync = useJob("sync");
 * ```
 */
export function useJob<About = unknown>(job: string): JobAnswer<About> | undefined {
  return useJobs<About>().data?.jobs.find((each) => each.job === job);
}

/** Which runs a list shows: comma lists of statuses and jobs; empty means all. */
export interface RunFilter {
  readonly status?: string;
  readonly job?: string;
  readonly limit?: number;
}

/**
 * Runs, newest first, as far as they are loaded; asked again while one of them is under way, when the time of one that
 * was put off has come, and now and then otherwise, so that what somebody else or a schedule starts appears by itself.
 *
 * @example
 * const runs = useRuns({ status: "failed" });
 */
export function useRuns<About = unknown>(filter: RunFilter = {}): PortalList<RunAnswer<About>> {
  return usePortalList<RunAnswer<About>>(RUNS_PATH, {
    query: { status: filter.status, job: filter.job },
    limit: filter.limit ?? ROWS_OF_A_PAGE,
    refreshWhile: (runs) => runs.some((run) => isUnderWay(run, new Date())),
    refreshAt: nextBeginning,
  });
}

type RunState = Pick<RunAnswer, "status" | "waits_until" | "started_at">;

function isUnderWay(run: RunState, now: Date): boolean {
  return isActive(run.status) && !isPutOff(run, now);
}

/** When the first of those that were put off begins. */
function nextBeginning(runs: readonly RunState[]): Date | undefined {
  const now = new Date();
  const times = runs.filter((run) => isPutOff(run, now)).flatMap((run) => momentOf(run.waits_until) ?? []);
  return times.toSorted((one, other) => one.getTime() - other.getTime())[0];
}

/**
 * One run; asked again every second while it is under way.
 *
 * @example
 * ```ts
 * const run = useRun("run_1");
 * ```
 */
export function useRun<About = unknown>(runId: string): UseQueryResult<RunDetailAnswer<About>> {
  return usePortalQuery<RunDetailAnswer<About>>(runPath(runId), {
    refreshWhile: (run) => isUnderWay(run, new Date()),
    refreshAt: (run) => nextBeginning([run]),
  });
}

/**
 * Where a run is asked for.
 *
 * @example
 * ```ts
 * runPath("run_1"); // where the client asks for it
 * ```
 */
export function runPath(runId: string): string {
  return `${RUNS_PATH}/${encodeURIComponent(runId)}`;
}

/**
 * A change to runs. When it is done, or refused, what the page knows of jobs and runs is asked again.
 *
 * @example
 * const change = useRunChange((client, runId: string) => client.post(`/api/runs/${runId}/pause`));
 */
export function useRunChange<Answer, Given = void>(
  change: (client: PortalClient, given: Given) => Promise<Answer>,
): UseMutationResult<Answer, Error, Given> {
  const { client } = usePortal();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => change(client, given),
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey }) => isOfRuns(queryKey[0]) }),
  });
}

function isOfRuns(path: unknown): boolean {
  return path === JOBS_PATH || (typeof path === "string" && path.startsWith(RUNS_PATH));
}

/**
 * Starts a run of a job.
 *
 * @example
 * ```ts
 * const { start } = useStartRun("sync");
 * start({ from: "2026-01-01" });
 * ```
 */
export function useStartRun(job: string) {
  const start = useRunChange<RunAnswer, unknown>((client, input) =>
    client.post(`${JOBS_PATH}/${encodeURIComponent(job)}/runs`, input === undefined ? {} : { input }),
  );
  return {
    start: (input?: unknown) => start.mutate(input),
    starting: start.isPending,
    error: start.error ?? undefined,
  };
}

/**
 * Goes on with a failed or cancelled run where it stopped.
 *
 * @example
 * ```ts
 * const retry = useRetryRun(run.run_id);
 * ```
 */
export function useRetryRun(runId: string) {
  return useRunChange<RunAnswer>((client) => client.post(`${runPath(runId)}/retry`, {}));
}

/**
 * Ends a run at its next step.
 *
 * @example
 * ```ts
 * const cancel = useCancelRun(run.run_id);
 * ```
 */
export function useCancelRun(runId: string) {
  return useRunChange<RunAnswer>((client) => client.post(`${runPath(runId)}/cancel`, {}));
}

/**
 * Says what a person saw who looked whether something happened.
 *
 * @example
 * ```ts
 * const resolve = useResolveEffect(run.run_id);
 * ```
 */
export function useResolveEffect(runId: string) {
  return useRunChange<RunDetailAnswer, { readonly effectKey: string; readonly seen: "done" | "not-done" }>(
    (client, { effectKey, seen }) =>
      client.post(`${runPath(runId)}/effects`, { effect_key: effectKey, seen }),
  );
}

/**
 * Asks again for all but the session once a run has ended: what the page shows changed with it.
 *
 * @example
 * ```ts
 * useRefreshAfterRun(useRun("run_1").data?.status);
 * ```
 */
export function useRefreshAfterRun(status: RunAnswer["status"] | undefined): void {
  const queries = useQueryClient();
  const wasActive = useRef(false);
  useEffect(() => {
    const active = status !== undefined && isActive(status);
    if (wasActive.current && !active)
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_PATH });
    wasActive.current = active;
  }, [status, queries]);
}
