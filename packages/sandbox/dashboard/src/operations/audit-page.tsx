/** The audit log: every call of an app through the gateway, allowed or refused. Contract section 8. */
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Switch.layer.css";
import { EmptyState, NothingFound } from "@annex/ui";
import { Button, Switch } from "@mantine/core";
import { useState } from "react";
import { useApps, useAudit } from "../api/queries.ts";
import type { AuditEntry } from "../api/types.ts";
import { FilterText } from "../parts/filter-text.tsx";
import { FilterSelect, Filters } from "../parts/filters.tsx";
import { type ListParameters, useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { DayRange } from "../parts/range-filter.tsx";
import { momentText } from "../parts/range-query.ts";
import { type Reading, RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance, useSession } from "../session/session.ts";
import { auditColumns } from "./audit-columns.tsx";
import { AuditDrawer } from "./audit-drawer.tsx";
import { LiveTail, WatchButton } from "./live-tail.tsx";
import { foldRepeats } from "./repeated-calls.ts";
import "./operations.css";

const categories = ["Ledgers", "Balances", "Transactions", "Identities", "Alerts", "Apps"] as const;
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
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
const filterNames = ["category", "method", "status", "actor", "request", "from", "to"] as const;

export default function AuditPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("audit");
  const everywhere = parameters.get("instances") === "all";
  const [watching, setWatching] = useState(false);
  const unfolded = parameters.get("repeats") === "each";
  const audit = useAudit({
    instance_id: everywhere ? undefined : instance.instance_id,
    ...conditionsOf(parameters),
    page: parameters.query.page,
    pageSize: parameters.query.pageSize,
  });
  return (
    <>
      <PageHeader title="Audit log" actions={<WatchButton on={watching} onChange={setWatching} />}>
        Every call {everywhere ? "on all instances" : `on ${instance.name}`}, allowed or refused, newest
        first.
      </PageHeader>
      {watching ? <LiveTail /> : null}
      <AuditFilters parameters={parameters} everywhere={everywhere} />
      <RecordTable
        label="Audit log"
        reading={unfolded ? audit : folded(audit)}
        rowKey={(row) => row.request_id}
        rowTo={(row) => route.linkTo(row.request_id)}
        selectedKey={route.recordId}
        rowTone={(row) => (row.status >= 400 ? "danger" : undefined)}
        columns={everywhere ? columnsEverywhere : columnsHere}
        empty={<NoCalls parameters={parameters} />}
        delivery={parameters.delivery(audit.data?.total, audit.data?.total_is_minimum)}
      />
      <AuditDrawer requestId={route.recordId} onClose={route.close} />
    </>
  );
}

const columnsHere = auditColumns(false);
const columnsEverywhere = auditColumns(true);

/** A reading with its repeats folded; its states stay what they are. */
function folded({ data, error, isPending, refetch }: Reading<AuditEntry>): Reading<AuditEntry> {
  return { data: data && { data: foldRepeats(data.data) }, error, isPending, refetch };
}

function conditionsOf({ get }: ListParameters) {
  return {
    category: get("category"),
    method: get("method"),
    status: get("status"),
    actor: get("actor"),
    request_id: get("request"),
    from: momentText(get("from"), "first"),
    to: momentText(get("to"), "last"),
  };
}

function AuditFilters({
  parameters,
  everywhere,
}: {
  readonly parameters: ListParameters;
  readonly everywhere: boolean;
}) {
  const { get, set } = parameters;
  return (
    <Filters>
      <FilterSelect
        label="Category"
        value={get("category")}
        options={categories}
        onChange={(category) => set({ category })}
      />
      <FilterSelect
        label="Method"
        value={get("method")}
        options={methods}
        onChange={(method) => set({ method })}
      />
      <FilterSelect
        label="Status"
        value={get("status")}
        options={statuses}
        onChange={(status) => set({ status })}
      />
      <ActorFilter value={get("actor")} onChange={(actor) => set({ actor })} />
      <FilterText
        label="Request id"
        value={get("request")}
        placeholder="req_"
        onChange={(request) => set({ request })}
      />
      <DayRange
        label="Days (UTC)"
        value={{ from: get("from").slice(0, 10), to: get("to").slice(0, 10) }}
        onChange={set}
      />
      <div className="annex-switches">
        <Switch
          label="All instances"
          checked={everywhere}
          onChange={(event) => set({ instances: event.currentTarget.checked ? "all" : null })}
        />
        <Switch
          label="Each repeated read"
          checked={get("repeats") === "each"}
          onChange={(event) => set({ repeats: event.currentTarget.checked ? "each" : null })}
        />
      </div>
    </Filters>
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

function NoCalls({ parameters }: { readonly parameters: ListParameters }) {
  if (!filterNames.some((name) => parameters.get(name) !== "")) {
    return <EmptyState title="No call yet">Calls appear here as soon as an app makes one.</EmptyState>;
  }
  return (
    <NothingFound
      title="No call matches these filters"
      action={
        <Button variant="default" onClick={() => parameters.clear(filterNames)}>
          Clear filters
        </Button>
      }
    />
  );
}
