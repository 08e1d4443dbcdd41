/** Was this batch recorded? Item by item, each by its own reference. */
import type { Transaction } from "../records/records.ts";
import { type Posting, referencesOf, sightTransaction } from "./transaction.ts";

/** What is left of a batch: all, none, or the items (by index) that are not there. */
export type BulkSighting =
  | { readonly sight: "done"; readonly batchId: string }
  | { readonly sight: "absent" | "unclear" }
  | { readonly sight: "part"; readonly missing: readonly number[] };

/**
 * Decides by the rows recorded under the items' references. What is left of a batch that is to be undone as a whole,
 * or committed as one, cannot be sent by itself.
 */
export function sightBulk(
  items: readonly Posting[],
  rows: readonly Transaction[],
  whole: boolean,
): BulkSighting {
  const byReference = new Map(rows.map((row) => [row.reference, row]));
  const sightings = items.map((item) => sightTransaction(item, ownRows(item, byReference)));
  if (sightings.some(({ sight }) => sight === "unclear")) return { sight: "unclear" };
  const missing = sightings.flatMap(({ sight }, index) => (sight === "absent" ? [index] : []));
  if (missing.length === items.length) return { sight: "absent" };
  if (missing.length > 0) return whole ? { sight: "unclear" } : { sight: "part", missing };
  return { sight: "done", batchId: batchOf(items, byReference) };
}

function ownRows(item: Posting, rows: ReadonlyMap<string, Transaction>): readonly Transaction[] {
  return referencesOf(item).flatMap((reference) => rows.get(reference) ?? []);
}

/** The batch's id stands in the rows of its items; the legs of a split name the split instead. */
function batchOf(items: readonly Posting[], rows: ReadonlyMap<string, Transaction>): string {
  const parents = items.map(({ reference }) => rows.get(reference)?.parent_transaction ?? "");
  return parents.find((parent) => parent.startsWith("bulk_")) ?? "";
}
