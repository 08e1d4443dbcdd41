import { type RefObject, useLayoutEffect, useState } from "react";
import { type ColumnSize, layoutFor, type TableLayout } from "./layout.ts";
import { useWidth } from "./use-width.ts";

/**
 * The layout of a table in the place it has. Where a row's words or amounts turn out wider than their columns said, so
 * that the table would scroll within itself, one column more gives way, and another one, at last for cards.
 *
 * @param columns with the width that each says it needs
 * @param fixed what is taken up besides the columns
 * @param list which list is shown: for another one it is found out anew
 */
export function useLayout<Shown extends HTMLElement>(
  columns: readonly ColumnSize[],
  fixed: number,
  list: string,
): readonly [RefObject<Shown | null>, TableLayout] {
  const [element, width] = useWidth<Shown>();
  const place = `${width} ${list}`;
  const [seen, setSeen] = useState({ place, tooMany: 0 });
  const tooMany = seen.place === place ? seen.tooMany : 0;
  const layout = layoutFor(columns, width, fixed, tooMany);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null || width === undefined || layout.kind === "cards") return;
    if (current.scrollWidth > current.clientWidth) setSeen({ place, tooMany: tooMany + 1 });
  });
  return [element, layout];
}
