/** What the app's jobs have in common. */

/**
 * How long they go on by themselves where Cloud, the ledger or Stripe is away: three days at the least, since the pauses
 * grow to five minutes; counted from the last step that was finished.
 */
export const retries = { maximum: 1_000, firstDelayMilliseconds: 1_000 };

/**
 * They write the same books, so they work one at a time. A sync that looked at a correction which is half posted would
 * propose the other half once more, and one that looked before it was posted would report what is right by then.
 */
export const booksGroup = "books";
