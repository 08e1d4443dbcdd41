/**
 * Nothing could be judged: wrong usage, or an app that can't be reached. The command ends with 2.
 *
 * @example
 * ```ts
 * if (error instanceof CheckError) console.error(error.message, error.next);
 * ```
 */
export class CheckError extends Error {
  /** What to do about it. */
  readonly next: string;

  constructor(whatHappened: string, next: string) {
    super(whatHappened);
    this.name = "CheckError";
    this.next = next;
  }
}

/** The command that starts the app ended. */
export class EndedError extends CheckError {}
