/** What a run has on its list already, so that what it comes upon again is counted once. */
import type { DataWriter } from "@annex/app";
import type { Books } from "../mapping/books.ts";
import { indexKey, nameOf, type RunObject, runKey, type SyncData } from "./register.ts";
import { emptyTally, type Tally, tallyOf } from "./tally.ts";

/** An object of a run, by its key in the register. */
export type RunEntry = { readonly key: string; readonly value: RunObject };

/** The run's list, written in the commit of a step. */
export function workListIn(
  writer: DataWriter,
  books: Books,
  runId: string,
): (entries: readonly RunEntry[]) => Promise<void> {
  const objects = writer.collection<RunObject>(nameOf(books, "run-objects"));
  const index = writer.collection<true>(nameOf(books, "run-index"));
  return async (entries) => {
    for (const { key, value } of entries) {
      objects.put(runKey(runId, key), value);
      if (value.state !== "waiting") index.put(indexKey(runId, value, key), true);
    }
  };
}

/** What must be taken off the counts of a run before these objects are counted anew; `keys` as in the register. */
export async function seenBefore(
  { data, runId }: { readonly data: SyncData; readonly runId: string },
  keys: readonly string[],
): Promise<Tally> {
  const seen = await Promise.all([...new Set(keys)].map((key) => data.runObjects.get(runKey(runId, key))));
  const { states, kinds } = tallyOf(seen.filter((object) => object !== undefined));
  return { ...emptyTally, states: negative(states), kinds: negative(kinds) };
}

function negative<Key extends string>(
  counts: Readonly<Partial<Record<Key, number>>>,
): Partial<Record<Key, number>> {
  const entries = Object.entries<number | undefined>(counts).map(([key, count = 0]) => [key, -count]);
  return Object.fromEntries(entries) as Partial<Record<Key, number>>;
}
