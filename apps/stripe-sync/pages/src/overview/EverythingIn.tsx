import { Badge, countOf, Moment, PortalLink, type Tone } from "@annex/portal";
import type { ReactNode } from "react";
import type { OverviewJson } from "../../../src/portal-types.ts";

/** Is everything in? Until when, or what is missing. */
export function EverythingIn(props: {
  readonly overview: OverviewJson;
  readonly running: boolean;
  /** The run that ended last has failed. */
  readonly failed: boolean;
}) {
  const { overview, running, failed } = props;
  const { through, left_out: leftOut } = overview.imported;
  if (through === undefined)
    return running ? (
      <Line tone="info" badge="Not everything yet">
        The first import is under way.
      </Line>
    ) : (
      <Line tone="warning" badge="Not everything">
        No sync of this installation has completed yet.
        {overview.actions.start.allowed && " Press “Sync now”."}
      </Line>
    );
  const until = <Moment at={through} exact ago="beside" />;
  if (leftOut > 0)
    return (
      <Line tone="warning" badge="Not everything">
        Until {until}, except{" "}
        <PortalLink to="/findings?status=new,acknowledged,resolved">
          {countOf(leftOut, "balance transaction")}
        </PortalLink>
      </Line>
    );
  if (failed && !running)
    return (
      <Line tone="warning" badge="Not everything">
        Until {until}. What came later is missing, because the last run failed.
      </Line>
    );
  return (
    <Line tone="success" badge="Everything is in">
      until {until}
    </Line>
  );
}

function Line(props: { readonly tone: Tone; readonly badge: string; readonly children: ReactNode }) {
  return (
    <p className="stripe-everything">
      <Badge tone={props.tone}>{props.badge}</Badge> <span>{props.children}</span>
    </p>
  );
}
