/** The portal API as hooks: what each page asks, how often, and what a pressed button asks again. */
import { runPath, useJob, usePortalList, usePortalQuery, useRunChange } from "@annex/portal";
import { useEffect } from "react";
import type {
  AboutRunJson,
  ObjectJson,
  ObjectKind,
  ObjectListJson,
  ObjectState,
  OverviewJson,
  TotalsJson,
} from "../../src/portal-types.ts";
import { mayAnswerWithin } from "./side-state.ts";

const TOTALS_FRESH_MILLISECONDS = 60_000;
const TOTALS_RETRY_MILLISECONDS = 10_000;
const OBJECTS_LIMIT = 200;
const OBJECTS_LOADED_AT_ONCE = 1000;
const OBJECTS_REFRESH_MILLISECONDS = 2500;

export const TOTALS_PATH = "/api/totals";

/** Where the data comes from, what there is to look at, and what may be done; asked more often while a run is under way. */
export function useOverview(live = false) {
  return usePortalQuery<OverviewJson>("/api/overview", {
    refreshWhile: () => live,
  });
}

/** The one job of this app, with what the app says of its runs. */
export function useSyncJob() {
  return useJob<AboutRunJson>("sync");
}

/**
 * Stripe against the ledger. It asks both, so once a minute while the page is in sight, oftener only while a side is
 * away that may be back soon; and at once after a run has ended or met somebody who does not answer.
 */
export function useTotals(enabled: boolean) {
  const totals = usePortalQuery<TotalsJson>(TOTALS_PATH, {
    freshMilliseconds: TOTALS_FRESH_MILLISECONDS,
    refreshWhile: ({ stripe, ledger }) =>
      [stripe, ledger].some((side) => mayAnswerWithin(side, TOTALS_RETRY_MILLISECONDS)),
    refreshMilliseconds: TOTALS_RETRY_MILLISECONDS,
    enabled,
    saysItself: true,
  });
  const { data, refetch } = totals;
  const job = useSyncJob();
  const endedAt = job?.last_run?.finished_at;
  const isOutdated = data !== undefined && endedAt !== undefined && data.ledger.as_of < endedAt;
  const waitsUntil = job?.active_run?.waits_until;
  useEffect(() => {
    if (waitsUntil !== undefined) void refetch({ cancelRefetch: false });
  }, [waitsUntil, refetch]);
  useEffect(() => {
    if (isOutdated) void refetch({ cancelRefetch: false });
  }, [isOutdated, refetch]);
  return totals;
}

/** What is known of both sides now: nothing, where the last question was refused altogether. */
export function totalsNow({
  data,
  isError,
}: Pick<ReturnType<typeof useTotals>, "data" | "isError">): TotalsJson | undefined {
  return isError ? undefined : data;
}

/** Which objects of a run; what is empty leaves all of them. */
export interface ObjectFilter {
  readonly kind: ObjectKind | "";
  readonly state: ObjectState | "";
  readonly currency: string;
  /** The beginning of any id that the object has, or that leads to it: Stripe's, the ledger's, a reference. */
  readonly id: string;
}

/** The objects of a run. */
export function useObjects(runId: string, filter: ObjectFilter, live: boolean) {
  return usePortalList<ObjectJson, ObjectListJson>(`${runPath(runId)}/objects`, {
    query: { ...filter },
    limit: OBJECTS_LIMIT,
    loadUpTo: OBJECTS_LOADED_AT_ONCE,
    refreshWhile: (_rows, first) => refreshesObjects(live, first),
    refreshMilliseconds: OBJECTS_REFRESH_MILLISECONDS,
    // Of a run that has ended they stay.
    idleMilliseconds: false,
  });
}

/** Whether a run's objects are asked for again: not what only a part was looked through for, which is much work each time. */
export function refreshesObjects(live: boolean, first: Pick<ObjectListJson, "is_part"> | undefined): boolean {
  return live && first?.is_part !== true;
}

/** Days in UTC, both included. */
export type Days = { readonly from?: string; readonly to?: string };

/** Starts a sync, of certain days where they are given; without, it answers the run under way when there is one. */
export function useStartRun() {
  return useRunChange<{ readonly run_id: string }, Days>((client, days) => client.post("/api/runs", days));
}
