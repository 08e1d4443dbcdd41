import type { JobAnswer, RunAnswer, RunStatusWord } from "@annex/protocol";
import { type Column, EmptyState, LoadingState, NothingFound } from "@annex/ui";
import { NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import { type Choice, Choices } from "../layout/Choices.tsx";
import { Page } from "../layout/Page.tsx";
import { replaceQueryValues, useRoute } from "../navigation/route.ts";
import type { PortalList } from "../queries/use-portal-list.ts";
import { ErrorState } from "../states/ErrorState.tsx";
import { RunTable } from "./RunTable.tsx";
import { useJobs, useRuns } from "./run-queries.ts";

/** What a `RunsPage` takes. */
export interface RunsPageProps<About> {
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  /** The app's own columns. */
  readonly columns?: readonly Column<RunAnswer<About>>[];
  /** What stands in the place of the first run: how one is started. */
  readonly empty?: ReactNode;
}

/**
 * The page of all runs, by status and job. What is chosen is part of the address.
 *
 * @example
 * <RunsPage actions={<StartButton job="import-pay-ins">Import now</StartButton>} />
 */
export function RunsPage<About = unknown>(props: RunsPageProps<About>) {
  const { query } = useRoute();
  const answer = useJobs().data;
  const jobs = answer?.jobs ?? [];
  const job = jobs.some((each) => each.job === query.get("job")) ? (query.get("job") ?? "") : "";
  const choices = statusChoices(job === "" ? jobs : jobs.filter((each) => each.job === job));
  const status = choices.find(({ value }) => value === query.get("status"))?.value ?? "";
  const runs = useRuns<About>({ status, job });
  return (
    <Page
      title="Runs"
      description={
        props.description ??
        (answer === undefined
          ? undefined
          : `Newest first. A run is kept for ${answer.kept_days} days after its end.`)
      }
      actions={props.actions}
    >
      <div className="annex-filters">
        <Choices
          label="Status"
          choices={choices}
          value={status}
          onChoose={(chosen) => replaceQueryValues({ status: chosen })}
        />
        {jobs.length > 1 && (
          <NativeSelect
            aria-label="Job"
            value={job}
            data={[
              { value: "", label: "All jobs" },
              ...jobs.map((each) => ({ value: each.job, label: each.title })),
            ]}
            onChange={(event) => replaceQueryValues({ job: event.currentTarget.value })}
          />
        )}
      </div>
      <RunList
        runs={runs}
        filtered={status !== "" || job !== ""}
        jobs={jobs.length > 1}
        list={status + job}
        {...props}
      />
    </Page>
  );
}

/**
 * A list of runs in each of its states, inside a `Page`, which says where they could not be asked again. Without a `Page`,
 * put `<StaleNotice error={runs.error} />` above it.
 *
 * @example
 * ```tsx
 * <RunList runs={useRuns({ status: "failed" })} label="Failed runs" />
 * ```
 */
export function RunList<About>(props: {
  readonly runs: PortalList<RunAnswer<About>>;
  readonly label?: string;
  readonly columns?: readonly Column<RunAnswer<About>>[];
  readonly filtered?: boolean;
  readonly jobs?: boolean;
  readonly list?: string;
  readonly empty?: ReactNode;
  readonly rows?: number;
}) {
  const { runs, label = "Runs", rows = 8 } = props;
  if (runs.rows === undefined)
    return runs.error === undefined ? (
      <LoadingState label="Loading the runs" rows={rows} />
    ) : (
      <ErrorState error={runs.error} onRetry={runs.refetch} retrying={runs.loading} />
    );
  const none = props.empty ?? <EmptyState title="No runs yet" />;
  return (
    <RunTable
      label={label}
      runs={runs.rows}
      columns={props.columns}
      jobs={props.jobs === true}
      more={runs.more}
      list={props.list ?? ""}
      empty={
        props.filtered === true ? (
          <NothingFound title="No run stands so">Choose another status above.</NothingFound>
        ) : (
          none
        )
      }
    />
  );
}

const filters: readonly (readonly [string, string, readonly RunStatusWord[]])[] = [
  ["", "All", ["queued", "running", "completed", "failed", "cancelled"]],
  ["queued,running", "In progress", ["queued", "running"]],
  ["completed", "Completed", ["completed"]],
  ["failed", "Failed", ["failed"]],
  ["cancelled", "Cancelled", ["cancelled"]],
];

function statusChoices(jobs: readonly JobAnswer[]): readonly Choice<string>[] {
  return filters.map(([value, label, statuses]) => ({
    value,
    label,
    ...(jobs.length === 0 ? {} : { count: countOfRuns(jobs, statuses) }),
  }));
}

function countOfRuns(jobs: readonly JobAnswer[], statuses: readonly RunStatusWord[]): number {
  return jobs
    .flatMap(({ counts }) => statuses.map((status) => counts[status]))
    .reduce((sum, count) => sum + count, 0);
}
