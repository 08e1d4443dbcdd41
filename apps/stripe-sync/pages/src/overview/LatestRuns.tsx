import { ErrorState, LoadingState, PortalLink, Section } from "@annex/portal";
import { useRuns } from "../queries.ts";
import { RunTable } from "../runs/RunTable.tsx";

const SHOWN = 5;

/** The last few runs, and the way to all of them. */
export function LatestRuns() {
  const runs = useRuns("", SHOWN);
  return (
    <Section title="Latest runs" actions={<PortalLink to="/runs">See all runs</PortalLink>}>
      {runs.rows !== undefined && <RunTable label="Latest runs" runs={runs.rows.slice(0, SHOWN)} />}
      {runs.rows === undefined && runs.error === undefined && (
        <LoadingState label="Loading the runs" rows={SHOWN} />
      )}
      {runs.rows === undefined && runs.error !== undefined && (
        <ErrorState error={runs.error} onRetry={runs.refetch} retrying={runs.loading} />
      )}
    </Section>
  );
}
