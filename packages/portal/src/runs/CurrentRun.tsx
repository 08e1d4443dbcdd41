import type { RunAnswer } from "@annex/protocol";
import { Moment } from "@annex/ui";
import type { ReactNode } from "react";
import { isActive } from "../jobs/status.ts";
import { Section } from "../layout/Page.tsx";
import { PortalLink } from "../navigation/PortalLink.tsx";
import { CancelRun } from "./RunActions.tsx";
import { RunCause } from "./RunCause.tsx";
import { RunFailure, type WayOut } from "./RunFailure.tsx";
import { type RunPhases, RunProgress } from "./RunProgress.tsx";
import { RunStatusBadge } from "./RunStatus.tsx";
import { RunWaiting } from "./RunWaiting.tsx";

/**
 * The run under way, or the one that ended last, on a first page.
 *
 * @example
 * <CurrentRun run={job.active_run ?? job.last_run}>{run.posted} posted</CurrentRun>
 */
export function CurrentRun(props: {
  readonly run: RunAnswer;
  readonly phases?: RunPhases;
  /** Beside the reason of a run that failed. */
  readonly wayOut?: WayOut;
  /** What the app says of the run. */
  readonly children?: ReactNode;
}) {
  const { run } = props;
  const active = isActive(run.status);
  return (
    <Section
      title={active ? "Current run" : "Latest run"}
      mark={<RunStatusBadge run={run} />}
      actions={
        <>
          <PortalLink to={`/runs/${encodeURIComponent(run.run_id)}`}>Open this run</PortalLink>
          {active && <CancelRun run={run} />}
        </>
      }
    >
      <RunWaiting run={run} />
      <RunFailure run={run} {...(props.wayOut === undefined ? {} : { wayOut: props.wayOut })} />
      {run.status !== "failed" && (
        <div className="annex-card annex-run">
          {active && (
            <RunProgress run={run} {...(props.phases === undefined ? {} : { phases: props.phases })} />
          )}
          {props.children}
          <RunLine run={run} />
        </div>
      )}
    </Section>
  );
}

/** When a run began or ended, and who started it. */
function RunLine({ run }: { readonly run: RunAnswer }) {
  return (
    <p className="annex-dim">
      {run.finished_at === undefined ? "Created " : "Ended "}
      <Moment at={run.finished_at ?? run.created_at} />, started by <RunCause cause={run.cause} />
    </p>
  );
}
