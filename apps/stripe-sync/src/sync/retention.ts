/**
 * How long is kept what a run looked at. The register itself has each object once, however many runs there are; which
 * of them a run saw is kept for the newest runs only. Counts, totals and error of a run stay with the run itself.
 */
import type { InstallationData } from "@annex/app";
import { commonData, type KeptRun, runPrefix, syncData } from "./register.ts";

/** Runs whose lists are kept, the newest ones. */
export const keptRunCount = 50;

/** Notes that a run's list is kept from now on. */
export async function keepRun(data: InstallationData, run: KeptRun, now: Date): Promise<void> {
  if ((await keptRun(data, run.runId)) !== undefined) return;
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
    await runObjects.clear({ prefix });
    await runIndex.clear({ prefix });
    await runFindings.clear({ prefix });
    await keptRuns.delete(key);
  }
}
