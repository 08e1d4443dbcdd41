/** The audit log: every call of an app through the gateway, allowed or refused. Contract section 8. */

import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Switch.layer.css";
import { type Column, EmptyState, formatLatency, HttpStatus, Moment, NothingFound, shortId } from "@annex/ui";
import { Switch, Text } from "@mantine/core";
import { useApps, useAudit } from "../api/queries.ts";
import type { AuditEntry } from "../api/types.ts";
import { FilterSelect, Filters } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { RecordTable } from "../parts/record-table.tsx";
import { instanceName, useInstance, useSession } from "../session/session.ts";
import "./operations.css";

const categories = ["Ledgers", "Balances", "Transactions", "Identities", "Alerts", "Apps"] as const;
const methods = ["GET", "POST", "PUT", "DELETE"] as const;
const statuses = [
  "200",
  "201",
  "400",
  "401",
  "403",
  "404",
  "409",
  "422",
  "429",
  "500",
  "502",
  "503",
] as const;

export default function AuditPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const everywhere = parameters.get("instances") === "all";
  const filters = {
    category: parameters.get("category"),
    method: parameters.get("method"),
    status: parameters.get("status"),
    actor: parameters.get("actor"),
  };
  const audit = useAudit({
    instance_id: everywhere ? undefined : instance.instance_id,
    ...filters,
    page: parameters.query.page,
    pageSize: parameters.query.pageSize,
  });
  const filtered = Object.values(filters).some((value) => value !== "");
  return (
    <>
      <PageHeader title="Audit log">
        Every call, allowed or refused{everywhere ? ", on all instances" : ` on ${instance.name}`}, newest
        first.
      </PageHeader>
      <Filters>
        <FilterSelect
          label="Category"
          value={filters.category}
          options={categories}
          onChange={(category) => parameters.set({ category })}
        />
        <FilterSelect
          label="Method"
          value={filters.method}
          options={methods}
          onChange={(method) => parameters.set({ method })}
        />
        <FilterSelect
          label="Status"
          value={filters.status}
          options={statuses}
          onChange={(status) => parameters.set({ status })}
        />
        <ActorFilter value={filters.actor} onChange={(actor) => parameters.set({ actor })} />
        <Switch
          label="All instances"
          checked={everywhere}
          onChange={(event) => parameters.set({ instances: event.currentTarget.checked ? "all" : null })}
          pb={6}
        />
      </Filters>
      <RecordTable
        label="Audit log"
        reading={audit}
        rowKey={(row) => String(row.audit_id)}
        rowTone={(row) => (row.status >= 400 ? "danger" : undefined)}
        columns={everywhere ? columnsEverywhere : columns}
        empty={
          filtered ? (
            <NothingFound title="No call matches these filters" />
          ) : (
            <EmptyState title="No call yet">Calls appear here as soon as an app makes one.</EmptyState>
          )
        }
        delivery={parameters.delivery(audit.data?.total)}
      />
    </>
  );
}

function ActorFilter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const instance = useInstance();
  const { members } = useSession();
  const apps = useApps(instance.instance_id);
  const options = [
    ...(apps.data?.data ?? []).map((app) => ({ value: app.app_id, label: app.name })),
    ...members.map((member) => ({ value: member.user_id, label: member.name })),
  ];
  return <FilterSelect label="Actor" value={value} options={options} onChange={onChange} />;
}

const time: Column<AuditEntry> = {
  key: "time",
  heading: "Time",
  priority: 2,
  cell: (row) => <Moment at={row.time} exact resolution="milliseconds" />,
};

const call: Column<AuditEntry> = {
  key: "call",
  heading: "Call",
  part: "lead",
  cell: (row) => (
    <>
      <span className="annex-call">
        <strong>{row.method}</strong> {row.path}
      </span>
    </>
  ),
};

const columns: readonly Column<AuditEntry>[] = [
  call,
  {
    key: "status",
    heading: "Status",
    part: "mark",
    cell: (row) => (
      <>
        <HttpStatus status={row.status} />
        {row.code ? (
          <Text span size="xs" c="dimmed" display="block">
            {row.code}
          </Text>
        ) : null}
      </>
    ),
  },
  { key: "actor", heading: "Actor", priority: 2, cell: (row) => <Actor actor={row.actor} /> },
  { key: "category", heading: "Category", priority: 3, cell: (row) => row.category },
  {
    key: "duration",
    heading: "Duration",
    align: "end",
    priority: 3,
    cell: (row) => <span className="annex-figures">{formatLatency(row.duration_ms)}</span>,
  },
  time,
  {
    key: "request",
    heading: "Request id",
    priority: 3,
    cell: (row) => (
      <span className="annex-identifier" title={row.request_id}>
        {shortId(row.request_id)}
      </span>
    ),
  },
];

const columnsEverywhere: readonly Column<AuditEntry>[] = [
  ...columns.slice(0, 3),
  {
    key: "instance",
    heading: "Instance",
    priority: 2,
    cell: (row) => <InstanceCell id={row.instance_id} />,
  },
  ...columns.slice(3),
];

function InstanceCell({ id }: { readonly id: string | null }) {
  return instanceName(useSession(), id);
}

function ActorName({ actor }: { readonly actor: AuditEntry["actor"] }) {
  return actor.app_name ?? actor.user_name ?? actor.app_id ?? actor.user_id ?? "No valid key";
}

function Actor({ actor }: { readonly actor: AuditEntry["actor"] }) {
  return (
    <>
      <ActorName actor={actor} />
      {actor.api_key_prefix === undefined ? null : (
        <Text span size="xs" c="dimmed" display="block" className="annex-identifier">
          {actor.api_key_prefix}…
        </Text>
      )}
    </>
  );
}
