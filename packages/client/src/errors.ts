/**
 * The family of errors the client throws. Each says what happened and what to do next in words a user can be
 * shown, and carries a stable code, so that no caller ever has to look into a message.
 */

/** What every error of the client carries. */
export interface CloudErrorDetails {
  /** Stable machine word, such as `missing_scope` or Core's `TXN_DUPLICATE_REFERENCE`. */
  readonly code: string;
  /** One sentence that ends in a full stop. */
  readonly whatHappened: string;
  /** What the user or the developer can do next. */
  readonly whatToDo: string;
  /** The call's id in Cloud's audit log, or the one the client gave it when no answer came. */
  readonly requestId?: string | undefined;
  /** HTTP status of the answer, when there was one. */
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/**
 * Base of all errors of this package. Never holds the API key, a request header or a request body.
 *
 * @example
 * try { await cloud.data.balances.get(id); } catch (error) {
 *   if (error instanceof CloudError) show(error.whatHappened, error.whatToDo, error.requestId);
 * }
 */
export class CloudError extends Error {
  readonly code: string;
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
    this.whatHappened = details.whatHappened;
    this.whatToDo = details.whatToDo;
    this.requestId = details.requestId;
    this.status = details.status;
  }
}

type Facts = Pick<CloudErrorDetails, "requestId" | "status">;

/** The installation was not granted the scope this call needs. Thrown before any request where that is known. */
export class MissingScope extends CloudError {
  readonly requiredScope: string;

  constructor(requiredScope: string, facts: Facts = {}) {
    super({
      code: "missing_scope",
      whatHappened: `This installation was not granted the permission ${requiredScope}.`,
      whatToDo: `What was granted cannot change: uninstall the app and install it again with ${requiredScope} ticked.`,
      ...facts,
    });
    this.requiredScope = requiredScope;
  }
}

/** Cloud answered 401: the key is unknown or was revoked, and the grace time after an install is over. */
export class KeyRevoked extends CloudError {
  constructor(facts: Facts = {}) {
    super({
      code: "key_revoked",
      whatHappened: "Blnk Cloud no longer accepts this installation's API key.",
      whatToDo: "Uninstall the app and install it again: that makes a new key.",
      ...facts,
    });
  }
}

/** The instance is stopped or cannot be reached by Cloud. */
export class InstanceUnavailable extends CloudError {
  readonly retryAfterSeconds: number | undefined;

  constructor(facts: Facts & { readonly retryAfterSeconds?: number | undefined } = {}) {
    super({
      code: "instance_unavailable",
      whatHappened: "The Blnk instance is stopped or cannot be reached.",
      whatToDo: "Check in the Blnk Cloud dashboard that the instance is running, then try again.",
      ...facts,
    });
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** Too many requests, by Cloud's or by Core's own limit. */
export class RateLimited extends CloudError {
  readonly retryAfterSeconds: number | undefined;

  constructor(facts: Facts & { readonly retryAfterSeconds?: number | undefined } = {}) {
    const wait = facts.retryAfterSeconds;
    super({
      code: "rate_limited",
      whatHappened: "Blnk Cloud is receiving more requests than this key may send.",
      whatToDo:
        wait === undefined
          ? "Wait a moment, then try again."
          : `Try again in ${Math.ceil(wait)} second${Math.ceil(wait) === 1 ? "" : "s"}.`,
      ...facts,
    });
    this.retryAfterSeconds = wait;
  }
}

/** No usable answer: no connection, a time-out, or a failing gateway in front of Cloud. */
export class CloudUnreachable extends CloudError {
  /** True when the request certainly never reached Cloud; otherwise a write may have been carried out. */
  readonly notSent: boolean;

  constructor(
    facts: Facts & { readonly reason: string; readonly notSent: boolean; readonly cause?: unknown },
  ) {
    super({
      code: "cloud_unreachable",
      whatHappened: `Blnk Cloud could not be reached: ${facts.reason}.`,
      whatToDo: "Check the network and Blnk's status page, then try again.",
      requestId: facts.requestId,
      status: facts.status,
      cause: facts.cause,
    });
    this.notSent = facts.notSent;
  }
}

/** The answer is not what Cloud documents: not JSON, too large, or without the fields of the record asked for. */
export class UnexpectedAnswer extends CloudError {
  /** What could not be understood, as part of a sentence. */
  readonly reason: string;

  constructor(reason: string, facts: Facts = {}) {
    super({
      code: "unexpected_answer",
      whatHappened: `Blnk Cloud gave an answer that could not be understood: ${reason}.`,
      whatToDo: "Check the Cloud address of this app. If it is right, report this with the request id.",
      ...facts,
    });
    this.reason = reason;
  }
}

/** Cloud itself refused the call, such as `instance_mismatch` or `not_found`. */
export class CloudRefused extends CloudError {
  constructor(facts: Facts & { readonly code: string; readonly message: string }) {
    super({
      code: facts.code,
      whatHappened: `Blnk Cloud refused the request: ${sentence(facts.message)}`,
      whatToDo:
        facts.status === 404
          ? "Check the id: the record may have been removed, or belong to another instance."
          : "Correct the request as the message says, then try again.",
      requestId: facts.requestId,
      status: facts.status,
    });
  }
}

/** Core refused the call; `code`, `status` and `coreMessage` are Core's own. */
export class CoreError extends CloudError {
  readonly coreMessage: string;
  /** Core's `error_detail.details`, unchanged. */
  readonly details: unknown;

  constructor(
    facts: Facts & { readonly code: string; readonly message: string; readonly details?: unknown },
  ) {
    super({
      code: facts.code,
      whatHappened: `The ledger refused the request: ${sentence(facts.message)}`,
      whatToDo: nextStepForCore(facts.status ?? 500),
      requestId: facts.requestId,
      status: facts.status,
    });
    this.coreMessage = facts.message;
    this.details = facts.details;
  }
}

/** The caller gave a value that can never be sent, such as an empty id or an amount with an exponent. */
export class InvalidRequest extends CloudError {
  readonly field: string;

  constructor(field: string, reason: string) {
    super({
      code: "invalid_request",
      whatHappened: `The request was not sent: ${field} ${reason}.`,
      whatToDo: `Give ${field} a valid value.`,
    });
    this.field = field;
  }
}

function nextStepForCore(status: number): string {
  if (status === 409)
    return "The record is already in that state, or its reference is taken: read it before trying again.";
  if (status === 423) return "Another change of the same record is under way: try again in a moment.";
  if (status >= 500) return "Try again; if it happens again, report it with the request id.";
  return "Correct the request as the message says, then try again.";
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
