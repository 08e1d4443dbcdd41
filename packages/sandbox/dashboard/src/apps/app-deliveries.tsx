import { Link } from "react-router";
import { useDeliveries } from "../api/queries.ts";
import type { AppDetail } from "../api/types.ts";
import { durationText } from "../format/time.ts";
import { HttpStatus } from "../parts/badges.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Section } from "../parts/page.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
import { instanceName, useInstance, useSession } from "../session/session.ts";
import { liveInstallation } from "./app-state.tsx";

/** The last callbacks sent to one app: about its installation here, or about any while it has none. */
export function AppDeliveries({ app }: { readonly app: AppDetail }) {
  const { instance_id } = useInstance();
  const session = useSession();
  const installed = liveInstallation(app)?.installed_app_id;
  const deliveries = useDeliveries({ app_id: app.app_id, installed_app_id: installed, page: 1, pageSize: 5 });
  const log = `/i/${instance_id}/deliveries`;
  return (
    <Section
      title="Last deliveries"
      actions={
        <Link className="annex-link" to={`${log}?app_id=${encodeURIComponent(app.app_id)}`}>
          All deliveries of this app
        </Link>
      }
    >
      <DataTable
        label="Last deliveries"
        reading={deliveries}
        rowId={(row) => row.delivery_id}
        rowLink={(row) => `${log}/${row.delivery_id}`}
        columns={[
          { id: "kind", header: "Kind", cell: (row) => row.kind },
          {
            id: "instance",
            header: "Instance",
            from: "middle",
            cell: (row) => instanceName(session, row.instance_id),
          },
          { id: "status", header: "Answer", cell: (row) => <HttpStatus status={row.status} /> },
          {
            id: "duration",
            header: "Duration",
            align: "right",
            cell: (row) => <span className="annex-number">{durationText(row.duration_ms)}</span>,
          },
          {
            id: "sent",
            header: "Sent",
            from: "middle",
            cell: (row) => <Timestamp time={row.sent_at} relative="stacked" />,
          },
        ]}
        empty={<EmptyState title="Nothing was sent to this app yet" />}
      />
    </Section>
  );
}
