/** Where the row with the focus leaves the table, the row that takes its place has it: lists are worked through by keyboard. */
import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from "react";

/** The row that something stands in, what the row opened to show included. */
function rowOf(inside: Element): HTMLElement | undefined {
  const row = inside.closest("tr");
  const own = row?.matches("[data-row]") ? row : row?.previousElementSibling;
  return own instanceof HTMLElement && own.matches("[data-row]") ? own : undefined;
}

/**
 * Handlers for the place of a table whose rows come and go.
 *
 * @param ids of the rows that are shown, in order
 */
export function useFocusInPlace(place: RefObject<HTMLElement | null>, ids: readonly string[]) {
  const held = useRef<{ readonly id: string; readonly position: number }>(undefined);
  const shown = ids.join("\n");
  useLayoutEffect(() => {
    const row = held.current;
    if (row === undefined || document.activeElement !== document.body) return;
    const rows = [...(place.current?.querySelectorAll<HTMLElement>("tr[data-row]") ?? [])];
    if (shown.split("\n").includes(row.id)) return;
    const next = rows[Math.min(row.position, rows.length - 1)];
    const control = next?.querySelector<HTMLElement>("a[href], [data-part=opener] button, button");
    (control ?? place.current)?.focus();
  }, [place, shown]);
  return {
    onFocus: ({ target }: FocusEvent) => {
      const row = rowOf(target);
      const rows = [...(place.current?.querySelectorAll("tr[data-row]") ?? [])];
      held.current =
        row === undefined ? undefined : { id: row.dataset["row"] ?? "", position: rows.indexOf(row) };
    },
    onBlur: ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null && !place.current?.contains(relatedTarget)) held.current = undefined;
    },
  };
}
