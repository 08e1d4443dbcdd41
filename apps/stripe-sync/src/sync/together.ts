/** What the app's jobs have in common. */

/**
 * How long they go on by themselves where Cloud, the ledger or Stripe is away: three days at the least, since the pauses
 * grow to five minutes; counted from the last step that was finished.
 */
export const retries = { maximum: 1_000, firstDelayMilliseconds: 1_000 };

/**
 * They write the same books, so they work one at a time: a sync that looked while a correction is being posted would
 * propose a part of it once more, or report what is right by then.
 *
 * One that waits to be tried again lets the others in. A sync that looks at a correction which is half posted by then
 * proposes the rest of it anew, and what was approved is approved no more: the next try ends with `approved_no_more`, and
 * a member approves the rest. What was posted is not posted again.
 */
export const booksGroup = "books";
