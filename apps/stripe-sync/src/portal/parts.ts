/** What the portal's routes share. */
import type { InstallationJobs, JobRun } from "@annex/app";
import type { StripeAccess } from "../stripe/access.ts";
import type { SyncJob } from "../sync/job.ts";

export type PortalParts = {
  readonly job: SyncJob;
  readonly stripe: StripeAccess;
  readonly clock: () => number;
};

/** Entries read at once while something is looked for. */
export const scanSize = 200;

/** All runs, newest first. */
export async function allRuns(jobs: InstallationJobs, job: SyncJob): Promise<readonly JobRun[]> {
  const runs: JobRun[] = [];
  for (;;) {
    const after = runs.at(-1)?.runId;
    const page = await jobs.list({
      job: job.name,
      limit: scanSize,
      ...(after === undefined ? {} : { after }),
    });
    runs.push(...page);
    if (page.length < scanSize) return runs;
  }
}
