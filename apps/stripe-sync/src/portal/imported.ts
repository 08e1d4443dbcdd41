/** Whether everything at Stripe is in the ledger: until when, and how much is left out. Asks nobody outside. */
import type { JobRun, PortalContext } from "@annex/app";
import type { Books } from "../mapping/books.ts";
import type { OverviewJson } from "../portal-types.ts";
import type { SyncInput } from "../sync/input.ts";
import { commonData, isoTime, positionOf, type SyncData } from "../sync/register.ts";
import type { PortalParts } from "./parts.ts";

/** The last run up to now is almost always among so many. */
const runsLookedAt = 20;

export async function importedSoFar(
  c: PortalContext,
  { job }: Pick<PortalParts, "job">,
  books: Books & { readonly data: SyncData },
): Promise<OverviewJson["imported"]> {
  const newest = (await positionOf(books.data))?.readThrough;
  if (newest === undefined) return { left_out: 0 };
  const began = await lastBegan(c, job.name, books);
  const through = began === undefined || began < isoTime(newest) ? isoTime(newest) : began;
  return { through, left_out: await books.data.unsettled.count() };
}

/**
 * When the last run up to now that ended well began: what Stripe had then, it has read. The newest balance transaction
 * may be long before, where nothing was sold since.
 */
async function lastBegan(c: PortalContext, job: string, books: Books): Promise<string | undefined> {
  const runs = await c.jobs.list({ job, status: "completed", limit: runsLookedAt });
  const ofBooks = new Set(
    (await commonData(c.data).keptRuns.list())
      .filter(({ value }) => value.account === books.account && value.mode === books.mode)
      .map(({ value }) => value.runId),
  );
  return runs.find((run) => ofBooks.has(run.runId) && isUpToNow(run))?.startedAt?.toISOString();
}

function isUpToNow({ input }: JobRun): boolean {
  const { from, to } = input as SyncInput;
  return from === undefined && to === undefined;
}
