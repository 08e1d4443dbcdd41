/** Erasing what is kept of an installation that has ended, with the proof of it: counted before, counted again after. */
import type { Erased, Kept, Store } from "../stores/interface.ts";

/** How many entries of a table, or documents of a collection, there were and are. */
export type ErasedEntries = { readonly what: string; readonly before: number; readonly after: number };

/** What stays on purpose, and why. */
export type StayingEntries = { readonly what: string; readonly entries: number; readonly why: string };

/** Proof of an erasure: how many entries there were before and after, and what stays on purpose. */
export type ErasedInstallation = {
  /** By table; every `after` is 0 unless something writes at the same time. */
  readonly tables: readonly ErasedEntries[];
  /** The documents once more, by collection. */
  readonly collections: readonly ErasedEntries[];
  readonly stays: readonly StayingEntries[];
  /** Whether nothing is left of what was to be erased. */
  readonly isComplete: boolean;
  readonly erased: Erased;
};

const reasons: Readonly<Record<Kept["stays"][number]["what"], string>> = {
  record: "that it was there and ended, without its key: a late event must not bring it back",
  audit: "who did what in it, until the days of `auditDays` are over",
  tenantDocuments:
    "its tenant's, which the next installation finds; erased when none has been active for the days of `tenantDataDays`",
  tenantSecrets: "its tenant's, as its documents",
};

/** @returns undefined while it is active, or when it is not known. */
export async function eraseData(
  { installations, retirement }: Store,
  installedAppId: string,
): Promise<ErasedInstallation | undefined> {
  const found = await installations.find(installedAppId);
  if (found === undefined || found.status === "active") return undefined;
  const before = await retirement.kept(installedAppId);
  const erased = await retirement.erase(installedAppId);
  const after = await retirement.kept(installedAppId);
  const tables = compared(before.erasable, after.erasable);
  return {
    tables,
    collections: compared(before.collections, after.collections),
    stays: after.stays.map(({ what, entries }) => ({ what, entries, why: reasons[what] })),
    isComplete: tables.every((table) => table.after === 0),
    erased,
  };
}

function compared(before: Kept["erasable"], after: Kept["erasable"]): readonly ErasedEntries[] {
  const entriesOf = (kept: Kept["erasable"], what: string) =>
    kept.find((each) => each.what === what)?.entries ?? 0;
  const names = [...new Set([...before, ...after].map(({ what }) => what))];
  return names.map((what) => ({ what, before: entriesOf(before, what), after: entriesOf(after, what) }));
}
