import { describeErrorState, type ErrorStateCode, type ErrorStateDetails } from "@annex/protocol/words";

/**
 * Whether what a failed call asked for may have been done.
 * - `not-sent`: no byte of it reached Cloud.
 * - `refused`: Cloud or Core answered that it did not do it.
 * - `unknown`: it may have been done. Look before sending it again.
 */
export type Outcome = "not-sent" | "refused" | "unknown";

/** Every code an error of this package can have: closed, so that a `switch` can exhaust it. */
export type CloudErrorCode =
  | "missing_scope"
  | "key_revoked"
  | "key_refused"
  | "instance_unavailable"
  | "rate_limited"
  | "cloud_unreachable"
  | "unexpected_answer"
  | "cloud_refused"
  | "core_refused"
  | "invalid_request"
  | "outcome_unknown"
  | "effect_changed";

/** What every error of the client carries. */
export interface CloudErrorDetails {
  readonly code: CloudErrorCode;
  readonly outcome: Outcome;
  /** The state a page shows for it, where contract section 10 has one. */
  readonly state?: ErrorStateCode | undefined;
  /** Full sentences for a person. */
  readonly whatHappened: string;
  /** What the person or the developer can do next. */
  readonly whatToDo: string;
  /** The call's id in Cloud's audit log, or the one the client gave it when no answer came. */
  readonly requestId?: string | undefined;
  /** HTTP status of the answer, when there was one. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** What is known of the call that failed. */
export type CallFacts = Pick<CloudErrorDetails, "requestId" | "status">;

/**
 * Base of all errors of this package. Never holds the API key, a request header or a request body.
 *
 * @example
 * try { await cloud.data.balances.get(id); } catch (error) {
 *   if (error instanceof CloudError) show(error.whatHappened, error.whatToDo, error.requestId);
 * }
 */
export class CloudError extends Error {
  readonly code: CloudErrorCode;
  readonly outcome: Outcome;
  readonly state: ErrorStateCode | undefined;
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly requestId: string | undefined;
  readonly status: number | undefined;

  constructor(details: CloudErrorDetails) {
    super(
      `${details.whatHappened} ${details.whatToDo}`,
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = new.target.name;
    this.code = details.code;
    this.outcome = details.outcome;
    this.state = details.state;
    this.whatHappened = details.whatHappened;
    this.whatToDo = details.whatToDo;
    this.requestId = details.requestId;
    this.status = details.status;
  }
}

/** A state of the protocol's catalogue with its words. */
export function inWordsOf(state: ErrorStateCode, details: ErrorStateDetails = {}) {
  const { whatHappened, whatToDo } = describeErrorState(state, details);
  return { state, whatHappened, whatToDo };
}

/** A text of somebody else's as a sentence. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
