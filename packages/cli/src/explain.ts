/** A failure that a person at a shell can act on: what happened, and what to do next. */
export class CommandError extends Error {
  readonly next: string;

  constructor(whatHappened: string, next: string) {
    super(whatHappened);
    this.next = next;
  }
}

/** Prints a failure for a person and ends with code 1. Unexpected ones keep their stack, which holds no secret by type. */
export function explainAndExit(error: unknown): never {
  if (error instanceof CommandError) console.error(`${error.message}\n${error.next}`);
  else console.error(error);
  process.exit(1);
}
