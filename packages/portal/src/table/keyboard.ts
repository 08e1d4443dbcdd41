/** Arrow keys in a table: up and down to the same control of the row above or below, Home and End to the ends. */
import type { KeyboardEvent } from "react";

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
