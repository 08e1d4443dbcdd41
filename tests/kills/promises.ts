/** What can be promised and not kept, and how the two commands tell of it: by kind, with a count for each. */

const kinds = {
  lost: "acknowledged lost",
  twice: "records twice",
  effects: "effects twice",
  keys: "keys in clear",
  undone: "pieces of work undone",
  late: "answers later than 10 s",
  ticks: "ticks not once",
  takenUpLate: "runs of the dead taken up later than 15 s",
} as const;

export type PromiseKind = keyof typeof kinds;

/** One promise that was not kept. */
export type Broken = { readonly kind: PromiseKind; readonly what: string };

/** Counts of the kinds that were looked at, in words: `0 acknowledged lost, 0 records twice`. */
export function summaryOf(broken: readonly Broken[], looked: readonly PromiseKind[]): string {
  return looked
    .map((kind) => `${broken.filter((each) => each.kind === kind).length} ${kinds[kind]}`)
    .join(", ");
}
