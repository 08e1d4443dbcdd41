import type { ReactNode } from "react";
import type { SortValue } from "./sorting.ts";

/** One column: its heading, what it shows, what it sorts by, and how dear its place is. */
export interface Column<Row> {
  readonly key: string;
  readonly heading: string;
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable by this value, among the rows that are there. */
  readonly sortValue?: (row: Row) => SortValue;
  /** Sortable by whoever delivers the rows; the table only says so. */
  readonly sortable?: boolean;
  /** `end` for amounts and counts. */
  readonly align?: "start" | "end";
  /**
   * Where it stands in the card that a row becomes in a narrow place: at its head, or at the head's end. A `unit`, such
   * as the currency of aligned amounts, has no place there: each amount of a card says its own.
   */
  readonly part?: "lead" | "mark" | "unit";
  /** The least width it reads well in, in CSS pixels; 110 unless told. */
  readonly width?: number;
  /**
   * Which columns give way first where not all fit: the highest. 0, as when nothing is told, never does; 3 and above
   * are left out of cards too, so what they show belongs into the row's detail. A card has the lowest first.
   */
  readonly priority?: number;
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
