import { formatCount, type Tone } from "@annex/ui";
import type { ReactNode } from "react";
import { PortalLink } from "../navigation/PortalLink.tsx";

/**
 * One figure with its name, leading to what it counts.
 *
 * @example
 * <StatTile label="Failed" value={2} tone="danger" to="/runs?status=failed" />
 */
export function StatTile(props: {
  readonly label: string;
  readonly value: number;
  readonly tone?: Tone;
  readonly to: string;
}) {
  return (
    <PortalLink to={props.to} className="annex-tile" data-tone={props.tone ?? "neutral"}>
      <span className="annex-tile__label">{props.label}</span>{" "}
      <span className="annex-tile__value">{formatCount(props.value)}</span>
    </PortalLink>
  );
}

/**
 * Tiles side by side: two in a row at 412 pixels, all in one row where there is room.
 *
 * @example
 * ```tsx
 * <StatTiles label="Figures">{tiles}</StatTiles>
 * ```
 */
export function StatTiles({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <nav className="annex-tiles" aria-label={label}>
      {children}
    </nav>
  );
}
