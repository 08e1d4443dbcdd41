/** Which columns a table shows in the width it has, and when its rows become cards. Pure. */

/** What the choice looks at. */
export interface ColumnSize {
  readonly key: string;
  readonly width?: number;
  readonly priority?: number;
  readonly part?: "lead" | "mark" | "unit";
}

/** How a table is laid out: in columns or as cards, and which columns are shown. */
export interface TableLayout {
  readonly kind: "columns" | "cards";
  readonly keys: readonly string[];
}

/** Below it even few columns are narrower than their words. */
const narrowestTable = 500;
const usualWidth = 110;
const leastOfDetail = 3;

/**
 * The layout for a width: all columns if they fit; else those of the highest priority give way, the rightmost first;
 * where the rest do not fit either, or the place is narrow, cards, which begin with what gives way last.
 *
 * @param width of the table in CSS pixels; `undefined` before it is measured
 * @param fixed what is taken up besides the columns, such as the buttons that open rows
 * @param tooMany how many columns more give way, because what stands in them is wider than they said
 * @example
 * ```ts
 * layoutFor([{ key: "name", width: 300 }, { key: "id", width: 300, priority: 1 }], 560, 0);
 * // { kind: "columns", keys: ["name"] }
 * ```
 */
export function layoutFor(
  columns: readonly ColumnSize[],
  width: number | undefined,
  fixed = 0,
  tooMany = 0,
): TableLayout {
  if (width === undefined) return { kind: "columns", keys: columns.map(({ key }) => key) };
  if (width < narrowestTable) return cardsOf(columns);
  let shown = columns;
  for (let left = tooMany; widthOf(shown) + fixed > width || left > 0; ) {
    if (widthOf(shown) + fixed <= width) left -= 1;
    const next = leastNeeded(shown);
    if (next === undefined) return cardsOf(columns);
    shown = shown.filter((column) => column !== next);
  }
  return { kind: "columns", keys: shown.map(({ key }) => key) };
}

function cardsOf(columns: readonly ColumnSize[]): TableLayout {
  const kept = columns
    .filter(({ priority = 0, part }) => priority < leastOfDetail && part !== "unit")
    .toSorted((one, other) => (one.priority ?? 0) - (other.priority ?? 0));
  return { kind: "cards", keys: kept.map(({ key }) => key) };
}

function widthOf(columns: readonly ColumnSize[]): number {
  return columns.reduce((sum, { width = usualWidth }) => sum + width, 0);
}

function leastNeeded(columns: readonly ColumnSize[]): ColumnSize | undefined {
  const highest = Math.max(0, ...columns.map(({ priority = 0 }) => priority));
  return highest === 0 ? undefined : columns.findLast(({ priority = 0 }) => priority === highest);
}
