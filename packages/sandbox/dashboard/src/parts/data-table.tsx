/**
 * The table of every list page: TanStack Table for the model, our own markup,
 * and the four states a list can be in. Columns marked `from` give way when
 * the table itself (not the window) gets narrow.
 */
import { type ColumnDef, tableFeatures, useTable } from "@tanstack/react-table";
import { useMemo } from "react";
import { Link } from "react-router";
import type { Tone } from "./badges.tsx";
import { ErrorState, LoadingRows } from "./states.tsx";

const features = tableFeatures({});
type Features = typeof features;

export type Column<Row> = {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => React.ReactNode;
  readonly align?: "right";
  /** The narrowest table that still shows the column; absent means always. */
  readonly from?: "small" | "middle" | "roomy" | "wide";
};

type Reading<Row> = {
  readonly data?: { readonly data: readonly Row[] } | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
};

export type DataTableProps<Row extends object> = {
  /** Read aloud as the table's name. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly reading: Reading<Row>;
  readonly rowId: (row: Row) => string;
  /** Where a row leads; its first cell becomes the link. */
  readonly rowLink?: (row: Row) => string;
  readonly selectedId?: string | undefined;
  readonly rowTone?: (row: Row) => Tone | undefined;
  readonly empty: React.ReactNode;
  readonly footer?: React.ReactNode;
};

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const rows = props.reading.data?.data;
  return (
    <div className="annex-table-frame">
      {rows !== undefined && rows.length > 0 ? <Rows {...props} rows={rows} /> : <NoRows {...props} />}
      {props.footer}
    </div>
  );
}

function NoRows<Row extends object>({ reading, empty }: DataTableProps<Row>) {
  if (reading.isPending) return <LoadingRows />;
  if (reading.error && reading.data === undefined) {
    return <ErrorState error={reading.error} onRetry={() => void reading.refetch()} />;
  }
  return empty;
}

function Rows<Row extends object>(props: DataTableProps<Row> & { readonly rows: readonly Row[] }) {
  const { columns, rowId, rows } = props;
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const table = useTable<Features, Row>({ features, columns: definitions, data: rows, getRowId: rowId });
  return (
    <ScrollBox label={props.label} focusable={props.rowLink === undefined}>
      <table className="annex-table" aria-label={props.label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.id} scope="col" data-align={column.align} data-from={column.from}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              data-linked={props.rowLink ? true : undefined}
              data-selected={row.id === props.selectedId ? true : undefined}
              data-tone={props.rowTone?.(row.original)}
            >
              {row.getAllCells().map((cell, index) => (
                <td key={cell.id} data-align={columns[index]?.align} data-from={columns[index]?.from}>
                  {index === 0 && props.rowLink ? (
                    <Link className="annex-row-link" to={props.rowLink(row.original)}>
                      <table.FlexRender cell={cell} />
                    </Link>
                  ) : (
                    <table.FlexRender cell={cell} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

type ScrollBoxProps = {
  readonly label: string;
  readonly focusable: boolean;
  readonly children: React.ReactNode;
};

/** A wide table scrolls in itself; without a link inside it must be reachable by keyboard to do so. */
function ScrollBox({ label, focusable, children }: ScrollBoxProps) {
  if (!focusable) return <div className="annex-table-scroll">{children}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
    <section className="annex-table-scroll" tabIndex={0} aria-label={`${label}, table`}>
      {children}
    </section>
  );
}

function definitionOf<Row extends object>(column: Column<Row>): ColumnDef<Features, Row> {
  return {
    id: column.id,
    header: column.header,
    cell: (context) => column.cell(context.row.original),
  };
}
