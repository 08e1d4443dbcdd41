/** What stands in a list's or a page's place when it has nothing to show: empty, nothing found, not allowed, loading. */
import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { EmptyIcon, ForbiddenIcon, type Icon, SearchIcon } from "../icons/icons.ts";

/** What a state takes. */
export interface StateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Level of its heading: 1 where the state is the whole page; a paragraph unless told. */
  readonly level?: 1 | 2;
}

function State({ sign: Sign, title, children, action, level }: StateProps & { readonly sign: Icon }) {
  const Heading = level === undefined ? "p" : (`h${level}` as const);
  return (
    <div className="annex-empty">
      <Sign size={26} aria-hidden="true" />
      <Heading className="annex-empty__title">{title}</Heading>
      {children !== undefined && <div className="annex-empty__text">{children}</div>}
      {action}
    </div>
  );
}

/**
 * Nothing to show yet, and what would change that.
 *
 * @example
 * <EmptyState title="No runs yet">Press “Sync now” to read what Stripe has.</EmptyState>
 */
export function EmptyState(props: StateProps) {
  return <State {...props} sign={EmptyIcon} />;
}

/**
 * Nothing matches what was asked for, and how to ask for more.
 *
 * @example
 * ```tsx
 * <NothingFound title="No balance matches">Take a filter away.</NothingFound>
 * ```
 */
export function NothingFound(props: StateProps) {
  return <State {...props} sign={SearchIcon} />;
}

/**
 * Whoever looks may not, and who could.
 *
 * @example
 * ```tsx
 * <NoPermission title="Only Admins may see this">Ask one of them.</NoPermission>
 * ```
 */
export function NoPermission(props: StateProps) {
  return <State {...props} sign={ForbiddenIcon} />;
}

const widths = ["92%", "75%", "84%", "67%", "88%", "71%", "80%", "63%", "90%", "78%"] as const;

/**
 * The shape of what is being loaded; a screen reader hears the label once.
 *
 * @example
 * <LoadingState label="Loading the runs" rows={5} />
 */
export function LoadingState({
  label = "Loading",
  rows = 3,
}: {
  readonly label?: string;
  readonly rows?: number;
}) {
  return (
    <div className="annex-loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => ({
        key: `row ${row}`,
        width: widths[row % widths.length],
      })).map(({ key, width }) => (
        <Skeleton key={key} height={16} radius="sm" width={width} aria-hidden="true" />
      ))}
    </div>
  );
}
