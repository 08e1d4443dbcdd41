/**
 * How long links, sessions and the grace of a key last in an app of Annex that is checked, in seconds: short, so that the
 * checker sees them end without waiting for minutes.
 */
export const checkedLives = { link: 20, session: 20, grace: 8 } as const;

/** The same by the names of an app's environment. */
export const checkedLivesVariables = {
  ANNEX_LINK_SECONDS: String(checkedLives.link),
  ANNEX_SESSION_SECONDS: String(checkedLives.session),
  ANNEX_KEY_GRACE_SECONDS: String(checkedLives.grace),
} as const;
