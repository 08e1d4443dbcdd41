import { type ReactNode, useState } from "react";
import type { Tone } from "../badges/tones.ts";
import { type Column, tableRoles } from "./column.ts";
import { DataRow } from "./DataRow.tsx";
import { useFocusInPlace } from "./focus.ts";
import { moveBetweenRows, openClickedRow } from "./keyboard.ts";
import { useTableRows } from "./model.ts";
import { pageRange } from "./paging.ts";
import { nextSorting, type Sorting } from "./sorting.ts";
import { TableFoot } from "./TableFoot.tsx";
import { TableHead } from "./TableHead.tsx";
import { useLayout } from "./use-layout.ts";

/** How rows are delivered that are sorted and cut where they are kept. */
export interface Delivery {
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
  /** There are more than the total says: it was not counted further. */
  readonly totalIsMinimum?: boolean;
  readonly onPage: (page: number) => void;
  readonly sorting?: Sorting | undefined;
  readonly onSort?: (sorting: Sorting) => void;
  /** How many rows a page may have, to choose from. */
  readonly sizes?: readonly number[];
  readonly onPageSize?: (size: number) => void;
}

/** What a `DataTable` takes. */
export interface DataTableProps<Row extends object> {
  /** What the table lists; its name for a screen reader. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** What a row is called where its opener is read aloud; its key unless told, which is a name only where a person gave it. */
  readonly rowName?: (row: Row) => string;
  /** Makes a link of a row's first cell; a click anywhere in the row follows it. */
  readonly rowLink?: (row: Row, content: ReactNode) => ReactNode;
  /** The row that is open beside the table. */
  readonly selectedKey?: string | undefined;
  readonly rowTone?: (row: Row) => Tone | undefined;
  /** What a row opens to show; without it rows do not open. */
  readonly detail?: (row: Row) => ReactNode;
  /** The row that is open at first, such as one that the address names. */
  readonly initiallyOpen?: string | undefined;
  /** Is told which row was opened, or that it was closed. */
  readonly onOpen?: (key: string, open: boolean) => void;
  /** Rows on one page; 25 unless told. */
  readonly pageSize?: number;
  readonly initialSorting?: Sorting;
  /** Which list this is, such as its filters: another one begins at its first page, sorted as before. */
  readonly list?: string;
  /** Shown instead of the table when there is no row. */
  readonly empty: ReactNode;
  /** More rows that are not loaded yet: how they are loaded, and whether they are being loaded now. */
  readonly more?: { readonly load: () => void; readonly loading: boolean } | undefined;
  /** Rows come a page at a time, sorted where they are kept. */
  readonly delivery?: Delivery;
  /** In the foot: sums, an export. */
  readonly foot?: ReactNode;
}

const usualPageSize = 25;
/** Up to so many rows a card view is read through faster than sorted. */
const shortTable = 8;
const openerWidth = 52;

/**
 * A table that sorts by its headings and turns pages, over rows that are all there or come a page at a time. Its
 * columns choose themselves by the width it has; where that is narrow each row becomes a card. Arrow keys move between
 * the rows' links and buttons.
 *
 * @example
 * <DataTable label="Runs" columns={columns} rows={runs} rowKey={(run) => run.run_id} empty={<NoRuns />} />
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, list = "", delivery, detail } = props;
  const pageSize = delivery?.pageSize ?? props.pageSize ?? usualPageSize;
  const fixed = detail === undefined ? 0 : openerWidth;
  const [element, layout] = useLayout<HTMLDivElement>(columns, fixed, list);
  const [ownSorting, setOwnSorting] = useState(props.initialSorting);
  const [turned, setTurned] = useState({ list, page: 1 });
  const sorting = delivery === undefined ? ownSorting : delivery.sorting;
  const wanted = delivery?.page ?? (turned.list === list ? turned.page : 1);
  const shown = useTableRows({
    ...props,
    sorting,
    page: wanted,
    pageSize,
    delivered: delivery !== undefined,
  });
  const focus = useFocusInPlace(
    element,
    shown.rows.map(({ id }) => id),
  );
  const visible = layout.keys.flatMap((shown) => columns.filter(({ key }) => key === shown));
  const turnTo = (page: number) => {
    if (delivery === undefined) setTurned({ list, page });
    else delivery.onPage(page);
    // Whoever turned the page at the foot reads on at the head.
    if ((element.current?.getBoundingClientRect().top ?? 0) < 0) element.current?.scrollIntoView();
  };
  const sortBy = (column: string) => {
    const next = nextSorting(sorting, column);
    if (delivery === undefined) {
      setOwnSorting(next);
      setTurned({ list, page: 1 });
    } else delivery.onSort?.(next);
  };
  return (
    // Its columns can be wider than the page at a large zoom; the keyboard has to reach what is beyond the edge.
    <div
      className="annex-table"
      ref={element}
      data-layout={layout.kind}
      tabIndex={layout.kind === "columns" ? 0 : -1}
      {...focus}
    >
      {rows.length === 0 ? (
        props.empty
      ) : (
        <table
          {...tableRoles.table}
          aria-label={props.label}
          onKeyDown={moveBetweenRows}
          onClick={openClickedRow}
        >
          <TableHead
            columns={visible}
            sorting={sorting}
            opens={detail !== undefined}
            short={rows.length <= shortTable}
            onSort={sortBy}
          />
          <tbody {...tableRoles.group}>
            {shown.rows.map(({ id, row }, index) => (
              <DataRow
                key={id}
                id={id}
                name={props.rowName?.(row) ?? id}
                first={index === 0}
                row={row}
                columns={visible}
                detail={detail}
                initiallyOpen={id === props.initiallyOpen}
                onOpen={props.onOpen}
                link={props.rowLink}
                selected={id === props.selectedKey}
                tone={props.rowTone?.(row)}
              />
            ))}
          </tbody>
        </table>
      )}
      {rows.length === 0 && wanted === 1 ? null : (
        <TableFoot
          label={props.label}
          range={pageRange(shown.page, pageSize, delivery?.total ?? rows.length)}
          more={props.more}
          totalIsMinimum={delivery?.totalIsMinimum === true}
          sizes={sizesOf(delivery)}
          onPage={turnTo}
        >
          {props.foot}
        </TableFoot>
      )}
    </div>
  );
}

function sizesOf(delivery: Delivery | undefined) {
  if (delivery?.sizes === undefined || delivery.onPageSize === undefined) return undefined;
  return { value: delivery.pageSize, choices: delivery.sizes, onChange: delivery.onPageSize };
}
