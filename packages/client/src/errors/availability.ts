import { type CallFacts, CloudError, inWordsOf, type Outcome } from "./cloud-error.ts";

type WaitFacts = CallFacts & {
  /** Seconds that `Retry-After` asks to wait, from either of its forms. */
  readonly retryAfterSeconds?: number | undefined;
};

/**
 * The instance is stopped, or Cloud cannot reach it. A write through the Proxy may have come through before the
 * connection broke, so its outcome is `unknown`; for everything else it is `refused`.
 *
 * @example
 * if (error instanceof InstanceUnavailable) later(error.retryAfterSeconds ?? 60);
 */
export class InstanceUnavailable extends CloudError {
  declare readonly code: "instance_unavailable";
  readonly retryAfterSeconds: number | undefined;

  constructor(facts: WaitFacts & { readonly outcome?: Outcome | undefined } = {}) {
    const { retryAfterSeconds, outcome = "refused", ...call } = facts;
    super({ code: "instance_unavailable", outcome, ...inWordsOf("instance_unavailable"), ...call });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * Too many requests, by Cloud's or by Core's own limit. Nothing was done.
 *
 * @example
 * if (error instanceof CloudRateLimited) later(error.retryAfterSeconds ?? 1);
 */
export class CloudRateLimited extends CloudError {
  declare readonly code: "rate_limited";
  readonly retryAfterSeconds: number | undefined;

  constructor(facts: WaitFacts = {}) {
    const { retryAfterSeconds, ...call } = facts;
    const words = inWordsOf("rate_limited", { provider: "Blnk Cloud", retryAfterSeconds });
    super({ code: "rate_limited", outcome: "refused", ...words, ...call });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
