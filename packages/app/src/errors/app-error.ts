import {
  describeErrorState,
  type ErrorStateCode,
  errorStateStatus,
  type KnownErrorCode,
  type Scope,
} from "@annex/protocol/words";
import { readable } from "./readable.ts";

/** What an `AppError` is made of. */
export type AppErrorFields = {
  /** Stable machine word, of the app's own or a known one; the codes of contract section 10 have pages of their own. */
  readonly code: KnownErrorCode | (string & {});
  /** HTTP status of the answer that carries it. */
  readonly status: number;
  /** What happened, one or two sentences for a person; shown escaped, so never put a secret or a stack into it. */
  readonly whatHappened: string;
  /** What the person can do next. */
  readonly whatToDo: string;
  /** Further particulars that the JSON answer names. */
  readonly details?: AppErrorDetails;
  readonly cause?: unknown;
};

/** Particulars of some errors, in the spelling of the JSON answer. */
export type AppErrorDetails = {
  readonly required_scope?: string;
  readonly purpose?: string;
  readonly provider?: string;
  readonly retry_after?: number;
  readonly field?: string;
  /** Where it stands that the field is of, in words, such as `line 3`. */
  readonly place?: string;
  /** Whether what was asked of Cloud, or of the app, may have been done; absent where that is not in question. */
  readonly outcome?: "not-sent" | "refused" | "unknown";
};

/**
 * An error that a person can understand: thrown by a handler or a job, it is
 * logged with a reference and shown with what to do next. Anything else thrown
 * is shown as `app_failed` and only its reference leaves the server.
 *
 * Contract section 10 (Error states).
 *
 * @example
 * ```ts
 * throw new AppError({
 *   code: "no_such_run", status: 404,
 *   whatHappened: "There is no run with this id.", whatToDo: "Go back to the list of runs.",
 * });
 * ```
 */
export class AppError extends Error {
  override readonly name: string = "AppError";
  /** A known code, which `isKnownErrorCode` tells, or the app's own. */
  readonly code: KnownErrorCode | (string & {});
  readonly status: number;
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly details: AppErrorDetails;
  /**
   * The state of the catalogue that this is, a closed set that a `switch` can exhaust; `undefined` for an error of the
   * app's own or of what was sent.
   */
  readonly state: ErrorStateCode | undefined;

  /** @throws TypeError when the status is not one of an error, or a word of it is no text. */
  constructor(fields: AppErrorFields) {
    for (const name of ["code", "whatHappened", "whatToDo"] as const)
      if (typeof fields[name] !== "string") throw new TypeError(`An error's ${name} is a text.`);
    if (!Number.isInteger(fields.status) || fields.status < 400 || fields.status > 599)
      throw new TypeError(`An error has a status from 400 to 599, not ${String(fields.status)}.`);
    super(fields.whatHappened, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.status = fields.status;
    this.whatHappened = fields.whatHappened;
    this.whatToDo = fields.whatToDo;
    this.details = { ...outcomeOf(fields.cause), ...withRealWait(fields.details) };
    this.state = isErrorState(fields.code) ? fields.code : undefined;
  }
}

/**
 * An external provider did not answer; shown with its name and the offer to try again.
 *
 * @example
 * ```ts
 * throw new ProviderUnreachable("Stripe", cause); // 502 provider_unreachable
 * ```
 */
export class ProviderUnreachable extends AppError {
  override readonly name = "ProviderUnreachable";
  constructor(provider: string, cause?: unknown) {
    super(stateFields("provider_unreachable", { provider }, cause));
  }
}

/**
 * A provider, or Cloud, asks to slow down. `retryAfterSeconds` is in seconds, as in the `Retry-After` header.
 *
 * @example
 * ```ts
 * throw new RateLimited("Stripe", 30); // 429 rate_limited, "Try again in 30 seconds."
 * ```
 */
export class RateLimited extends AppError {
  override readonly name = "RateLimited";
  constructor(provider: string, retryAfterSeconds?: number, cause?: unknown) {
    const details =
      retryAfterSeconds === undefined ? { provider } : { provider, retry_after: retryAfterSeconds };
    super(stateFields("rate_limited", withRealWait(details), cause));
  }
}

/**
 * One of the states of contract section 10 as an error, in the catalogue's own words.
 *
 * @example
 * ```ts
 * throw errorState("app_uninstalled");
 * ```
 */
export function errorState(code: ErrorStateCode, details: AppErrorDetails = {}, cause?: unknown): AppError {
  return new AppError(stateFields(code, details, cause));
}

/** What a provider writes into `Retry-After` may be a date, and no number when it is read as one: then nothing is known of it. */
function withRealWait({ retry_after, ...details }: AppErrorDetails = {}): AppErrorDetails {
  if (typeof retry_after !== "number" || !Number.isFinite(retry_after)) return details;
  return { ...details, retry_after: Math.max(0, retry_after) };
}

/** What failed between here and Cloud says whether it may have been done; whoever words it anew does not lose that. */
function outcomeOf(cause: unknown): Pick<AppErrorDetails, "outcome"> {
  const { outcome } = (readable(cause) ?? {}) as { readonly outcome?: unknown };
  return outcome === "not-sent" || outcome === "refused" || outcome === "unknown" ? { outcome } : {};
}

function isErrorState(code: string): code is ErrorStateCode {
  return Object.hasOwn(errorStateStatus, code);
}

function stateFields(code: ErrorStateCode, details: AppErrorDetails, cause: unknown): AppErrorFields {
  const description = describeErrorState(code, {
    requiredScope: details.required_scope as Scope | undefined,
    purpose: details.purpose,
    provider: details.provider,
    retryAfterSeconds: details.retry_after,
  });
  return {
    code,
    status: errorStateStatus[code],
    whatHappened: description.whatHappened,
    whatToDo: description.whatToDo,
    details,
    cause,
  };
}
