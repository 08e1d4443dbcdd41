import { EmptyState, Moment } from "@annex/ui";
import { Link } from "react-router";
import { useDeliveries } from "../api/queries.ts";
import type { AppDetail } from "../api/types.ts";
import { DeliveryDuration, DeliveryStatus } from "../parts/delivery-state.tsx";
import { Section } from "../parts/page.tsx";
import { RecordTable } from "../parts/record-table.tsx";
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
      <RecordTable
        label="Last deliveries"
        reading={deliveries}
        rowKey={(row) => row.delivery_id}
        rowTo={(row) => `${log}/${row.delivery_id}`}
        columns={[
          { key: "kind", heading: "Kind", part: "lead", cell: (row) => row.kind },
          {
            key: "instance",
            heading: "Instance",
            priority: 1,
            cell: (row) => instanceName(session, row.instance_id),
          },
          {
            key: "status",
            heading: "Answer",
            part: "mark",
            cell: (row) => <DeliveryStatus delivery={row} />,
          },
          {
            key: "duration",
            heading: "Duration",
            align: "end",
            cell: (row) => <DeliveryDuration delivery={row} />,
          },
          {
            key: "sent",
            heading: "Sent",
            priority: 1,
            cell: (row) => <Moment at={row.sent_at} exact resolution="seconds" ago="below" />,
          },
        ]}
        empty={<EmptyState title="Nothing was sent to this app yet" />}
      />
    </Section>
  );
}
