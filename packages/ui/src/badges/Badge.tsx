import type { ReactNode } from "react";
import { httpTone, type Tone } from "./tones.ts";

/**
 * A short word with a tone; the dot beside it is decoration.
 *
 * @example
 * ```tsx
 * <Badge tone="success">Active</Badge>
 * ```
 */
export function Badge(props: {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** The dot breathes: something is going on. */
  readonly live?: boolean;
}) {
  return (
    <span className="annex-badge" data-tone={props.tone} data-live={props.live === true ? "" : undefined}>
      {props.children}
    </span>
  );
}

/**
 * An HTTP status, or the words for an answer that never came.
 *
 * @example
 * ```tsx
 * <HttpStatus status={200} />
 * ```
 */
export function HttpStatus({ status }: { readonly status: number | null }) {
  return <Badge tone={httpTone(status)}>{status === null || status === 0 ? "no answer" : status}</Badge>;
}
