/** Names of the framework's own work; no app's job can have them, as a job's name begins with a letter. */
export const systemJobs = {
  "on-install": "@on-install",
  "on-uninstall": "@on-uninstall",
  /** Asks Cloud what only Cloud knows of an installation: whether its key is good, and which of two it holds. */
  "ask-cloud": "@ask-cloud",
} as const;
