/** The delivery log: each callback and portal request sent to an app, with its answer. Keys and tokens are masked by the server. */

import { type Column, EmptyState, Moment, NothingFound, ShortId } from "@annex/ui";
import { Text } from "@mantine/core";
import { useApps, useDeliveries } from "../api/queries.ts";
import type { Delivery } from "../api/types.ts";
import { DeliveryDuration, DeliveryStatus } from "../parts/delivery-state.tsx";
import { FaultMarks } from "../parts/fault-marks.tsx";
import { FilterSelect, Filters } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { DayRange } from "../parts/range-filter.tsx";
import { momentText } from "../parts/range-query.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { instanceName, useInstance, useSession } from "../session/session.ts";
import { DeliveryDrawer } from "./delivery-drawer.tsx";
import "./operations.css";

const kinds = ["install", "uninstall", "portal"] as const;

export default function DeliveriesPage() {
  const session = useSession();
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("deliveries");
  const apps = useApps(instance.instance_id);
  const kind = parameters.get("kind");
  const appId = parameters.get("app_id");
  const instanceId = parameters.get("instance_id");
  const span = { from: parameters.get("from"), to: parameters.get("to") };
  const deliveries = useDeliveries({
    kind,
    app_id: appId,
    instance_id: instanceId,
    from: momentText(span.from, "first"),
    to: momentText(span.to, "last"),
    page: parameters.query.page,
    pageSize: parameters.query.pageSize,
  });
  return (
    <>
      <PageHeader title="Delivery log">
        Each callback and portal request sent to an app, on all instances of {session.organization.name},
        newest first.
      </PageHeader>
      <Filters>
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
        <FilterSelect
          label="Instance"
          value={instanceId}
          options={session.instances.map((each) => ({ value: each.instance_id, label: each.name }))}
          onChange={(value) => parameters.set({ instance_id: value })}
        />
        <DayRange
          label="Days (UTC)"
          value={{ from: span.from.slice(0, 10), to: span.to.slice(0, 10) }}
          onChange={parameters.set}
        />
      </Filters>
      <RecordTable
        label="Delivery log"
        reading={deliveries}
        rowKey={(row) => row.delivery_id}
        rowTo={(row) => route.linkTo(row.delivery_id)}
        selectedKey={route.recordId}
        columns={columns}
        empty={
          [kind, appId, instanceId, span.from, span.to].every((filter) => filter === "") ? (
            <EmptyState title="Nothing was sent yet">
              Install or launch an app: what it is sent appears here.
            </EmptyState>
          ) : (
            <NothingFound title="No delivery matches these filters" />
          )
        }
        delivery={parameters.delivery(deliveries.data?.total)}
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
    key: "kind",
    heading: "Kind",
    part: "lead",
    // With app, answer, duration, instance and time it fits beside the navigation at 900 pixels.
    width: 80,
    cell: (row) => (
      <>
        {row.kind}
        {row.attempt_of === null ? null : (
          <Text span size="xs" c="dimmed">
            {" "}
            again
          </Text>
        )}
      </>
    ),
  },
  {
    key: "app",
    heading: "App",
    priority: 1,
    cell: (row) => <span className="annex-breakable">{row.app_name}</span>,
  },
  {
    key: "status",
    heading: "Answer",
    part: "mark",
    cell: (row) => (
      <span className="annex-marks">
        <DeliveryStatus delivery={row} />
        <FaultMarks faults={row.faults} />
      </span>
    ),
  },
  {
    key: "duration",
    heading: "Duration",
    align: "end",
    width: 90,
    cell: (row) => <DeliveryDuration delivery={row} />,
  },
  {
    key: "instance",
    heading: "Instance",
    priority: 2,
    cell: (row) => <InstanceCell id={row.instance_id} />,
  },
  {
    key: "installation",
    heading: "Installation",
    priority: 3,
    width: 170,
    cell: (row) => <ShortId id={row.installed_app_id} />,
  },
  {
    key: "url",
    heading: "URL",
    priority: 3,
    width: 150,
    cell: (row) => (
      <span className="annex-identifier annex-clip" title={row.url}>
        {row.url}
      </span>
    ),
  },
  {
    key: "sent",
    heading: "Sent",
    width: 150,
    cell: (row) => <Moment at={row.sent_at} exact resolution="seconds" ago="below" />,
  },
];

function InstanceCell({ id }: { readonly id: string }) {
  return instanceName(useSession(), id);
}
