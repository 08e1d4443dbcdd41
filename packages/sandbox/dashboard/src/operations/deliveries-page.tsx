/** The delivery log: each callback and portal request sent to an app, with its answer. Keys and tokens are masked by the server. */
import { Text } from "@mantine/core";
import { useApps, useDeliveries } from "../api/queries.ts";
import type { Delivery } from "../api/types.ts";
import { durationText } from "../format/time.ts";
import { HttpStatus } from "../parts/badges.tsx";
import { ShortId } from "../parts/copy.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { FilterSelect } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { EmptyState, NothingFound } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { instanceName, useInstance, useSession } from "../session/session.ts";
import { DeliveryDrawer } from "./delivery-drawer.tsx";
import "./operations.css";

const pageSize = 20;
const kinds = ["install", "uninstall", "portal"] as const;

export default function DeliveriesPage() {
  const session = useSession();
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("deliveries");
  const apps = useApps(instance.instance_id);
  const kind = parameters.get("kind");
  const appId = parameters.get("app_id");
  const deliveries = useDeliveries({ kind, app_id: appId, page: parameters.page, pageSize });
  return (
    <>
      <PageHeader title="Delivery log">
        Each callback and portal request sent to an app, on all instances of {session.organization.name},
        newest first.
      </PageHeader>
      <div className="annex-filters">
        <FilterSelect
          label="Kind"
          value={kind}
          options={kinds}
          onChange={(value) => parameters.set({ kind: value })}
        />
        <FilterSelect
          label="App"
          value={appId}
          options={(apps.data?.data ?? []).map((app) => ({ value: app.app_id, label: app.name }))}
          onChange={(value) => parameters.set({ app_id: value })}
        />
      </div>
      <DataTable
        label="Delivery log"
        reading={deliveries}
        rowId={(row) => row.delivery_id}
        rowLink={(row) => route.linkTo(row.delivery_id)}
        selectedId={route.recordId}
        columns={columns}
        empty={
          kind === "" && appId === "" ? (
            <EmptyState title="Nothing was sent yet">
              Install or launch an app: what it is sent appears here.
            </EmptyState>
          ) : (
            <NothingFound title="No delivery matches these filters" />
          )
        }
        footer={
          <Pager
            page={parameters.page}
            pageSize={pageSize}
            total={deliveries.data?.total}
            onPage={parameters.setPage}
          />
        }
      />
      <DeliveryDrawer
        id={route.recordId}
        listed={deliveries.data?.data.find((row) => row.delivery_id === route.recordId)}
        onClose={route.close}
      />
    </>
  );
}

const columns: readonly Column<Delivery>[] = [
  {
    id: "kind",
    header: "Kind",
    cell: (row) => (
      <>
        {row.kind}
        {row.attempt_of === null ? null : (
          <Text span size="xs" c="dimmed">
            {" "}
            again
          </Text>
        )}
        <Text span size="xs" c="dimmed" data-until="middle">
          {row.app_name}
        </Text>
      </>
    ),
  },
  { id: "app", header: "App", from: "middle", cell: (row) => row.app_name },
  { id: "status", header: "Answer", cell: (row) => <HttpStatus status={row.status} /> },
  {
    id: "duration",
    header: "Duration",
    align: "right",
    cell: (row) => <span className="annex-number">{durationText(row.duration_ms)}</span>,
  },
  {
    id: "instance",
    header: "Instance",
    from: "wide",
    cell: (row) => <InstanceCell id={row.instance_id} />,
  },
  {
    id: "installation",
    header: "Installation",
    from: "wide",
    cell: (row) => <ShortId id={row.installed_app_id} />,
  },
  {
    id: "url",
    header: "URL",
    from: "wide",
    cell: (row) => (
      <span className="annex-identifier annex-clip" title={row.url}>
        {row.url}
      </span>
    ),
  },
  {
    id: "sent",
    header: "Sent",
    from: "middle",
    cell: (row) => <Timestamp time={row.sent_at} relative="stacked" />,
  },
];

function InstanceCell({ id }: { readonly id: string }) {
  return instanceName(useSession(), id);
}
