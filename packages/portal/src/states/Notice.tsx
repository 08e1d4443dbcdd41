import type { ReactNode } from "react";
import { DangerIcon, InfoIcon, SuccessIcon, WarningIcon } from "../theme/icons.ts";

/** How serious something is. Never said by colour alone: each has its own sign. */
export type Tone = "info" | "success" | "warning" | "danger";

const SIGNS = {
  info: InfoIcon,
  success: SuccessIcon,
  warning: WarningIcon,
  danger: DangerIcon,
} as const;

/** The sign of a tone; decoration only, the words beside it carry the meaning. */
export function ToneSign({ tone, size = 20 }: { readonly tone: Tone; readonly size?: number }) {
  const Sign = SIGNS[tone];
  return <Sign aria-hidden="true" size={size} className={`annex-sign annex-sign--${tone}`} />;
}

/**
 * A framed message inside a page.
 *
 * @example
 * <Notice tone="warning" title="Two objects differ">Open the run to see them.</Notice>
 */
export function Notice(props: {
  readonly tone: Tone;
  readonly title: string;
  /** What the region is called; its title unless told. */
  readonly name?: string;
  readonly children?: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
}) {
  return (
    <section className={`annex-notice annex-notice--${props.tone}`} aria-label={props.name ?? props.title}>
      <ToneSign tone={props.tone} />
      <div className="annex-notice__body">
        <p className="annex-notice__title">{props.title}</p>
        {props.children}
        {props.actions !== undefined && <div className="annex-notice__actions">{props.actions}</div>}
      </div>
    </section>
  );
}
