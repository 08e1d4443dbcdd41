/**
 * How long is kept what a run looked at. The register itself has each object once, however many runs there are; which
 * of them a run saw is kept for the newest runs only. Counts, totals and error of a run stay with the run itself.
 */
import type { Collection, InstallationData, InstallationJobs } from "@annex/app";
import { commonData, type KeptRun, runPrefix, syncData } from "./register.ts";
import { runTallies } from "./run-objects.ts";
import { emptyTally } from "./tally.ts";

/** Runs whose lists are kept, the newest ones. */
export const keptRunCount = 50;

/** Notes that a run's list is kept, and counted, from now on. */
export async function keepRun(data: InstallationData, run: KeptRun, now: Date): Promise<void> {
  if ((await keptRun(data, run.runId)) !== undefined) return;
  await runTallies(data).put(run.runId, emptyTally);
  await commonData(data).keptRuns.put(`${now.toISOString()}/${run.runId}`, run);
}

/** Which books a run looked at; undefined where its list was forgotten, or was never begun. */
export async function keptRun(data: InstallationData, runId: string): Promise<KeptRun | undefined> {
  const known = await commonData(data).keptRuns.list();
  return known.find(({ value }) => value.runId === runId)?.value;
}

/** Forgets the lists of all but the newest runs. */
export async function forgetOldRuns(data: InstallationData): Promise<void> {
  const { keptRuns } = commonData(data);
  const newestFirst = await keptRuns.list({ descending: true });
  for (const { key, value } of newestFirst.slice(keptRunCount)) {
    const { runObjects, runIndex, runFindings } = syncData(data, value);
    const prefix = runPrefix(value.runId);
    for (const list of [runObjects, runIndex, runFindings]) await clearInParts<unknown>(list, prefix);
    await keptRuns.delete(key);
  }
}

/** So many are removed in one commit, in which nobody else is served. */
const partSize = 1000;

/** A first import's list may hold a million. */
async function clearInParts<Value>(collection: Collection<Value>, prefix: string): Promise<void> {
  for (;;) {
    const part = await collection.list({ prefix, limit: partSize + 1 });
    const to = part.at(partSize)?.key;
    await collection.clear({ prefix, ...(to === undefined ? {} : { to }) });
    if (to === undefined) return;
  }
}

/** Forgets what runs have counted that say it themselves: those that completed, and those that are no more. */
export async function forgetTallies(
  data: InstallationData,
  jobs: Pick<InstallationJobs, "get">,
): Promise<void> {
  const counted = runTallies(data);
  for (const { key: runId } of await counted.list()) {
    const status = (await jobs.get(runId))?.status;
    if (status === undefined || status === "completed") await counted.delete(runId);
  }
}
