/**
 * How long resolved findings are kept: for ever, since who acknowledged what and why belongs to the records of the books,
 * unless a member chooses otherwise. What is open, or acknowledged, stays for as long as it is so.
 */
import type { Entry, InstallationData } from "@annex/app";
import type { KeptFindingJson } from "../portal-types.ts";
import { commonData, knownBooks, onlyOne, type SyncData, syncData } from "./register.ts";

/** So many are removed in one run at the most; the others by the next. */
const mostRemoved = 1000;
/** Findings that are looked through, and removed in one commit. */
const readAtOnce = 200;
const dayMilliseconds = 86_400_000;

/** For how many days after they were resolved; undefined where for ever. */
export async function keptDaysOf(data: InstallationData): Promise<number | undefined> {
  return (await commonData(data).findingRetention.get(onlyOne))?.days;
}

/** @param days undefined for ever */
export async function keepFindingsFor(data: InstallationData, days: number | undefined): Promise<void> {
  const { findingRetention, findingsTidied } = commonData(data);
  await findingRetention.put(onlyOne, days === undefined ? {} : { days });
  // The next run goes by it.
  await findingsTidied.delete(onlyOne);
}

/** Once a day, in all books: removes what was resolved so long ago, a bounded part of it in each run. */
export async function forgetResolvedFindings(data: InstallationData, now: Date): Promise<void> {
  const { findingsTidied } = commonData(data);
  const today = now.toISOString().slice(0, 10);
  const days = await keptDaysOf(data);
  if (days === undefined || (await findingsTidied.get(onlyOne)) === today) return;
  const before = daysBefore(now, days);
  let left = mostRemoved;
  for (const books of await knownBooks(data)) left -= await forgetIn(syncData(data, books), before, left);
  if (left > 0) await findingsTidied.put(onlyOne, today);
}

/** How many findings would be removed if they were kept for so many days. */
export async function countResolvedFindings(
  data: InstallationData,
  days: number,
  now: Date,
): Promise<number> {
  const before = daysBefore(now, days);
  let count = 0;
  for (const books of await knownBooks(data)) {
    const { findings } = syncData(data, books);
    let page: readonly Entry<KeptFindingJson>[] = [];
    do {
      const after = page.at(-1)?.key;
      page = await findings.list({ limit: readAtOnce, ...(after === undefined ? {} : { after }) });
      count += page.filter(({ value }) => isResolvedBefore(value, before)).length;
    } while (page.length === readAtOnce);
  }
  return count;
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * dayMilliseconds).toISOString();
}

function isResolvedBefore(finding: KeptFindingJson, before: string): boolean {
  return finding.status === "resolved" && (finding.resolved_at ?? finding.last_seen_at) < before;
}

/** @returns how many were removed: as many as `most` where there may be more */
async function forgetIn(data: SyncData, before: string, most: number): Promise<number> {
  const isOld = (finding: KeptFindingJson | undefined) =>
    finding !== undefined && isResolvedBefore(finding, before);
  let removed = 0;
  let after: string | undefined;
  while (removed < most) {
    const page = await data.findings.list({ limit: readAtOnce, ...(after === undefined ? {} : { after }) });
    const old = page.filter(({ value }) => isOld(value)).slice(0, most - removed);
    if (old.length > 0)
      await data.changeFindings(async ({ findings }) => {
        // Read again: what a run has found anew since stays.
        for (const { key } of old) if (isOld(await findings.get(key))) findings.delete(key);
      });
    removed += old.length;
    after = page.at(-1)?.key;
    if (page.length < readAtOnce) return removed;
  }
  return removed;
}
