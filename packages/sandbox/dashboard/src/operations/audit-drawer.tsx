/** One recorded call: who, what, with which answer; its bodies where it was refused; what it belongs to. */
import { CodeBlock, CopyableId, formatLatency, HttpStatus, Moment } from "@annex/ui";
import { Link } from "react-router";
import { ApiError } from "../api/http.ts";
import { useAudit } from "../api/queries.ts";
import type { AuditEntry } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { FaultMarks } from "../parts/fault-marks.tsx";
import { Section } from "../parts/page.tsx";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { instanceName, useInstance, useSession } from "../session/session.ts";
import { Actor } from "./audit-columns.tsx";
import { curlOf } from "./curl.ts";
import { TimelineOf } from "./timeline.tsx";

type AuditDrawerProps = {
  /** The request's id, by which its address names it. */
  readonly requestId: string | undefined;
  readonly onClose: () => void;
};

export function AuditDrawer({ requestId, onClose }: AuditDrawerProps) {
  const found = useAudit(
    { request_id: requestId, page: 1, pageSize: 1 },
    { enabled: requestId !== undefined },
  );
  const entry = found.data?.data.find((each) => each.request_id === requestId);
  const error = found.data !== undefined && entry === undefined ? notKept : found.error;
  return (
    <RecordDrawer
      title="Call"
      opened={requestId !== undefined}
      onClose={onClose}
      reading={{ data: entry, error, refetch: found.refetch }}
    >
      {(record) => <AuditDetail key={record.request_id} entry={record} />}
    </RecordDrawer>
  );
}

const notKept = new ApiError(404, {
  code: "not_found",
  error: "The audit log has no call of this id: it may be older than what is kept.",
});

function AuditDetail({ entry }: { readonly entry: AuditEntry }) {
  const session = useSession();
  const curl = curlOf(entry, window.location.origin);
  return (
    <>
      <p className="annex-record-name annex-call" translate="no">
        <strong>{entry.method}</strong> {entry.path}
      </p>
      <p className="annex-headline">
        <HttpStatus status={entry.status} />
        {entry.code ? <span className="annex-identifier">{entry.code}</span> : null}
        <FaultMarks faults={entry.faults} />
      </p>
      <Facts
        facts={{
          Actor: <Actor entry={entry} />,
          Category: entry.category,
          Instance: instanceName(session, entry.instance_id),
          Made: entry.resource_id ? <ResourceLink id={entry.resource_id} /> : undefined,
          Duration: <span className="annex-figures">{formatLatency(entry.duration_ms)}</span>,
          Time: <Moment at={entry.time} exact resolution="milliseconds" ago="below" />,
          "Request id": <CopyableId id={entry.request_id} label="request id" whole />,
        }}
      />
      {entry.request_body ? (
        <Section title="Body sent">
          <CodeBlock text={entry.request_body} name="Body sent" />
        </Section>
      ) : null}
      {entry.response_body ? (
        <Section title="Answer">
          <CodeBlock text={entry.response_body} name="Answer" />
        </Section>
      ) : null}
      <TimelineOf query={{ request_id: entry.request_id }} current={entry.request_id} />
      {curl === undefined ? null : (
        <Section title="The same call by hand">
          <CodeBlock text={curl} name="curl command" />
        </Section>
      )}
    </>
  );
}

const sections: Readonly<Record<string, string>> = {
  txn: "transactions",
  bln: "balances",
  ldg: "ledgers",
  idt: "identities",
  ano: "alerts",
};

function ResourceLink({ id }: { readonly id: string }) {
  const { instance_id } = useInstance();
  const section = sections[id.split("_", 1)[0] ?? ""];
  if (section === undefined) return <CopyableId id={id} label="id" whole />;
  return (
    <Link className="annex-link annex-identifier" to={`/i/${instance_id}/${section}/${id}`} translate="no">
      {id}
    </Link>
  );
}
