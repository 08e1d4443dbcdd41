/**
 * How long resolved findings are kept. What is open, or acknowledged, stays for as long as it is so; what was resolved
 * long ago is nobody's question any more, and would become many.
 */
import type { InstallationData } from "@annex/app";
import type { KeptFindingJson } from "../portal-types.ts";
import { commonData, knownBooks, onlyOne, type SyncData, syncData } from "./register.ts";

/** Until a member chooses otherwise: a year. */
const usualDays = 365;
/** So many are removed in one run at the most; the others by the next. */
const mostRemoved = 1000;
/** Findings that are looked through, and removed in one commit. */
const readAtOnce = 200;
const dayMilliseconds = 86_400_000;

/** For how many days after they were resolved; undefined where for ever. */
export async function keptDaysOf(data: InstallationData): Promise<number | undefined> {
  const chosen = await commonData(data).findingRetention.get(onlyOne);
  return chosen === undefined ? usualDays : chosen.days;
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
  const before = new Date(now.getTime() - days * dayMilliseconds).toISOString();
  let left = mostRemoved;
  for (const books of await knownBooks(data)) left -= await forgetIn(syncData(data, books), before, left);
  if (left > 0) await findingsTidied.put(onlyOne, today);
}

/** @returns how many were removed: as many as `most` where there may be more */
async function forgetIn(data: SyncData, before: string, most: number): Promise<number> {
  const isOld = (finding: KeptFindingJson | undefined) =>
    finding?.status === "resolved" && (finding.resolved_at ?? finding.last_seen_at) < before;
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
