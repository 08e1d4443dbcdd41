/**
 * A failure that a person at a shell can mend: what happened, and what to do next.
 *
 * @example
 * ```ts
 * throw new CommandError("Port 4400 is in use.", "Take another one with --port.");
 * ```
 */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly next: string;

  constructor(whatHappened: string, next: string, options?: { readonly cause?: unknown }) {
    super(whatHappened, options);
    this.next = next;
  }
}
