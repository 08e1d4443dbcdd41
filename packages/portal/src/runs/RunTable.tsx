import type { RunAnswer } from "@annex/protocol";
import { type Column, DataTable, EmptyState, formatMoment, Moment, momentOf, shortId } from "@annex/ui";
import type { ReactNode } from "react";
import { PortalLink } from "../navigation/PortalLink.tsx";
import { Elapsed } from "./Elapsed.tsx";
import { RunCause } from "./RunCause.tsx";
import { RunStatusBadge } from "./RunStatus.tsx";

/** What a `RunTable` takes. */
export interface RunTableProps<About> {
  readonly label: string;
  readonly runs: readonly RunAnswer<About>[];
  /** The app's own columns, between who started a run and how long it took. */
  readonly columns?: readonly Column<RunAnswer<About>>[] | undefined;
  /** More than one job is listed: each run says which it is of. */
  readonly jobs?: boolean;
  readonly more?: { readonly load: () => void; readonly loading: boolean } | undefined;
  /** Which list this is, such as its filters. */
  readonly list?: string;
  readonly empty?: ReactNode;
}

/**
 * Runs, newest first, each leading to its page below `/runs`. They are in the order of the server, which hands them out
 * page by page; what is not loaded could not be sorted.
 *
 * @example
 * <RunTable label="Latest runs" runs={runs} />
 */
export function RunTable<About>(props: RunTableProps<About>) {
  return (
    <DataTable
      label={props.label}
      columns={columnsOf(props)}
      rows={props.runs}
      rowKey={(run) => run.run_id}
      rowLink={(run, content) => (
        <PortalLink to={`/runs/${encodeURIComponent(run.run_id)}`} aria-label={linkName(run)}>
          {content}
        </PortalLink>
      )}
      more={props.more}
      {...(props.list === undefined ? {} : { list: props.list })}
      empty={props.empty ?? <EmptyState title="No runs yet" />}
    />
  );
}

/** What a run's link is called where it is read aloud: as it is seen, and by its id, since two may be of one minute. */
function linkName({ title, created_at: at, run_id: id }: RunAnswer): string {
  const moment = momentOf(at);
  return [title, ...(moment === undefined ? [] : [formatMoment(moment)]), shortId(id)].join(", ");
}

function columnsOf<About>({
  columns = [],
  jobs = false,
}: RunTableProps<About>): readonly Column<RunAnswer<About>>[] {
  return [
    {
      key: "run",
      heading: "Run",
      part: "lead",
      width: 155,
      cell: (run) => <Moment at={run.created_at} exact />,
    },
    ...(jobs ? [{ key: "job", heading: "Job", cell: (run: RunAnswer<About>) => run.title }] : []),
    {
      key: "status",
      heading: "Status",
      part: "mark",
      width: 165,
      cell: (run) => <RunStatusBadge run={run} />,
    },
    {
      key: "cause",
      heading: "Started by",
      width: 150,
      priority: 1,
      cell: (run) => <RunCause cause={run.cause} alone />,
    },
    ...columns,
    { key: "time", heading: "Time", align: "end", width: 90, cell: (run) => <Elapsed run={run} /> },
  ];
}
