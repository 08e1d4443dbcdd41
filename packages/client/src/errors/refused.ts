import type { Scope } from "@annex/protocol/words";
import { type CallFacts, CloudError, inWordsOf, sentence } from "./cloud-error.ts";

/**
 * The installation was not granted the scope this call needs. Thrown before any request where that is known.
 *
 * @example
 * if (error instanceof MissingScope) explain(error.requiredScope);
 */
export class MissingScope extends CloudError {
  declare readonly code: "missing_scope";
  /** The scope that is missing; undefined when Cloud did not name it. */
  readonly requiredScope: Scope | undefined;

  constructor(requiredScope: Scope | undefined, facts: CallFacts = {}) {
    super({
      code: "missing_scope",
      outcome: facts.status === undefined ? "not-sent" : "refused",
      ...inWordsOf("missing_permission", { requiredScope }),
      ...facts,
    });
    this.requiredScope = requiredScope;
  }
}

/**
 * Cloud itself refused the call, or failed at it; `cloudCode` is its word, such as `instance_mismatch` or `not_found`.
 *
 * @example
 * if (error instanceof CloudRefused && error.cloudCode === "not_found") return undefined;
 */
export class CloudRefused extends CloudError {
  declare readonly code: "cloud_refused";
  readonly cloudCode: string;

  constructor(facts: CallFacts & { readonly cloudCode: string; readonly message: string }) {
    super({
      code: "cloud_refused",
      outcome: mayHaveBeenDone(facts.status) ? "unknown" : "refused",
      whatHappened: `Blnk Cloud ${failed(facts.status) ? "failed" : "refused the request"}: ${sentence(facts.message)}`,
      whatToDo: nextStepForCloud(facts.status),
      requestId: facts.requestId,
      status: facts.status,
    });
    this.cloudCode = facts.cloudCode;
  }
}

/**
 * Core refused the call; `coreCode`, `status` and `coreMessage` are Core's own.
 *
 * @example
 * if (error instanceof CoreError && error.coreCode === "TXN_INSUFFICIENT_FUNDS") askForFunds();
 */
export class CoreError extends CloudError {
  declare readonly code: "core_refused";
  /** Core's machine word, such as `TXN_DUPLICATE_REFERENCE`. */
  readonly coreCode: string;
  readonly coreMessage: string;
  /** Core's `error_detail.details`, unchanged. */
  readonly details: unknown;

  constructor(
    facts: CallFacts & { readonly coreCode: string; readonly message: string; readonly details?: unknown },
  ) {
    super({
      code: "core_refused",
      outcome: mayHaveBeenDone(facts.status) ? "unknown" : "refused",
      whatHappened: `The ledger ${failed(facts.status) ? "failed" : "refused the request"}: ${sentence(facts.message)}`,
      whatToDo: nextStepForCore(facts.status ?? 500),
      requestId: facts.requestId,
      status: facts.status,
    });
    this.coreCode = facts.coreCode;
    this.coreMessage = facts.message;
    this.details = facts.details;
  }
}

/**
 * The caller gave a value that can never be sent, such as an empty id or an amount with an exponent.
 *
 * @example
 * if (error instanceof InvalidRequest) markField(error.field);
 */
export class InvalidRequest extends CloudError {
  declare readonly code: "invalid_request";
  readonly field: string;

  constructor(field: string, reason: string) {
    super({
      code: "invalid_request",
      outcome: "not-sent",
      whatHappened: `The request was not sent: ${field} ${reason}.`,
      whatToDo: `Give ${field} a valid value.`,
    });
    this.field = field;
  }
}

function failed(status: number | undefined): boolean {
  return status !== undefined && status >= 500;
}

/** A server that failed may have done the work before it did. */
function mayHaveBeenDone(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 408;
}

function nextStepForCloud(status: number | undefined): string {
  if (status === 404) return "Check the id: the record may have been removed, or belong to another instance.";
  return failed(status) ? nextStepAfterFailure : "Correct the request as the message says, then try again.";
}

const nextStepAfterFailure = "Try again; if it happens again, report it with the request id.";

function nextStepForCore(status: number): string {
  if (status === 409)
    return "The record is already in that state, or its reference is taken: read it before trying again.";
  if (status === 423) return "Another change of the same record is under way: try again in a moment.";
  if (failed(status)) return nextStepAfterFailure;
  return "Correct the request as the message says, then try again.";
}
