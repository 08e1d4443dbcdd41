import { type CallFacts, CloudError, inWordsOf, type Outcome } from "./cloud-error.ts";

/**
 * No usable answer: no connection, a time-out, or a failing gateway in front of Cloud. `outcome` is `not-sent` when
 * the request certainly never reached Cloud, otherwise `unknown`.
 *
 * @example
 * if (error instanceof CloudUnreachable && error.outcome === "not-sent") sendAgain();
 */
export class CloudUnreachable extends CloudError {
  declare readonly code: "cloud_unreachable";

  constructor(
    facts: CallFacts & {
      /** Why, as part of a sentence. */
      readonly reason: string;
      readonly outcome: Exclude<Outcome, "refused">;
      readonly cause?: unknown;
    },
  ) {
    const { reason, ...rest } = facts;
    const words = inWordsOf("provider_unreachable", { provider: "Blnk Cloud", reason });
    super({ code: "cloud_unreachable", ...words, ...rest });
  }
}

/**
 * The answer is not what Cloud documents: not JSON, too large, or without the fields of the record asked for. A write
 * may have been done all the same.
 *
 * @example
 * if (error instanceof UnexpectedAnswer) report(error.reason, error.requestId);
 */
export class UnexpectedAnswer extends CloudError {
  declare readonly code: "unexpected_answer";
  /** What could not be understood, as part of a sentence. */
  readonly reason: string;

  constructor(reason: string, facts: CallFacts & { readonly outcome?: Outcome } = {}) {
    super({
      code: "unexpected_answer",
      outcome: "unknown",
      whatHappened: `Blnk Cloud gave an answer that could not be understood: ${reason}.`,
      whatToDo: "Check the Cloud address of this app. If it is right, report this with the request id.",
      ...facts,
    });
    this.reason = reason;
  }
}
