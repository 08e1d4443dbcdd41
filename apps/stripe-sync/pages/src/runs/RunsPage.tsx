import { EmptyState, RunsPage as KitRunsPage } from "@annex/portal";
import type { AboutRunJson } from "../../../src/portal-types.ts";
import { runColumns } from "./run-columns.tsx";

/** Every run so far, by status. */
export function RunsPage() {
  return <KitRunsPage<AboutRunJson> columns={runColumns} empty={<NoRuns />} />;
}

/** What stands in the place of the first run. */
export function NoRuns() {
  return <EmptyState title="No runs yet">The first sync will be listed here.</EmptyState>;
}
