/** Which app keeps something of its own in a record's metadata: it does so under one key, its name (contract section 8). Pure. */
import type { Metadata } from "../api/types.ts";

/**
 * Whether the metadata has a key that is the app's name, however its words are put together.
 *
 * @example
 * ```ts
 * keptBy("Stripe Sync", { stripe_sync: { type: "charge" } }); // true
 * ```
 */
export function keptBy(appName: string, metadata: Metadata): boolean {
  const wanted = lettersOf(appName);
  return wanted !== "" && Object.keys(metadata ?? {}).some((key) => lettersOf(key) === wanted);
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
