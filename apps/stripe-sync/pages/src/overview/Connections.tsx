import { Badge, countOf, PortalLink, Section, usePortal } from "@annex/portal";
import type { ReactNode } from "react";
import type { OverviewJson, TotalsJson } from "../../../src/portal-types.ts";
import { mayRead } from "../may-read.ts";
import { totalsNow, useTotals } from "../queries.ts";
import { sideBadge } from "../side-state.ts";

/** Both sides the app talks to, whether each answers, and whether findings become alerts. */
export function Connections({ overview }: { readonly overview: OverviewJson }) {
  const { session } = usePortal();
  const asked = useTotals(mayRead(session));
  const totals = totalsNow(asked);
  const unknown = notKnown(mayRead(session), asked.isError);
  const { source, alerts } = overview;
  return (
    <Section title="Connections">
      <dl className="annex-card stripe-connections">
        <Connection
          name={source.label}
          where={source.address}
          state={<SideBadge side={totals?.stripe} unknown={unknown} />}
        />
        <Connection
          name="Ledger"
          where={`Instance ${session.instanceId}`}
          state={<SideBadge side={totals?.ledger} unknown={unknown} />}
        />
        <Connection
          name="Alerts"
          where={<WhatAlertsDo alerts={alerts} />}
          state={<AlertsBadge alerts={alerts} />}
        />
      </dl>
    </Section>
  );
}

/** Who may not be asked is not promised to be. */
function notKnown(may: boolean, failed: boolean): string {
  if (!may) return "Not asked";
  return failed ? "Not known" : "Not asked yet";
}

type Alerts = OverviewJson["alerts"];

function AlertsBadge({ alerts: { enabled, not_raised: notRaised } }: { readonly alerts: Alerts }) {
  if (notRaised > 0) return <Badge tone="warning">Not all raised</Badge>;
  return <Badge tone={enabled ? "success" : "neutral"}>{enabled ? "On" : "Off"}</Badge>;
}

/** Claims no alert that nobody has seen. */
function WhatAlertsDo({ alerts }: { readonly alerts: Alerts }) {
  const { enabled, not_raised: notRaised, reason } = alerts;
  const general = enabled
    ? "Open disputes are flagged in the dashboard"
    : (reason ?? "Disputes are only shown here");
  if (notRaised === 0) return general;
  return (
    <>
      {general}, except{" "}
      <PortalLink to="/findings?status=new,acknowledged,resolved">{countOf(notRaised, "dispute")}</PortalLink>
    </>
  );
}

function Connection(props: { readonly name: string; readonly where: ReactNode; readonly state: ReactNode }) {
  return (
    <div className="stripe-connection">
      <dt>{props.name}</dt>
      <dd className="stripe-connection__state">{props.state}</dd>
      <dd className="stripe-connection__where">{props.where}</dd>
    </div>
  );
}

function SideBadge(props: { readonly side: TotalsJson["stripe"] | undefined; readonly unknown: string }) {
  if (props.side === undefined) return <Badge tone="neutral">{props.unknown}</Badge>;
  const { tone, words } = sideBadge(props.side);
  return <Badge tone={tone}>{words}</Badge>;
}
