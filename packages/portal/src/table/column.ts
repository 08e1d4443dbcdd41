import type { ReactNode } from "react";
import type { SortValue } from "./rows.ts";

/** One column: its heading, what it shows, and what it sorts by. */
export interface Column<Row> {
  readonly key: string;
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable. */
  readonly sortValue?: (row: Row) => SortValue;
  /** `end` for amounts and counts. */
  readonly align?: "start" | "end";
  /** Where it stands in the card that a row becomes on a narrow screen: at its head, or at the head's end. */
  readonly part?: "lead" | "mark";
  /** Left out between cards and a wide screen; what it shows belongs into the row's detail too. */
  readonly wide?: boolean;
}

/**
 * Roles said out loud although the elements imply them: as cards the rows are laid out with `display: grid`,
 * and some browsers then forget that a table is one.
 */
export const tableRoles = {
  table: { role: "table" },
  group: { role: "rowgroup" },
  row: { role: "row" },
  cell: { role: "cell" },
  heading: { role: "columnheader" },
} as const;
