/** The table of every list: rows that are being read, with the four states a reading can be in. */
import { DataTable, type DataTableProps, LoadingState } from "@annex/ui";
import { Link } from "react-router";
import { ErrorState } from "./failure.tsx";

/** What a list is read with; a query's result is one. */
export type Reading<Row> = {
  readonly data?: { readonly data: readonly Row[] } | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
};

/** Rows that are there already. */
export function readingOf<Row>(rows: readonly Row[]): Reading<Row> {
  return { data: { data: rows }, error: null, isPending: false, refetch: () => undefined };
}

export type RecordTableProps<Row extends object> = Omit<DataTableProps<Row>, "rows" | "rowLink"> & {
  readonly reading: Reading<Row>;
  /** Where a row leads. */
  readonly rowTo?: (row: Row) => string;
};

export function RecordTable<Row extends object>({ reading, rowTo, ...table }: RecordTableProps<Row>) {
  const rows = reading.data?.data;
  if (rows === undefined) {
    return (
      <div className="annex-card">
        {reading.error ? (
          <ErrorState error={reading.error} onRetry={() => void reading.refetch()} />
        ) : (
          <LoadingState rows={6} />
        )}
      </div>
    );
  }
  const link = rowTo && {
    rowLink: (row: Row, content: React.ReactNode) => <Link to={rowTo(row)}>{content}</Link>,
  };
  return <DataTable rows={rows} {...table} {...link} />;
}
