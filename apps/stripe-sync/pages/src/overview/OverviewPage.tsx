import {
  ErrorState,
  LoadingState,
  MissingPermissionNotice,
  missingPermissions,
  Page,
  StatTile,
  StatTiles,
  usePortal,
} from "@annex/portal";
import type { OverviewJson } from "../../../src/portal-types.ts";
import { useOverview, useRefreshAfterRun, useStartRun } from "../queries.ts";
import { StaleNotice } from "../StaleNotice.tsx";
import { Connections } from "./Connections.tsx";
import { CurrentRun } from "./CurrentRun.tsx";
import { LatestRuns } from "./LatestRuns.tsx";
import { SideFailures } from "./SideFailures.tsx";
import { SyncNow } from "./SyncNow.tsx";
import { Totals } from "./Totals.tsx";

/** The first page: whether everything ties, what is going on, and the button that starts a sync. */
export function OverviewPage() {
  const overview = useOverview();
  const start = useStartRun();
  useRefreshAfterRun(overview.data?.active_run?.status);
  return (
    <Page
      title="Overview"
      description="What Stripe moved, posted to this instance's ledger."
      actions={<SyncNow overview={overview.data} start={start} />}
    >
      {start.isError && (
        <ErrorState error={start.error} onRetry={() => start.mutate()} retrying={start.isPending} />
      )}
      <MissingPermissions />
      {overview.data === undefined ? (
        <OverviewWithoutData query={overview} />
      ) : (
        <OverviewContent overview={overview.data} stale={overview.isError ? overview.error : undefined} />
      )}
    </Page>
  );
}

function OverviewWithoutData({ query }: { readonly query: ReturnType<typeof useOverview> }) {
  if (!query.isError) return <LoadingState label="Loading the overview" rows={6} />;
  return <ErrorState error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />;
}

function MissingPermissions() {
  const { session } = usePortal();
  return (
    <MissingPermissionNotice missing={missingPermissions(["data:read", "data:write"], session.permissions)} />
  );
}

function OverviewContent({ overview, stale }: { readonly overview: OverviewJson; readonly stale: unknown }) {
  const run = overview.active_run ?? overview.last_run;
  return (
    <>
      {stale !== undefined && <StaleNotice />}
      <SideFailures />
      <RunTiles tiles={overview.tiles} />
      {run !== undefined && <CurrentRun run={run} />}
      <Totals synced={overview.tiles.completed > 0} running={overview.active_run !== undefined} />
      <Connections overview={overview} />
      <LatestRuns />
    </>
  );
}

function RunTiles({ tiles }: { readonly tiles: OverviewJson["tiles"] }) {
  return (
    <StatTiles label="Runs by status">
      <StatTile label="All runs" value={tiles.all} to="/runs" />
      <StatTile label="Completed" value={tiles.completed} tone="success" to="/runs?status=completed" />
      <StatTile label="In progress" value={tiles.in_progress} tone="info" to="/runs?status=queued,running" />
      <StatTile label="Failed" value={tiles.failed} tone="danger" to="/runs?status=failed" />
    </StatTiles>
  );
}
