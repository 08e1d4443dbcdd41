import { type Column, tableRoles } from "./column.ts";
import type { Sorting } from "./rows.ts";

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
  const { key, heading, align = "start", sortValue } = props.column;
  const marks = {
    className: "annex-th",
    "data-align": align,
    "data-wide": props.column.wide === true ? "" : undefined,
  };
  const direction = props.sorting?.column === key ? props.sorting.direction : undefined;
  if (sortValue === undefined) {
    return (
      <th {...tableRoles.heading} {...marks} scope="col">
        {heading}
      </th>
    );
  }
  return (
    <th {...tableRoles.heading} {...marks} scope="col" data-sortable="" aria-sort={direction ?? "none"}>
      <button type="button" className="annex-sort" onClick={() => props.onSort(key)}>
        {heading}
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
