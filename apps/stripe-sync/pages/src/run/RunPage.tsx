import {
  CopyableId,
  countOf,
  ErrorState,
  isActive,
  LoadingState,
  Moment,
  Page,
  StatusBadge,
  shortId,
} from "@annex/portal";
import type { RunDetailJson } from "../../../src/portal-types.ts";
import { useRefreshAfterRun, useRun } from "../queries.ts";
import { StaleNotice } from "../StaleNotice.tsx";
import { countsSentence } from "../words/run-words.ts";
import { Elapsed } from "./Elapsed.tsx";
import { FindingList } from "./FindingList.tsx";
import { CancelRun, RetryRun } from "./RunActions.tsx";
import { RunFailure } from "./RunFailure.tsx";
import { RunObjects } from "./RunObjects.tsx";
import { RunProgress } from "./RunProgress.tsx";
import { RunTotals } from "./RunTotals.tsx";

const back = { label: "Runs", path: "/runs" };

/** One run: how it went, what to look at, and every object of it. */
export function RunPage({ runId }: { readonly runId: string }) {
  const query = useRun(runId);
  const run = query.data;
  useRefreshAfterRun(run?.status);
  return (
    <Page
      title={`Run ${shortId(runId)}`}
      back={back}
      mark={run !== undefined && <StatusBadge status={run.status} />}
      description={run !== undefined && <RunFacts run={run} />}
      actions={run !== undefined && <RunButtons run={run} />}
    >
      {run !== undefined && query.isError && <StaleNotice />}
      {run !== undefined && <RunContent run={run} />}
      {run === undefined && query.isError && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      )}
      {run === undefined && !query.isError && <LoadingState label="Loading the run" rows={8} />}
    </Page>
  );
}

/** A failed run's button stands with its reason, below. */
function RunButtons({ run }: { readonly run: RunDetailJson }) {
  return (
    <>
      <CancelRun run={run} />
      {run.error === undefined && <RetryRun run={run} />}
    </>
  );
}

function RunFacts({ run }: { readonly run: RunDetailJson }) {
  return (
    <>
      Created <Moment at={run.created_at} exact />, {isActive(run.status) ? "running for" : "took"}{" "}
      <Elapsed run={run} live={isActive(run.status)} />
      {run.attempt > 1 && <>, {countOf(run.attempt, "attempt")}</>}
      <br />
      <CopyableId id={run.run_id} label="run" whole />
    </>
  );
}

function RunContent({ run }: { readonly run: RunDetailJson }) {
  const active = isActive(run.status);
  return (
    <>
      {run.error !== undefined && !active && <RunFailure run={run} failure={run.error} />}
      <div className="annex-card stripe-run">
        {active && <RunProgress run={run} />}
        <p>{countsSentence(run.counts)}</p>
      </div>
      <FindingList findings={run.finding_list} />
      <RunTotals currencies={run.currencies} />
      <RunObjects run={run} />
    </>
  );
}
