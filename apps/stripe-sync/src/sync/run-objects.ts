/** The list of a run: each of its objects once, by place too, and counted as it changes, in the same commit. */
import type { Collection, DataWriter, InstallationData } from "@annex/app";
import type { Books } from "../mapping/books.ts";
import { classify } from "../mapping/kinds.ts";
import type { Movement } from "../mapping/movement.ts";
import type { ObjectState } from "../portal-types.ts";
import { indexKey, keyOf, nameOf, placeOf, type RunObject, runKey } from "./register.ts";
import { addTallies, relisted, type Tally } from "./tally.ts";

const tallies = "run-tallies";

/** What each run has put onto its list, by its id: written in the commits of its steps, so never behind them. */
export function runTallies(data: InstallationData): Collection<Tally> {
  return data.collection(tallies);
}

/** An object of a run, by its key in the register. */
export type RunEntry = { readonly key: string; readonly value: RunObject };

/** A balance transaction as a run lists it. */
export function entryOf(movement: Movement, state: ObjectState): RunEntry {
  const { kind } = classify(movement);
  const { currency } = movement;
  return { key: keyOf(movement), value: { kind, state, ...(currency === "" ? {} : { currency }) } };
}

/**
 * Puts objects onto the list, in the commit of a step, and answers what its counts change by. What stands there already
 * is listed anew and counted once, however often it is come upon.
 */
export function workListIn(
  writer: DataWriter,
  books: Books,
  runId: string,
): (entries: readonly RunEntry[]) => Promise<Tally> {
  const objects = writer.collection<RunObject>(nameOf(books, "run-objects"));
  const index = writer.collection<true>(nameOf(books, "run-index"));
  const counted = writer.collection<Tally>(tallies);
  return async (entries) => {
    // The last word on each counts.
    const latest = [...new Map(entries.map((entry) => [entry.key, entry])).values()];
    const before = await Promise.all(latest.map(({ key }) => objects.get(runKey(runId, key))));
    for (const [at, { key, value }] of latest.entries()) {
      const was = before[at];
      if (was !== undefined && placeOf(was) !== placeOf(value)) index.delete(indexKey(runId, was, key));
      objects.put(runKey(runId, key), value);
      index.put(indexKey(runId, value, key), true);
    }
    const known = before.filter((object) => object !== undefined);
    const change = relisted(
      known,
      latest.map(({ value }) => value),
    );
    // A run that an earlier version began has counted without it: what came since would be a part only.
    const soFar = await counted.get(runId);
    if (soFar !== undefined) counted.put(runId, addTallies(soFar, change));
    return change;
  };
}
