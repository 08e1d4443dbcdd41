/** What people wrote at Stripe, as a ledger can keep it. */

/**
 * A text without what no database keeps: zero bytes are left out, halves of a character replaced. One such text in
 * one description would be refused by the ledger, and each run would try it again.
 *
 * @example
 * ```ts
 * storable("Hat\u0000 for Ada"); // "Hat for Ada"
 * ```
 */
export function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}
