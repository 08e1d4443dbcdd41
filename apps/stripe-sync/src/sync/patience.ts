/** How long the app's jobs go on by themselves where Cloud, the ledger or Stripe is away. */

/** Three days at the least, since the pauses grow to five minutes; counted from the last step that was finished. */
export const retries = { maximum: 1_000, firstDelayMilliseconds: 1_000 };
