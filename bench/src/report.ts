/** How a measurement is told: the median ratio, its spread over the rounds, and the target it is held against. */

export type Row = {
  readonly what: string;
  /** Against what, such as "Express". */
  readonly against: string;
  /** One ratio a round: ours divided by theirs. */
  readonly ratios: readonly number[];
  readonly target: Bound;
  readonly floor: Bound;
  /** Ours, one figure a round, for orientation only. */
  readonly ours: readonly number[];
  readonly unit: string;
};

/** At least, or at most, this ratio. */
export type Bound = { readonly atLeast: number } | { readonly atMost: number };

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function printRows(rows: readonly Row[]): void {
  const lines = rows.map(columnsOf);
  const header = ["what", "against", "ratio", "spread", "target", "floor", "verdict", "ours (median)"];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] ?? "").length)),
  );
  for (const line of [header, ...lines])
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

function columnsOf(row: Row): string[] {
  const ratio = median(row.ratios);
  return [
    row.what,
    row.against,
    figure(ratio),
    `${figure(Math.min(...row.ratios))}–${figure(Math.max(...row.ratios))}`,
    boundText(row.target),
    boundText(row.floor),
    verdict(ratio, row),
    `${figure(median(row.ours))} ${row.unit}`,
  ];
}

function verdict(ratio: number, row: Row): string {
  if (holds(ratio, row.target)) return "target";
  return holds(ratio, row.floor) ? "floor" : "BELOW";
}

function holds(ratio: number, bound: Bound): boolean {
  return "atLeast" in bound ? ratio >= bound.atLeast : ratio <= bound.atMost;
}

function boundText(bound: Bound): string {
  return "atLeast" in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`;
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
