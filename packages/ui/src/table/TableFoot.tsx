import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { formatCount } from "../counts/counts.ts";
import type { PageRange } from "./paging.ts";

/** How many rows a page has, and how many it may have. */
export interface PageSizes {
  readonly value: number;
  readonly choices: readonly number[];
  readonly onChange: (size: number) => void;
}

/**
 * Which rows are shown, and the way to the others. Nothing when all are in sight.
 *
 * @example
 * ```tsx
 * <TableFoot label="Transactions" range={range} />
 * ```
 */
export function TableFoot(props: {
  readonly label: string;
  readonly range: PageRange;
  /** More rows that are not loaded yet. */
  readonly more?: { readonly load: () => void; readonly loading: boolean } | undefined;
  /** There are more than the total says. */
  readonly totalIsMinimum?: boolean;
  /** How many rows a page has, and may have. */
  readonly sizes?: PageSizes | undefined;
  readonly onPage: (page: number) => void;
  /** Beside the range: sums, an export. */
  readonly children?: ReactNode;
}) {
  const { range, more, sizes, onPage } = props;
  const { page, pages } = range;
  const smallest = Math.min(...(sizes?.choices ?? []));
  const choosable = sizes !== undefined && range.total > smallest;
  if (pages === 1 && more === undefined && page === 1 && props.children === undefined && !choosable)
    return null;
  return (
    <nav className="annex-foot" aria-label={`Pages of ${props.label}`}>
      <span className="annex-foot__range annex-figures" role="status">
        {rangeText(range, more !== undefined, props.totalIsMinimum === true)}
      </span>
      {props.children}
      {more !== undefined && (
        <Button variant="subtle" size="xs" loading={more.loading} onClick={more.load}>
          Load more
        </Button>
      )}
      {choosable && <SizeChoice sizes={sizes} />}
      {(pages > 1 || page > 1) && (
        <>
          <PageButton label="Previous page" disabled={page === 1} onPress={() => onPage(page - 1)} />
          <span className="annex-figures">{`Page ${formatCount(page)} of ${formatCount(pages)}`}</span>
          <PageButton label="Next page" disabled={page >= pages} onPress={() => onPage(page + 1)} />
        </>
      )}
    </nav>
  );
}

function SizeChoice({ sizes }: { readonly sizes: PageSizes }) {
  return (
    <label className="annex-foot__size">
      Rows{" "}
      <select value={sizes.value} onChange={(event) => sizes.onChange(Number(event.currentTarget.value))}>
        {sizes.choices.map((size) => (
          <option key={size} value={size}>
            {size}
          </option>
        ))}
      </select>
    </label>
  );
}

function rangeText({ first, last, total }: PageRange, loadedOnly: boolean, minimum: boolean): string {
  const rows = first === 0 ? "No rows on this page" : `${formatCount(first)}–${formatCount(last)}`;
  return `${rows} of ${minimum ? "more than " : ""}${formatCount(total)}${loadedOnly ? " loaded" : ""}`;
}

function PageButton(props: {
  readonly label: string;
  readonly disabled: boolean;
  readonly onPress: () => void;
}) {
  const state = props.disabled
    ? { "data-disabled": true, "aria-disabled": true }
    : { onClick: props.onPress };
  return (
    <Button variant="default" size="xs" {...state}>
      {props.label}
    </Button>
  );
}
