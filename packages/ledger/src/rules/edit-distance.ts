/** How far texts lie apart: insertions, deletions and substitutions that make one the other (Levenshtein), by code point. */

/** The distance, whatever it is; its time grows with the product of the lengths. */
export function editDistance(first: string, second: string): number {
  const columns = [...second];
  let row = Array.from({ length: columns.length + 1 }, (_, index) => index);
  for (const character of first) row = nextRow(row, character, columns);
  return row[columns.length] ?? 0;
}

function nextRow(above: readonly number[], character: string, columns: readonly string[]): number[] {
  const row = [(above[0] ?? 0) + 1];
  for (const [index, other] of columns.entries()) {
    const substituted = (above[index] ?? 0) + (character === other ? 0 : 1);
    row.push(Math.min(substituted, (above[index + 1] ?? 0) + 1, (row[index] ?? 0) + 1));
  }
  return row;
}

const halvesOfLetters = /[\uD800-\uDFFF]/;

/**
 * Whether two texts lie no more than so many edits apart. Most do, and are told from each other by a few letters.
 *
 * @example isWithinEdits("kitten", "sitting", 3) // true
 */
export function isWithinEdits(first: string, second: string, most: number): boolean {
  // Their units are no letters.
  if (halvesOfLetters.test(first) || halvesOfLetters.test(second)) return editDistance(first, second) <= most;
  let start = 0;
  let [firstEnd, secondEnd] = [first.length, second.length];
  if (Math.abs(firstEnd - secondEnd) > most) return false;
  const shorter = Math.min(firstEnd, secondEnd);
  while (start < shorter && first.charCodeAt(start) === second.charCodeAt(start)) start += 1;
  while (
    firstEnd > start &&
    secondEnd > start &&
    first.charCodeAt(firstEnd - 1) === second.charCodeAt(secondEnd - 1)
  ) {
    firstEnd -= 1;
    secondEnd -= 1;
  }
  return isBandWithin(first.slice(start, firstEnd), second.slice(start, secondEnd), most);
}

/**
 * Fills of each row of the table only what can still lead to so few edits, and no further row once all of one is above:
 * `cells` is the row before up to the column at hand, and the new one behind it.
 */
function isBandWithin(rows: string, columns: string, most: number): boolean {
  const cells: number[] = [];
  for (let column = 0; column <= columns.length; column += 1) cells.push(column);
  for (let row = 1; row <= rows.length; row += 1) {
    const from = Math.max(1, row - most);
    const to = Math.min(columns.length, row + most);
    let diagonal = cells[from - 1] ?? 0;
    let left = from === 1 ? row : most + 1;
    cells[from - 1] = left;
    let least = left;
    const letter = rows.charCodeAt(row - 1);
    for (let column = from; column <= to; column += 1) {
      const above = cells[column] ?? 0;
      left = letter === columns.charCodeAt(column - 1) ? diagonal : Math.min(diagonal, above, left) + 1;
      diagonal = above;
      cells[column] = left;
      least = Math.min(least, left);
    }
    if (least > most) return false;
  }
  return (cells[columns.length] ?? 0) <= most;
}
