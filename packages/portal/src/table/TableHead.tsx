import { type Column, tableRoles } from "./column.ts";
import type { Sorting } from "./rows.ts";

/** The headings; those of sortable columns are buttons. */
export function TableHead<Row>(props: {
  readonly columns: readonly Column<Row>[];
  readonly sorting: Sorting | undefined;
  /** Leaves room for the buttons that open rows. */
  readonly opens: boolean;
  readonly onSort: (column: string) => void;
}) {
  return (
    <thead {...tableRoles.group}>
      <tr {...tableRoles.row}>
        {props.columns.map((column) => (
          <Heading key={column.key} column={column} sorting={props.sorting} onSort={props.onSort} />
        ))}
        {props.opens && (
          <th {...tableRoles.heading} scope="col">
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
  const direction = props.sorting?.column === key ? props.sorting.direction : undefined;
  if (sortValue === undefined) {
    return (
      <th {...tableRoles.heading} scope="col" data-align={align}>
        {heading}
      </th>
    );
  }
  return (
    <th
      {...tableRoles.heading}
      scope="col"
      data-align={align}
      data-sortable=""
      aria-sort={direction ?? "none"}
    >
      <button type="button" onClick={() => props.onSort(key)}>
        {heading}
        <span aria-hidden="true" className="annex-arrow">
          {direction === "descending" ? "↓" : "↑"}
        </span>
      </button>
    </th>
  );
}
