import { Badge, Section, usePortal } from "@annex/portal";
import type { ReactNode } from "react";
import type { OverviewJson, TotalsJson } from "../../../src/portal-types.ts";
import { totalsNow, useTotals } from "../queries.ts";
import { mayRead } from "./may-read.ts";

/** Both sides the app talks to, whether each answers, and whether findings become alerts. */
export function Connections({ overview }: { readonly overview: OverviewJson }) {
  const { session } = usePortal();
  const asked = useTotals(mayRead(session));
  const totals = totalsNow(asked);
  const unknown = asked.isError ? "Not known" : "Not asked yet";
  const { source, alerts } = overview;
  return (
    <Section title="Connections">
      <dl className="annex-card stripe-connections">
        <Connection name={source.label} where={source.address} state={sideBadge(totals?.stripe, unknown)} />
        <Connection
          name="Ledger"
          where={`Instance ${session.instanceId}`}
          state={sideBadge(totals?.ledger, unknown)}
        />
        <Connection
          name="Alerts"
          where={
            alerts.enabled
              ? "Open disputes are flagged in the dashboard"
              : (alerts.reason ?? "Disputes are only shown here")
          }
          state={<Badge tone={alerts.enabled ? "success" : "neutral"}>{alerts.enabled ? "On" : "Off"}</Badge>}
        />
      </dl>
    </Section>
  );
}

function Connection(props: { readonly name: string; readonly where: string; readonly state: ReactNode }) {
  return (
    <div className="stripe-connection">
      <dt>{props.name}</dt>
      <dd className="stripe-connection__state">{props.state}</dd>
      <dd className="stripe-connection__where">{props.where}</dd>
    </div>
  );
}

function sideBadge(side: TotalsJson["stripe"] | undefined, unknown: string): ReactNode {
  if (side?.failure?.code === "no_stripe_key") return <Badge tone="neutral">No key</Badge>;
  if (side?.failure?.code === "provider_refused_key") return <Badge tone="danger">Key refused</Badge>;
  if (side?.failure?.code === "rate_limited") return <Badge tone="warning">At its limit</Badge>;
  if (side === undefined) return <Badge tone="neutral">{unknown}</Badge>;
  return side.ok ? <Badge tone="success">Connected</Badge> : <Badge tone="danger">Not reachable</Badge>;
}
