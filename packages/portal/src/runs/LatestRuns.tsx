import type { RunAnswer } from "@annex/protocol";
import type { Column } from "@annex/ui";
import type { ReactNode } from "react";
import { Section } from "../layout/Page.tsx";
import { PortalLink } from "../navigation/PortalLink.tsx";
import { RunList } from "./RunsPage.tsx";
import { useRuns } from "./run-queries.ts";

const SHOWN = 5;

/**
 * The last few runs, and the way to all of them, inside a `Page`, which says where they could not be asked again.
 *
 * @example
 * ```tsx
 * <LatestRuns empty="Nothing was imported yet." />
 * ```
 */
export function LatestRuns<About = unknown>(props: {
  readonly columns?: readonly Column<RunAnswer<About>>[];
  readonly empty?: ReactNode;
}) {
  const runs = useRuns<About>({ limit: SHOWN });
  const { more: _more, rows, ...shown } = runs;
  return (
    <Section title="Latest runs" actions={<PortalLink to="/runs">See all runs</PortalLink>}>
      <RunList runs={{ ...shown, rows: rows?.slice(0, SHOWN) }} label="Latest runs" rows={SHOWN} {...props} />
    </Section>
  );
}
