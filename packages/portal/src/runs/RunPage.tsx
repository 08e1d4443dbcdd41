import type { RunDetailAnswer } from "@annex/protocol";
import { CopyableId, countOf, LoadingState } from "@annex/ui";
import type { ReactNode } from "react";
import { isActive } from "../jobs/status.ts";
import { Page } from "../layout/Page.tsx";
import { ErrorState } from "../states/ErrorState.tsx";
import { Elapsed } from "./Elapsed.tsx";
import { CancelRun, RetryRun } from "./RunActions.tsx";
import { RunCause } from "./RunCause.tsx";
import { RunFailure, type WayOut } from "./RunFailure.tsx";
import { type RunPhases, RunProgress } from "./RunProgress.tsx";
import { RunStatusBadge } from "./RunStatus.tsx";
import { RunWaiting } from "./RunWaiting.tsx";
import { useRefreshAfterRun, useRun } from "./run-queries.ts";
import { runTitle } from "./words.ts";

/** What a `RunPage` takes. */
export interface RunPageProps<About> {
  readonly runId: string;
  readonly phases?: (run: RunDetailAnswer<About>) => RunPhases;
  /** One line of what the run did, beside its progress. */
  readonly summary?: (run: RunDetailAnswer<About>) => ReactNode;
  /** Beside the reason of a run that failed. */
  readonly wayOut?: WayOut;
  /** What the app shows of the run, below. */
  readonly children?: (run: RunDetailAnswer<About>) => ReactNode;
}

const back = { label: "Runs", path: "/runs" };

/**
 * The page of one run: how it stands, who started it, what it waits for, why it failed, what can be done, and what the
 * app itself shows of it.
 *
 * @example
 * <RunPage runId={id}>{(run) => <Objects run={run} />}</RunPage>
 */
export function RunPage<About = unknown>(props: RunPageProps<About>) {
  const { runId } = props;
  const query = useRun<About>(runId);
  const run = query.data;
  useRefreshAfterRun(run?.status);
  return (
    <Page
      title={run === undefined ? "Run" : runTitle(run)}
      back={back}
      mark={run !== undefined && <RunStatusBadge run={run} />}
      description={run !== undefined && <RunFacts run={run} />}
      actions={run !== undefined && <RunButtons run={run} />}
    >
      {run !== undefined && <RunContent run={run} {...props} />}
      {run === undefined && query.isError && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      )}
      {run === undefined && !query.isError && <LoadingState label="Loading the run" rows={8} />}
    </Page>
  );
}

/** A failed run's button stands with its reason, below. */
function RunButtons({ run }: { readonly run: RunDetailAnswer }) {
  return (
    <>
      <CancelRun run={run} />
      {run.status === "cancelled" && <RetryRun run={run} />}
    </>
  );
}

function RunFacts({ run }: { readonly run: RunDetailAnswer }) {
  return (
    <>
      Started by <RunCause cause={run.cause} />
      {run.started_at !== undefined && (
        <>
          , {isActive(run.status) ? "under way for" : "took"} <Elapsed run={run} />
        </>
      )}
      {run.attempt > 1 && <>, {countOf(run.attempt, "attempt")}</>}
      <br />
      <CopyableId id={run.run_id} label="run" whole />
    </>
  );
}

function RunContent<About>({
  run,
  phases,
  summary,
  wayOut,
  children,
}: RunPageProps<About> & { readonly run: RunDetailAnswer<About> }) {
  const active = isActive(run.status);
  const line = summary?.(run);
  return (
    <>
      <RunWaiting run={run} />
      <RunFailure run={run} {...(wayOut === undefined ? {} : { wayOut })} />
      {(active || (line !== undefined && line !== null)) && (
        <div className="annex-card annex-run">
          {active && <RunProgress run={run} {...(phases === undefined ? {} : { phases: phases(run) })} />}
          {line}
        </div>
      )}
      {children?.(run)}
    </>
  );
}
