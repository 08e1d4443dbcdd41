import { type Column, tableRoles } from "./column.ts";
import type { Sorting } from "./sorting.ts";

/** The headings; those of sortable columns are buttons. */
export function TableHead<Row>(props: {
  readonly columns: readonly Column<Row>[];
  readonly sorting: Sorting | undefined;
  /** Leaves room for the buttons that open rows. */
  readonly opens: boolean;
  /** Few enough rows that cards need no sorting. */
  readonly short: boolean;
  readonly onSort: (column: string) => void;
}) {
  return (
    <thead {...tableRoles.group}>
      <tr {...tableRoles.row} className="annex-head" data-short={props.short ? "" : undefined}>
        {props.columns.map((column) => (
          <Heading key={column.key} column={column} sorting={props.sorting} onSort={props.onSort} />
        ))}
        {props.opens && (
          <th {...tableRoles.heading} scope="col" className="annex-th">
            <span className="annex-hidden">Details</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function Heading<Row>(props: {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
  readonly onSort: (column: string) => void;
}) {
  const { key, heading, align = "start", sortValue, sortable = sortValue !== undefined } = props.column;
  const marks = { className: "annex-th", "data-align": align, scope: "col" } as const;
  const direction = props.sorting?.column === key ? props.sorting.direction : undefined;
  if (!sortable) {
    return (
      <th {...tableRoles.heading} {...marks}>
        {heading}
      </th>
    );
  }
  return (
    <th {...tableRoles.heading} {...marks} data-sortable="" aria-sort={direction ?? "none"}>
      <button type="button" className="annex-sort" onClick={() => props.onSort(key)}>
        <span>{heading}</span>
        <span
          aria-hidden="true"
          className="annex-arrow"
          data-hidden={direction === undefined ? "" : undefined}
        >
          {direction === "descending" ? "↓" : "↑"}
        </span>
      </button>
    </th>
  );
}
