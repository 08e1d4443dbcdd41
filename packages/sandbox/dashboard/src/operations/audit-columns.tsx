/** How a recorded call is shown in a list. */
import { Badge, type Column, formatLatency, HttpStatus, Moment, ShortId } from "@annex/ui";
import type { AuditEntry } from "../api/types.ts";
import { FaultMarks } from "../parts/fault-marks.tsx";
import { instanceName, useSession } from "../session/session.ts";
import { actorDetail, actorName } from "./actor-words.ts";
import type { FoldedCall } from "./repeated-calls.ts";

export function Actor({ entry }: { readonly entry: AuditEntry }) {
  const detail = actorDetail(entry);
  return (
    <span className="annex-two-lines">
      <span className="annex-clip">{actorName(entry)}</span>
      {detail === undefined ? null : (
        <span
          className={`annex-identifier ${detail.startsWith("blnk_") ? "annex-unbroken" : "annex-clip"}`}
          translate="no"
        >
          {detail}
        </span>
      )}
    </span>
  );
}

/** How many like it came right before it, where they are folded into it. */
function Repeats({ row }: { readonly row: Partial<FoldedCall> }) {
  if (row.repeats === undefined || row.repeats === 0) return null;
  return (
    <>
      {" "}
      <Badge tone="neutral">{row.repeats + 1} times</Badge>
    </>
  );
}

function InstanceCell({ id }: { readonly id: string | null }) {
  return instanceName(useSession(), id);
}

const instance: Column<AuditEntry> = {
  key: "instance",
  heading: "Instance",
  width: 120,
  priority: 2,
  cell: (row) => <InstanceCell id={row.instance_id} />,
};

/** The columns; the instance only where calls of several are listed. */
export function auditColumns(everywhere: boolean): readonly Column<AuditEntry>[] {
  return [
    {
      key: "call",
      heading: "Call",
      part: "lead",
      width: 260,
      cell: (row) => (
        <span className="annex-call" translate="no">
          <strong>{row.method}</strong> {row.path}
          <Repeats row={row} />
        </span>
      ),
    },
    {
      key: "status",
      heading: "Status",
      part: "mark",
      width: 110,
      cell: (row) => <StatusCell row={row} />,
    },
    {
      key: "actor",
      heading: "Actor",
      // With the three that are always there it fits beside the navigation at 900 pixels.
      width: 130,
      priority: 1,
      cell: (row) => <Actor entry={row} />,
    },
    ...(everywhere ? [instance] : []),
    { key: "category", heading: "Category", width: 110, priority: 3, cell: (row) => row.category },
    {
      key: "duration",
      heading: "Duration",
      align: "end",
      width: 90,
      priority: 3,
      cell: (row) => <span className="annex-figures">{formatLatency(row.duration_ms)}</span>,
    },
    {
      key: "time",
      heading: "Time",
      width: 130,
      cell: (row) => <Moment at={row.time} exact resolution="milliseconds" stacked />,
    },
    {
      key: "request",
      heading: "Request id",
      width: 180,
      priority: 4,
      cell: (row) => <ShortId id={row.request_id} />,
    },
  ];
}

function StatusCell({ row }: { readonly row: AuditEntry }) {
  return (
    <span className="annex-two-lines">
      <span className="annex-marks">
        <HttpStatus status={row.status} />
        <FaultMarks faults={row.faults} />
      </span>
      {row.code ? <span className="annex-identifier">{row.code}</span> : null}
    </span>
  );
}
