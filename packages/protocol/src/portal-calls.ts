/** What a portal page and the app's server agree on about the page's own calls. Contract section 7 (Token and session). */

/**
 * Header of a call that the page made by itself, without a person having done anything since the call before. It is
 * guarded and answered like any other, but it is no use of the session, so an unattended page cannot keep one alive.
 */
export const passiveCallHeader = "annex-passive";
