/** Putting work off. */

/** How long a piece that failed waits the first time; each further time twice as long. */
export const secondsAfterFault = 15;

/** What a handler throws when something else has to happen first; the piece is tried again some time later. */
export class TryLater extends Error {
  readonly seconds: number;

  constructor(message: string, seconds = 1) {
    super(message);
    this.name = "TryLater";
    this.seconds = seconds;
  }
}
