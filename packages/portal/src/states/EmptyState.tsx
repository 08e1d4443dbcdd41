import type { ReactNode } from "react";

/**
 * Nothing to show yet, and what would change that.
 *
 * @example
 * <EmptyState title="No runs yet">Press “Sync now” to read what Stripe has.</EmptyState>
 */
export function EmptyState(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="annex-empty">
      <p className="annex-empty__title">{props.title}</p>
      {props.children !== undefined && <p className="annex-empty__text">{props.children}</p>}
      {props.action}
    </div>
  );
}
