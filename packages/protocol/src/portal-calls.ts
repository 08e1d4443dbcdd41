/** What a portal page and the app's server agree on about the page's own calls. Contract section 7 (Token and session). */

/**
 * Header of a call that the page made by itself, without a person having done anything since the call before. It is
 * guarded and answered like any other, but it is no use of the session, so an unattended page cannot keep one alive.
 */
export const passiveCallHeader = "annex-passive";

/**
 * Header of a call that changes something: a text that is new for each press of a person and the same for whatever
 * repeats it. All calls of a member under one key are one.
 */
export const idempotencyKeyHeader = "idempotency-key";

/**
 * Header of an answer after which a key is used up: asking again under it gives this answer again, so what a person
 * does next is another press. Without it, as where no answer came at all, the next try goes on under the same key.
 */
export const concludedCallHeader = "annex-concluded";
