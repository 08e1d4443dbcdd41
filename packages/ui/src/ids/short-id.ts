/** The longest id that is shown whole; what the ledger makes is 40 characters. */
const longestWhole = 22;

/**
 * An id shortened in its middle, so that its kind and its end stay readable: the one way this is done everywhere.
 *
 * @example
 * ```ts
 * shortId("txn_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f"); // "txn_5ce86029…4c4f"
 * shortId("@World-USD");                               // "@World-USD"
 * ```
 */
export function shortId(id: string): string {
  return id.length <= longestWhole ? id : `${id.slice(0, 12)}…${id.slice(-4)}`;
}
