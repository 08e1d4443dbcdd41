/** How many letters have to be put in, left out, changed or swapped with the next to make one of the other; infinity beyond two. */
export function editDistance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY;
  let earlier: readonly number[] = [];
  let before = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...one].entries()) {
    const now = [row + 1];
    for (const [column, against] of [...other].entries()) {
      const changed = (before[column] ?? 0) + (letter === against ? 0 : 1);
      const isSwapped = row > 0 && letter === other[column - 1] && one[row - 1] === against;
      const swapped = isSwapped ? (earlier[column - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      now.push(Math.min(changed, swapped, (before[column + 1] ?? 0) + 1, (now[column] ?? 0) + 1));
    }
    earlier = before;
    before = now;
  }
  return before.at(-1) ?? 0;
}
