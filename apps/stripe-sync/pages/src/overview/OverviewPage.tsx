import {
  CurrentRun,
  countOf,
  ErrorState,
  isWaiting,
  type JobAnswer,
  LatestRuns,
  LoadingState,
  Moment,
  Page,
  PortalLink,
  type RunAnswer,
  Section,
  StatTile,
  StatTiles,
  useJobs,
  usePortal,
  useRefreshAfterRun,
} from "@annex/portal";
import { useId, useState } from "react";
import type { AboutRunJson, OverviewJson } from "../../../src/portal-types.ts";
import { FormerBooks } from "../books/FormerBooks.tsx";
import { MissingPermissions } from "../MissingPermissions.tsx";
import { maySync } from "../may-read.ts";
import { useOverview, useStartRun, useSyncJob } from "../queries.ts";
import { phasesOf } from "../run/phases.ts";
import { NoRuns } from "../runs/RunsPage.tsx";
import { runColumns } from "../runs/run-columns.tsx";
import { KeyLink } from "../settings/KeyLink.tsx";
import { countsSentence, daysSentence, whenItSyncs } from "../words/run-words.ts";
import { Connections } from "./Connections.tsx";
import { EverythingIn } from "./EverythingIn.tsx";
import { SideFailures } from "./SideFailures.tsx";
import { SyncDays, useTypedDays } from "./SyncDays.tsx";
import { SyncNow } from "./SyncNow.tsx";
import { TieLine, Totals } from "./Totals.tsx";

type Job = JobAnswer<AboutRunJson>;

/** The first page: is everything in, does it tie, what needs me; and the button that starts a sync. */
export function OverviewPage() {
  const jobs = useJobs();
  const job = useSyncJob();
  const overview = useOverview(job?.active_run !== undefined);
  const start = useStartRun();
  const daysId = useId();
  const days = useTypedDays();
  const [chosen, setAsksDays] = useState<boolean>();
  const asksDays = chosen ?? (days.from.text !== "" || days.to.text !== "");
  useRefreshAfterRun(job?.active_run?.status);
  return (
    <Page
      title="Overview"
      description="What Stripe moved, posted to this instance's ledger."
      actions={
        <SyncNow
          overview={overview.data}
          start={start}
          days={{ id: daysId, open: asksDays, onToggle: () => setAsksDays(!asksDays) }}
        />
      }
    >
      {start.isError && (
        <ErrorState
          error={start.error}
          onRetry={() => start.mutate(start.variables)}
          retrying={start.isPending}
        />
      )}
      {asksDays && (
        <SyncDays
          id={daysId}
          overview={overview.data}
          start={start}
          days={days}
          onDone={() => setAsksDays(false)}
        />
      )}
      <MissingPermissions />
      {overview.data === undefined || job === undefined ? (
        <OverviewWithoutData query={overview.data === undefined ? overview : jobs} />
      ) : (
        <OverviewContent overview={overview.data} job={job} />
      )}
    </Page>
  );
}

type Asked = {
  readonly isError: boolean;
  readonly isFetching: boolean;
  readonly error: unknown;
  readonly refetch: () => unknown;
};

function OverviewWithoutData({ query }: { readonly query: Asked }) {
  if (!query.isError) return <LoadingState label="Loading the overview" rows={6} />;
  return <ErrorState error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />;
}

function OverviewContent(props: { readonly overview: OverviewJson; readonly job: Job }) {
  const { overview, job } = props;
  const run = job.active_run ?? job.last_run;
  const running = job.active_run !== undefined;
  const synced = job.counts.completed > 0;
  // What failed needs somebody, what waits says until when, and of the first import there is nothing else to see yet. Who
  // does not answer is said by such a run, and not a second time.
  const stands = run !== undefined && (run.status === "failed" || isWaiting(run));
  const first = stands || (running && !synced);
  const hasBegun = overview.source.mode !== "none" || overview.imported.through !== undefined;
  return (
    <>
      {hasBegun && (
        <div className="stripe-answers">
          <EverythingIn overview={overview} running={running} failed={job.last_run?.status === "failed"} />
          <TieLine synced={synced} running={running} />
        </div>
      )}
      <SideFailures told={stands ? run.error?.code : undefined} />
      {run !== undefined && first && <ShownRun run={run} />}
      <ToDo overview={overview} job={job} />
      <Totals synced={synced} running={running} />
      {run !== undefined && !first && <ShownRun run={run} />}
      <Connections overview={overview} />
      <FormerBooks />
      <LatestRuns<AboutRunJson> columns={runColumns} empty={<NoRuns />} />
    </>
  );
}

function ShownRun({ run }: { readonly run: RunAnswer<AboutRunJson> }) {
  return (
    <CurrentRun run={run} phases={phasesOf(run)} wayOut={(failure) => <KeyLink failure={failure} />}>
      <p>
        {daysSentence(run)} {countsSentence(run.counts)}
        {run.findings > 0 && <strong> {countOf(run.findings, "finding")} to look at.</strong>}
      </p>
    </CurrentRun>
  );
}

/** What needs a person: findings nobody has looked at, and a last run that failed; and when the next sync comes by itself. */
function ToDo({ overview, job }: { readonly overview: OverviewJson; readonly job: Job }) {
  const { queued, running, failed, completed, cancelled } = job.counts;
  const lastFailed = job.last_run?.status === "failed" && job.active_run === undefined;
  const all = queued + running + failed + completed + cancelled;
  return (
    <Section title="What needs you" actions={<PortalLink to="/findings">All findings</PortalLink>}>
      <StatTiles label="What needs you">
        <StatTile
          label="New findings"
          value={overview.new_findings}
          tone={overview.new_findings > 0 ? "warning" : "success"}
          to="/findings?status=new"
        />
        <StatTile
          label="Failed runs"
          value={failed}
          // A later run that went well has made good what the failed ones left: those are history.
          tone={lastFailed ? "danger" : "neutral"}
          to="/runs?status=failed"
        />
        <StatTile label="In progress" value={queued + running} tone="info" to="/runs?status=queued,running" />
        <StatTile label="All runs" value={all} to="/runs" />
      </StatTiles>
      <NextSync overview={overview} />
    </Section>
  );
}

function NextSync({ overview }: { readonly overview: OverviewJson }) {
  const { session } = usePortal();
  const at = overview.next_sync_at;
  return (
    <p className="annex-dim">
      {at === undefined ? (
        `${whenItSyncs({ key: overview.source.mode !== "none", webhook: overview.webhook, granted: maySync(session) })} `
      ) : (
        <>
          Next sync by the schedule: <Moment at={at} exact ago="beside" coming />.{" "}
        </>
      )}
      <PortalLink to="/settings">Settings</PortalLink>
    </p>
  );
}
