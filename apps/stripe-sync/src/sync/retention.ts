/**
 * How long the objects of a run are kept. Every run reads everything, so without an end the app's database would grow
 * by Stripe's whole history each time. Counts, totals and error of a run stay with the run itself.
 */
import type { Collection } from "@annex/app";
import { runPrefix, type SyncData } from "./objects.ts";

/** Runs whose objects are kept, the newest ones. */
export const keptRunCount = 20;
/** Deleted at once: they share a commit. */
const deletedTogether = 200;

/** Notes that a run's objects are kept from now on. */
export async function keepRun(data: SyncData, runId: string, now: Date): Promise<void> {
  const known = await data.keptRuns.list();
  if (known.some(({ value }) => value === runId)) return;
  await data.keptRuns.put(`${now.toISOString()}/${runId}`, runId);
}

export async function isKept(data: SyncData, runId: string): Promise<boolean> {
  return (await data.keptRuns.list()).some(({ value }) => value === runId);
}

/** Forgets the objects and findings of all but the newest runs. */
export async function forgetOldRuns(data: SyncData): Promise<void> {
  const newestFirst = await data.keptRuns.list({ descending: true });
  for (const { key, value: runId } of newestFirst.slice(keptRunCount)) {
    await clear(data.objects, runPrefix(runId));
    await clear(data.findings, runPrefix(runId));
    await data.keptRuns.delete(key);
  }
}

/** Empties a collection, or the part of it under a prefix. */
export async function clear(collection: Collection<unknown>, prefix = ""): Promise<void> {
  for (;;) {
    const entries = await collection.list({ prefix, limit: deletedTogether });
    if (entries.length === 0) return;
    await Promise.all(entries.map(({ key }) => collection.delete(key)));
  }
}
