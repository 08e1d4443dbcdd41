import {
  type Choice,
  Choices,
  ErrorState,
  LoadingState,
  Page,
  replaceQueryValues,
  useRoute,
} from "@annex/portal";
import type { OverviewJson } from "../../../src/portal-types.ts";
import { useOverview, useRuns } from "../queries.ts";
import { StaleNotice } from "../StaleNotice.tsx";
import { RunTable } from "./RunTable.tsx";

function choices(tiles: OverviewJson["tiles"] | undefined): readonly Choice<string>[] {
  return [
    { value: "", label: "All", count: tiles?.all },
    { value: "queued,running", label: "In progress", count: tiles?.in_progress },
    { value: "completed", label: "Completed", count: tiles?.completed },
    { value: "failed", label: "Failed", count: tiles?.failed },
    { value: "cancelled", label: "Cancelled", count: tiles?.cancelled },
  ];
}

/** Every run so far, by status. The chosen status is part of the address. */
export function RunsPage() {
  const { query } = useRoute();
  const options = choices(useOverview().data?.tiles);
  const status = options.find((option) => option.value === query.get("status"))?.value ?? "";
  const runs = useRuns(status);
  return (
    <Page title="Runs" description="Every sync of this installation, newest first.">
      <Choices
        label="Status"
        choices={options}
        value={status}
        onChoose={(chosen) => replaceQueryValues({ status: chosen })}
      />
      {runs.rows !== undefined && runs.error !== undefined && <StaleNotice />}
      {runs.rows !== undefined && (
        <RunTable label="Runs" runs={runs.rows} filtered={status !== ""} more={runs.more} />
      )}
      {runs.rows === undefined && runs.error === undefined && (
        <LoadingState label="Loading the runs" rows={8} />
      )}
      {runs.rows === undefined && runs.error !== undefined && (
        <ErrorState error={runs.error} onRetry={runs.refetch} retrying={runs.loading} />
      )}
    </Page>
  );
}
