/** Bad days on purpose: every fault in words, what a good app does then, and the switch for it. */
import { Badge, EmptyState, LoadingState, NoPermission } from "@annex/ui";
import { useFaults } from "../api/queries.ts";
import type { Fault, FaultDescription } from "../api/types.ts";
import { ErrorState } from "../parts/failure.tsx";
import { PageHeader, Section } from "../parts/page.tsx";
import { useInstance, useRight } from "../session/session.ts";
import { FaultSwitch } from "./fault-switch.tsx";
import { SetFaults } from "./set-faults.tsx";
import "./days.css";

const places = [
  { strikes: "delivery", title: "Events and portal requests to the app" },
  { strikes: "gateway", title: "Calls of the app to the Cloud" },
  { strikes: "instance", title: "The instance" },
  { strikes: "launch", title: "Launches" },
  { strikes: "session", title: "Log-ins to this dashboard" },
] as const;

export default function DaysPage() {
  const { name } = useInstance();
  const faults = useFaults();
  const { allowed, reason } = useRight("manage-instances");
  return (
    <>
      <PageHeader title="Bad days">
        What goes wrong in production, on purpose: switch it on for {name} or for everything, and see what the
        app makes of it. The delivery log and the audit log name the fault that struck.
      </PageHeader>
      {faults.data === undefined ? (
        <div className="annex-card">
          {faults.error ? (
            <ErrorState error={faults.error} onRetry={() => void faults.refetch()} />
          ) : (
            <LoadingState rows={8} />
          )}
        </div>
      ) : (
        <>
          {allowed ? null : (
            <div className="annex-card">
              <NoPermission title="You can look, but not switch">{reason}</NoPermission>
            </div>
          )}
          <SetFaults faults={faults.data.data} />
          <Catalogue catalogue={faults.data.catalogue} on={faults.data.data.filter((fault) => fault.on)} />
        </>
      )}
    </>
  );
}

type CatalogueProps = { readonly catalogue: readonly FaultDescription[]; readonly on: readonly Fault[] };

function Catalogue({ catalogue, on }: CatalogueProps) {
  if (catalogue.length === 0) return <EmptyState title="This Cloud knows no fault" />;
  return places.map(({ strikes, title }) => {
    const faults = catalogue.filter((fault) => fault.strikes === strikes);
    if (faults.length === 0) return null;
    return (
      <Section key={strikes} title={title}>
        <ul className="annex-days">
          {faults.map((fault) => (
            <DayCard
              key={fault.fault}
              fault={fault}
              on={on.filter((set) => set.fault === fault.fault).length}
            />
          ))}
        </ul>
      </Section>
    );
  });
}

function DayCard({ fault, on }: { readonly fault: FaultDescription; readonly on: number }) {
  return (
    <li className="annex-card annex-day" data-on={on > 0 ? "" : undefined}>
      <div className="annex-day__head">
        <h3>{fault.title}</h3>
        {on > 0 ? (
          <Badge tone="warning" live>
            {on === 1 ? "on" : `on ${on} times`}
          </Badge>
        ) : null}
      </div>
      <p>{fault.what_happens}</p>
      <p className="annex-day__good">
        <strong>A good app: </strong>
        {fault.what_a_good_app_does}
      </p>
      <div className="annex-day__foot">
        <code className="annex-identifier" translate="no">
          {fault.fault}
        </code>
        <FaultSwitch fault={fault} />
      </div>
    </li>
  );
}
