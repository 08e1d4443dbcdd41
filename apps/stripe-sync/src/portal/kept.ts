/** Answers that are dear to ask for, kept by this process for as long as a page may show them. */

/** Answers what is kept under a key, or asks, once for all who want it at the same time. */
export type Kept<Value> = (key: string, ask: () => Promise<Value>) => Promise<Value>;

const keptFor = 5 * 60_000;

/** A failure is kept as an answer is: asking again is no cheaper. */
export function keptForMinutes<Value>(clock: () => number): Kept<Value> {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<Value> }>();
  return (key, ask) => {
    const now = clock();
    for (const [old, { at }] of kept) if (now - at >= keptFor) kept.delete(old);
    const there = kept.get(key);
    if (there !== undefined) return there.answer;
    const answer = ask();
    kept.set(key, { at: now, answer });
    return answer;
  };
}
