import type { ReactNode } from "react";
import type { Tone } from "../states/Notice.tsx";
import { type RunStatus, statusLabels, statusTones } from "./status.ts";

/** A short word with a tone; the dot beside it is decoration. */
export function Badge(props: {
  readonly tone: Tone | "neutral";
  readonly children: ReactNode;
  /** The dot breathes: something is going on. */
  readonly live?: boolean;
}) {
  const live = props.live === true ? " annex-badge--live" : "";
  return <span className={`annex-badge annex-badge--${props.tone}${live}`}>{props.children}</span>;
}

/** The status of a run as a badge. */
export function StatusBadge({ status }: { readonly status: RunStatus }) {
  return (
    <Badge tone={statusTones[status]} live={status === "running"}>
      {statusLabels[status]}
    </Badge>
  );
}
