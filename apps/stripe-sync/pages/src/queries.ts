/** The portal API as hooks: what each page asks, how often, and what a pressed button asks again. */
import {
  isActive,
  type PortalClient,
  type RunStatus,
  useJobRun,
  usePortal,
  usePortalList,
  usePortalQuery,
} from "@annex/portal";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type {
  ObjectJson,
  ObjectKind,
  ObjectState,
  OverviewJson,
  RunDetailJson,
  RunJson,
  TotalsJson,
} from "../../src/portal-types.ts";

const TOTALS_FRESH_MILLISECONDS = 60_000;
const OBJECTS_LIMIT = 200;
const OBJECTS_LOADED_AT_ONCE = 1000;
const OBJECTS_REFRESH_MILLISECONDS = 2500;

export const TOTALS_PATH = "/api/totals";

const IDLE_MILLISECONDS = 10_000;

/** Tiles, the active run and what may be done; asked every second while a run is active, else every ten. */
export function useOverview() {
  return usePortalQuery<OverviewJson>("/api/overview", {
    refreshWhile: (overview) => overview.active_run !== undefined,
    idleMilliseconds: IDLE_MILLISECONDS,
  });
}

/** Stripe against the ledger. It asks both, so only on load, on demand, and after a run has ended. */
export function useTotals(enabled: boolean) {
  return usePortalQuery<TotalsJson>(TOTALS_PATH, { freshMilliseconds: TOTALS_FRESH_MILLISECONDS, enabled });
}

/** Runs with one of the statuses (comma list; empty means all), newest first. */
export function useRuns(status: string, limit = 20) {
  return usePortalList<RunJson>("/api/runs", {
    query: { status },
    limit,
    refreshWhile: (runs) => runs.some((run) => isActive(run.status)),
  });
}

/** One run with its kinds, currencies and findings; asked every second while it is active. */
export function useRun(runId: string) {
  return useJobRun<RunDetailJson>(runPath(runId));
}

/** The objects of a run. */
export function useObjects(
  runId: string,
  filter: { kind: ObjectKind | ""; state: ObjectState | "" },
  live: boolean,
) {
  return usePortalList<ObjectJson>(`${runPath(runId)}/objects`, {
    query: filter,
    limit: OBJECTS_LIMIT,
    loadUpTo: OBJECTS_LOADED_AT_ONCE,
    refreshWhile: () => live,
    refreshMilliseconds: OBJECTS_REFRESH_MILLISECONDS,
  });
}

function runPath(runId: string): string {
  return `/api/runs/${encodeURIComponent(runId)}`;
}

/** A change to runs: when it is done, or refused, everything on the page is asked again. */
function useRunChange(change: (client: PortalClient) => Promise<RunJson>) {
  const { client } = usePortal();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => change(client),
    onSettled: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey }) => queryKey[0] !== TOTALS_PATH && queryKey[0] !== "/api/session",
      }),
  });
}

/** Starts a sync; answers the active run when there is one already. */
export function useStartRun() {
  return useRunChange((client) => client.post("/api/runs", {}));
}

/** Goes on with a failed or cancelled run where it stopped. */
export function useRetryRun(runId: string) {
  return useRunChange((client) => client.post(`${runPath(runId)}/retry`));
}

/** Stops a run at its next step. */
export function useCancelRun(runId: string) {
  return useRunChange((client) => client.post(`${runPath(runId)}/cancel`));
}

/** Asks again for all but the session once a run has ended: totals, tiles and lists changed with it. */
export function useRefreshAfterRun(status: RunStatus | undefined): void {
  const queries = useQueryClient();
  const wasActive = useRef(false);
  useEffect(() => {
    const active = status !== undefined && isActive(status);
    if (wasActive.current && !active) {
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "/api/session" });
    }
    wasActive.current = active;
  }, [status, queries]);
}
