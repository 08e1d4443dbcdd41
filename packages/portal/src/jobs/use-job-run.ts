import type { UseQueryResult } from "@tanstack/react-query";
import { usePortalQuery } from "../queries/use-portal-query.ts";
import { isActive, type RunStatus } from "./status.ts";

const POLL_MILLISECONDS = 1000;

/**
 * A run, asked for again every second while it is queued or running, and not at all once it has ended.
 *
 * @param path where the run is, such as `/api/runs/run_1`
 * @example
 * const run = useJobRun<RunJson>(`/api/runs/${runId}`);
 */
export function useJobRun<Run extends { readonly status: RunStatus }>(path: string): UseQueryResult<Run> {
  return usePortalQuery<Run>(path, {
    refreshWhile: (run) => isActive(run.status),
    refreshMilliseconds: POLL_MILLISECONDS,
    idleMilliseconds: false,
  });
}
