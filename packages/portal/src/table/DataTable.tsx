import { type ReactNode, useMemo, useState } from "react";
import { type Column, tableRoles } from "./column.ts";
import { DataRow } from "./DataRow.tsx";
import { moveBetweenRows } from "./keyboard.ts";
import { nextSorting, pageOf, type Sorting, sortRows } from "./rows.ts";
import { TableFoot } from "./TableFoot.tsx";
import { TableHead } from "./TableHead.tsx";

/** What a `DataTable` takes. */
export interface DataTableProps<Row> {
  /** What the table lists; its name for a screen reader. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** What a row opens to show; without it rows do not open. */
  readonly detail?: (row: Row) => ReactNode;
  /** Rows on one page; 25 unless told. */
  readonly pageSize?: number;
  readonly initialSorting?: Sorting;
  /** Which list this is, such as its filters: another one begins at its first page, sorted as before. */
  readonly list?: string;
  /** Shown instead of the table when there is no row. */
  readonly empty: ReactNode;
  /** More rows that are not loaded yet: how they are loaded, and whether they are being loaded now. */
  readonly more?: { readonly load: () => void; readonly loading: boolean } | undefined;
}

const DEFAULT_PAGE_SIZE = 25;
/** Up to so many rows a card view is read through faster than sorted. */
const SHORT_TABLE = 8;

/**
 * A table that sorts by its headings and turns pages; below 640 pixels each row becomes a card. Arrow keys move
 * between the rows' links and buttons.
 *
 * @example
 * <DataTable label="Runs" columns={columns} rows={runs} rowKey={(run) => run.run_id} empty={<NoRuns />} />
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, pageSize = DEFAULT_PAGE_SIZE, list = "" } = props;
  const [sorting, setSorting] = useState(props.initialSorting);
  const [turned, setTurned] = useState({ list, page: 1 });
  const sorted = useMemo(() => sortedBy(columns, rows, sorting), [columns, rows, sorting]);
  if (rows.length === 0) return props.empty;
  const page = pageOf(sorted, turned.list === list ? turned.page : 1, pageSize);
  const turnTo = (next: number) => setTurned({ list, page: next });
  return (
    <div className="annex-table">
      <table {...tableRoles.table} aria-label={props.label} onKeyDown={moveBetweenRows}>
        <TableHead
          columns={columns}
          sorting={sorting}
          opens={props.detail !== undefined}
          short={rows.length <= SHORT_TABLE}
          onSort={(column) => {
            setSorting(nextSorting(sorting, column));
            turnTo(1);
          }}
        />
        <tbody {...tableRoles.group}>
          {page.rows.map((row, index) => (
            <DataRow
              key={props.rowKey(row)}
              id={props.rowKey(row)}
              first={index === 0}
              row={row}
              columns={columns}
              detail={props.detail}
            />
          ))}
        </tbody>
      </table>
      <TableFoot label={props.label} page={page} more={props.more} onPage={turnTo} />
    </div>
  );
}

function sortedBy<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const sortValue = columns.find((column) => column.key === sorting?.column)?.sortValue;
  return sorting === undefined || sortValue === undefined
    ? rows
    : sortRows(rows, sortValue, sorting.direction);
}
