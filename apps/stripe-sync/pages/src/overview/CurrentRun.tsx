import { countOf, isActive, Moment, PortalLink, Section, StatusBadge } from "@annex/portal";
import type { RunJson } from "../../../src/portal-types.ts";
import { CancelRun } from "../run/RunActions.tsx";
import { RunFailure } from "../run/RunFailure.tsx";
import { RunProgress } from "../run/RunProgress.tsx";
import { countsSentence } from "../words/run-words.ts";

/** The run that is going on, or the one that ended last. */
export function CurrentRun({ run }: { readonly run: RunJson }) {
  const active = isActive(run.status);
  return (
    <Section
      title={active ? "Current run" : "Latest run"}
      mark={<StatusBadge status={run.status} />}
      actions={
        <>
          <PortalLink to={`/runs/${encodeURIComponent(run.run_id)}`}>Every object</PortalLink>
          {active && <CancelRun run={run} />}
        </>
      }
    >
      {run.error !== undefined && !active ? (
        <RunFailure run={run} failure={run.error} />
      ) : (
        <div className="annex-card stripe-run">
          {active && <RunProgress run={run} />}
          <p>
            {countsSentence(run.counts)}
            {run.findings > 0 && <strong> {countOf(run.findings, "finding")} to look at.</strong>}
          </p>
          <p className="stripe-dim">
            {run.finished_at === undefined ? "Created " : "Ended "}
            <Moment at={run.finished_at ?? run.created_at} />
          </p>
        </div>
      )}
    </Section>
  );
}
