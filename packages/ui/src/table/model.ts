/** The model behind every table: TanStack Table with sorting and paging, over the rows that are there. */
import {
  type ColumnDef,
  createPaginatedRowModel,
  createSortedRowModel,
  rowPaginationFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useMemo } from "react";
import type { Column } from "./column.ts";
import { compareValues, type Sorting, type SortValue } from "./sorting.ts";

const features = tableFeatures({
  rowSortingFeature,
  rowPaginationFeature,
  sortedRowModel: createSortedRowModel(),
  paginatedRowModel: createPaginatedRowModel(),
});
type Features = typeof features;

/** Rows in order, one page of them. Pages count from 1. */
export interface TableRows<Row> {
  readonly rows: readonly { readonly id: string; readonly row: Row }[];
  readonly page: number;
  readonly pages: number;
}

/** What the model works on. */
export interface TableModel<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sorting: Sorting | undefined;
  readonly page: number;
  readonly pageSize: number;
  /** Rows come sorted and cut from where they are kept. */
  readonly delivered: boolean;
}

/** Sorts and cuts; a page that does not exist becomes the last one that does. */
export function useTableRows<Row extends object>(model: TableModel<Row>): TableRows<Row> {
  const { columns, rows, rowKey, sorting, pageSize, delivered } = model;
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const pages = delivered ? model.page : Math.max(1, Math.ceil(rows.length / pageSize));
  const page = Math.min(Math.max(1, model.page), pages);
  const table = useTable<Features, Row>({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowKey,
    manualSorting: delivered,
    manualPagination: delivered,
    state: {
      sorting:
        sorting === undefined ? [] : [{ id: sorting.column, desc: sorting.direction === "descending" }],
      pagination: { pageIndex: page - 1, pageSize },
    },
  });
  const shown = table.getRowModel().rows.map(({ id, original }) => ({ id, row: original }));
  return { rows: shown, page, pages };
}

function definitionOf<Row extends object>(column: Column<Row>): ColumnDef<Features, Row> {
  const { key, sortValue } = column;
  if (sortValue === undefined) return { id: key, enableSorting: false };
  return {
    id: key,
    accessorFn: (row): SortValue => sortValue(row),
    sortUndefined: "last",
    sortFn: (left, right, id) => compareValues(left.getValue(id), right.getValue(id)),
  };
}
