import type { ReactNode } from "react";
import type { Tone } from "../badges/tones.ts";
import { DangerIcon, InfoIcon, SuccessIcon, WarningIcon } from "../icons/icons.ts";

const signs = {
  info: InfoIcon,
  success: SuccessIcon,
  warning: WarningIcon,
  danger: DangerIcon,
  neutral: InfoIcon,
} as const;

/**
 * The sign of a tone; decoration only, the words beside it carry the meaning.
 *
 * @example
 * ```tsx
 * <ToneSign tone="warning" />
 * ```
 */
export function ToneSign({ tone, size = 20 }: { readonly tone: Tone; readonly size?: number }) {
  const Sign = signs[tone];
  return (
    <span className="annex-sign" data-tone={tone}>
      <Sign aria-hidden="true" size={size} />
    </span>
  );
}

/** What `Notice` takes. */
export interface NoticeProps {
  readonly tone: Tone;
  readonly title?: string;
  /** What the region is called; its title unless told. */
  readonly name?: string;
  readonly children?: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
  /** Read aloud when it appears: for what the reader has just caused. */
  readonly live?: boolean;
}

/**
 * A framed message inside a page: what is, and what to do next.
 *
 * @example
 * <Notice tone="warning" title="Two objects differ">Open the run to see them.</Notice>
 */
export function Notice(props: NoticeProps) {
  const name = props.name ?? props.title;
  const body = (
    <>
      <ToneSign tone={props.tone} />
      <div className="annex-notice__body">
        {props.title !== undefined && <p className="annex-notice__title">{props.title}</p>}
        {props.children !== undefined && <div>{props.children}</div>}
        {props.actions !== undefined && <div className="annex-notice__actions">{props.actions}</div>}
      </div>
    </>
  );
  const look = { className: "annex-notice", "data-tone": props.tone };
  if (props.live === true) {
    return (
      <div {...look} role="alert">
        {body}
      </div>
    );
  }
  return name === undefined ? (
    <div {...look}>{body}</div>
  ) : (
    <section {...look} aria-label={name}>
      {body}
    </section>
  );
}
