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

/** What an error says, as a sentence among others: a command's last words have several lines and end anyhow. */
export function sentenceOf({ message }: Error): string {
  const line = message.replaceAll(/\s+/g, " ").trim();
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** The command that starts the app ended. */
export class EndedError extends CheckError {}
