import {
  type Column,
  countOf,
  DataTable,
  EmptyState,
  formatCount,
  isActive,
  Moment,
  PortalLink,
  StatusBadge,
} from "@annex/portal";
import type { RunJson } from "../../../src/portal-types.ts";
import { Elapsed } from "../run/Elapsed.tsx";

const columns: readonly Column<RunJson>[] = [
  {
    key: "run",
    heading: "Run",
    part: "lead",
    cell: (run) => (
      <PortalLink to={`/runs/${encodeURIComponent(run.run_id)}`}>
        <span className="annex-hidden">Run {run.run_id}, </span>
        <Moment at={run.created_at} exact />
      </PortalLink>
    ),
    sortValue: (run) => run.created_at,
  },
  { key: "status", heading: "Status", part: "mark", cell: (run) => <StatusBadge status={run.status} /> },
  {
    key: "objects",
    heading: "Objects",
    align: "end",
    cell: (run) => <Figure value={run.counts.all} />,
    sortValue: (run) => run.counts.all,
  },
  {
    key: "posted",
    heading: "Posted",
    align: "end",
    cell: (run) => <Figure value={run.counts.posted} />,
    sortValue: (run) => run.counts.posted,
  },
  {
    key: "already",
    heading: "Already posted",
    align: "end",
    cell: (run) => <Figure value={run.counts.already_posted} />,
    sortValue: (run) => run.counts.already_posted,
  },
  {
    key: "findings",
    heading: "To look at",
    align: "end",
    cell: (run) => <Findings run={run} />,
    sortValue: (run) => run.findings,
  },
  {
    key: "time",
    heading: "Time",
    align: "end",
    cell: (run) => <Elapsed run={run} live={isActive(run.status)} />,
  },
];

function Figure({ value }: { readonly value: number }) {
  return <span className="annex-figures">{formatCount(value)}</span>;
}

function Findings({ run }: { readonly run: RunJson }) {
  if (run.findings === 0) return <span className="stripe-dim">None</span>;
  return <strong>{countOf(run.findings, "finding")}</strong>;
}

/** Runs, newest first, each leading to its objects. */
export function RunTable(props: {
  readonly label: string;
  readonly runs: readonly RunJson[];
  readonly filtered?: boolean;
  readonly more?: { readonly load: () => void; readonly loading: boolean } | undefined;
}) {
  return (
    <DataTable
      label={props.label}
      columns={columns}
      rows={props.runs}
      rowKey={(run) => run.run_id}
      more={props.more}
      empty={
        props.filtered === true ? (
          <EmptyState title="No run with this status">Choose another status above.</EmptyState>
        ) : (
          <EmptyState title="No runs yet">
            Press “Sync now” on the overview to read what Stripe has.
          </EmptyState>
        )
      }
    />
  );
}
