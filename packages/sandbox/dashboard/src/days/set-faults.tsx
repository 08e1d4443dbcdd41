import { Badge, type Column, countOf, EmptyState, formatCount, Moment, ShortId, shortId } from "@annex/ui";
import { useApps, useClearFault } from "../api/queries.ts";
import type { Fault } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { failureText } from "../parts/failure.tsx";
import { Section } from "../parts/page.tsx";
import { RecordTable, readingOf } from "../parts/record-table.tsx";
import { GuardedButton } from "../session/guarded-button.tsx";
import { instanceName, useInstance, useSession } from "../session/session.ts";

/** The faults that were set: those that are on, and those whose time or number of times is over. */
export function SetFaults({ faults }: { readonly faults: readonly Fault[] }) {
  if (faults.length === 0) return null;
  return (
    <Section title="Set now">
      <RecordTable
        label="Faults that were set"
        reading={readingOf(faults)}
        rowKey={(fault) => fault.fault_id}
        columns={columns}
        empty={<EmptyState title="Nothing is set" />}
      />
    </Section>
  );
}

const columns: readonly Column<Fault>[] = [
  { key: "fault", heading: "Fault", part: "lead", width: 230, cell: (fault) => fault.title },
  {
    key: "on",
    heading: "State",
    part: "mark",
    width: 80,
    cell: (fault) =>
      fault.on ? (
        <Badge tone="warning" live>
          on
        </Badge>
      ) : (
        <Badge tone="neutral">over</Badge>
      ),
  },
  { key: "scope", heading: "For", width: 160, cell: (fault) => <Scope fault={fault} /> },
  {
    key: "values",
    heading: "Values",
    width: 150,
    priority: 2,
    cell: (fault) => (
      <span className="annex-identifier" translate="no">
        {valuesText(fault)}
      </span>
    ),
  },
  {
    key: "struck",
    heading: "Struck",
    align: "end",
    width: 90,
    cell: (fault) => (
      <span className="annex-figures">
        {formatCount(fault.struck)}
        {fault.times === null ? "" : ` of ${formatCount(fault.times)}`}
      </span>
    ),
  },
  {
    key: "ends",
    heading: "Ends",
    width: 130,
    priority: 1,
    cell: (fault) => <End fault={fault} />,
  },
  { key: "off", heading: "Switch", width: 110, cell: (fault) => <OffButton fault={fault} /> },
];

function Scope({ fault }: { readonly fault: Fault }) {
  const session = useSession();
  const instance = useInstance();
  const apps = useApps(instance.instance_id).data?.data ?? [];
  const { app_id, instance_id, installed_app_id } = fault;
  const parts = [
    app_id && (apps.find((app) => app.app_id === app_id)?.name ?? shortId(app_id)),
    instance_id && instanceName(session, instance_id),
  ].filter(Boolean);
  if (installed_app_id === null) return parts.length === 0 ? "everything" : parts.join(" on ");
  const installed = apps.find(({ installation }) => installation?.installed_app_id === installed_app_id);
  return installed === undefined ? (
    <ShortId id={installed_app_id} />
  ) : (
    `${installed.name} as installed on ${instance.name}`
  );
}

function End({ fault: { ends_at, times } }: { readonly fault: Fault }) {
  if (ends_at !== null) return <Moment at={ends_at} coming />;
  return times === null ? "when switched off" : `after ${countOf(times, "time")}`;
}

function valuesText({ values }: Fault): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

function OffButton({ fault }: { readonly fault: Fault }) {
  const clear = useClearFault();
  return (
    <GuardedButton
      right="manage-instances"
      size="compact-sm"
      variant="default"
      loading={clear.isPending}
      aria-label={`${fault.on ? "Switch off" : "Remove"}: ${fault.title}`}
      onClick={() =>
        clear.mutate(fault.fault_id, {
          onError: (error) =>
            announce({ title: "It was not switched off", message: failureText(error), failed: true }),
        })
      }
    >
      {fault.on ? "Switch off" : "Remove"}
    </GuardedButton>
  );
}
