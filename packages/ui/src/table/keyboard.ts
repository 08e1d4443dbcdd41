/** Keys and clicks in a table: arrow keys move between rows, a click anywhere in a row follows the row's own link. */
import type { KeyboardEvent, MouseEvent } from "react";

/**
 * The row to go to.
 *
 * @returns its position, or `undefined` for keys that do not move
 */
export function rowAfterKey(key: string, current: number, rows: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return Math.min(current + 1, rows - 1);
    case "ArrowUp":
      return Math.max(current - 1, 0);
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    default:
      return undefined;
  }
}

function controlsOf(row: Element): HTMLElement[] {
  return [...row.querySelectorAll<HTMLElement>("a[href], button")];
}

/** Moves the focus between rows; keys pressed outside a row's links and buttons are left alone. */
export function moveBetweenRows(event: KeyboardEvent<HTMLTableElement>): void {
  if (!(event.target instanceof HTMLElement)) return;
  const row = event.target.closest("tr[data-row]");
  if (row === null) return;
  const rows = [...event.currentTarget.querySelectorAll("tr[data-row]")];
  const next = rowAfterKey(event.key, rows.indexOf(row), rows.length);
  const target = next === undefined ? undefined : rows[next];
  if (target === undefined) return;
  const controls = controlsOf(target);
  const position = controlsOf(row).indexOf(event.target);
  event.preventDefault();
  (controls[position] ?? controls[0])?.focus();
}

/** Follows the link of the row that was clicked, unless the click was for something in it, or marked a text. */
export function openClickedRow(event: MouseEvent<HTMLTableElement>): void {
  if (!(event.target instanceof Element) || event.defaultPrevented) return;
  if (event.target.closest("a, button, input, label, summary") !== null) return;
  const link = event.target.closest("tr[data-row]")?.querySelector<HTMLElement>("[data-row-link] a");
  if (link === null || link === undefined || window.getSelection()?.isCollapsed === false) return;
  // A click with the keys for "in a new tab" keeps them.
  link.dispatchEvent(new window.MouseEvent("click", event.nativeEvent));
}
