/** Comma-separated values as spreadsheets and other programs read them (RFC 4180). Pure. */

/** One column of an export. */
export type CsvColumn<Row> = { readonly heading: string; readonly text: (row: Row) => string };

/**
 * One line. A text that a spreadsheet would run as a formula gets an apostrophe before it; figures are left alone, so
 * that amounts stay exact.
 *
 * @example
 * ```ts
 * csvLine(["a,b", "-12.50", "=1+1"]); // "\"a,b\",-12.50,'=1+1\r\n"
 * ```
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(text: string): string {
  const plain = /^[=+@\t\r-]/.test(text) && !/^-?\d[\d./]*$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A whole table; the mark at its head tells a spreadsheet that it is UTF-8. */
export function csvText<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  const head = csvLine(columns.map(({ heading }) => heading));
  const lines = rows.map((row) => csvLine(columns.map(({ text }) => text(row))));
  return `\uFEFF${head}${lines.join("")}`;
}
