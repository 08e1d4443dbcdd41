import { errorStateStatus, type Scope } from "@annex/protocol/words";
import { AppError, type AppErrorDetails, errorState, ProviderUnreachable, RateLimited } from "./app-error.ts";
import { readable } from "./readable.ts";

const cloudName = "Blnk Cloud";

/** An error of @annex/client, known by its shape so that the package is loaded only where it is used. */
type CloudFailure = Error & {
  readonly code: string;
  /** Cloud's or Core's own word, where the error is a refusal of theirs. */
  readonly cloudCode?: string;
  readonly coreCode?: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
  readonly status?: number;
  readonly requiredScope?: string;
  readonly retryAfterSeconds?: number;
};

/** What the app needs a permission for, by scope. */
export type Purposes = Readonly<Partial<Record<Scope, string>>>;

/**
 * Whatever was thrown, as an error that a person can understand. What is not one
 * of the known kinds becomes `app_failed`, whose answer says nothing of the cause.
 */
export function describeFailure(thrown: unknown, purposes: Purposes = {}): AppError {
  const error = readable(thrown);
  try {
    if (error instanceof AppError) return error;
    if (isCloudFailure(error)) return fromCloud(error, purposes);
    if (isAddressFailure(error)) return badAddress(error);
    if (isStoreFailure(error)) return databaseUnavailable(error);
  } catch {
    // It has the shape of one of them, and not its values.
  }
  return errorState("app_failed", {}, error);
}

/** The refusal of a call for want of a permission, with what it is for. */
export function missingPermission(scope: Scope, purposes: Purposes, cause?: unknown): AppError {
  const purpose = purposes[scope];
  const details: AppErrorDetails = { required_scope: scope, ...(purpose === undefined ? {} : { purpose }) };
  return errorState("missing_permission", details, cause);
}

/** A name of a document or a secret that is none, known by its code; most come out of what a caller sent, such as a part of a path. */
function isAddressFailure(error: unknown): error is Error {
  const { code } = error as { readonly code?: unknown };
  return error instanceof Error && (code === "data_address_invalid" || code === "secret_name_invalid");
}

function badAddress(error: Error): AppError {
  return new AppError({
    code: "invalid_key",
    status: 422,
    whatHappened: error.message,
    whatToDo: "Correct the name and send it again.",
    cause: error,
  });
}

/** A store that can't be read or written, known by its name: what describes errors knows of no store. */
function isStoreFailure(error: unknown): error is Error {
  return error instanceof Error && error.name === "StoreUnavailable";
}

function databaseUnavailable(error: Error): AppError {
  return new AppError({
    code: "database_unavailable",
    status: 503,
    whatHappened: "The app can't use its database at the moment.",
    whatToDo: "Try again in a minute. If it goes on, whoever operates the app finds the cause in its log.",
    cause: error,
  });
}

function isCloudFailure(error: unknown): error is CloudFailure {
  if (!(error instanceof Error)) return false;
  const { code, whatHappened, whatToDo } = error as Partial<CloudFailure>;
  return typeof code === "string" && typeof whatHappened === "string" && typeof whatToDo === "string";
}

type FromCloud = (error: CloudFailure, purposes: Purposes) => AppError;

const cloudStates: Readonly<Record<string, FromCloud>> = {
  missing_scope: (error, purposes) => missingPermission(error.requiredScope as Scope, purposes, error),
  key_revoked: (error) => errorState("key_revoked", {}, error),
  instance_unavailable: (error) =>
    errorState("instance_unavailable", retryAfter(error.retryAfterSeconds), error),
  rate_limited: (error) => new RateLimited(cloudName, error.retryAfterSeconds, error),
  cloud_unreachable: (error) => new ProviderUnreachable(cloudName, error),
  key_refused: (error) => errorState("suspended", {}, error),
  outcome_unknown: inItsOwnWords,
};

function inItsOwnWords(error: CloudFailure): AppError {
  const { code, whatHappened, whatToDo } = error;
  return new AppError({
    code,
    status: errorStateStatus.outcome_unknown,
    whatHappened,
    whatToDo,
    cause: error,
  });
}

function fromCloud(error: CloudFailure, purposes: Purposes): AppError {
  return cloudStates[error.code]?.(error, purposes) ?? refusedByCloud(error);
}

// A mistake in what was asked stays one; a trouble between the app and the ledger is not the caller's.
function refusedByCloud(error: CloudFailure): AppError {
  const { whatHappened, whatToDo, status = 502 } = error;
  const code = error.coreCode ?? error.cloudCode ?? error.code;
  const ofTheCaller = status === 400 || status === 404 || status === 409 || status === 422 || status === 423;
  return new AppError({ code, status: ofTheCaller ? status : 502, whatHappened, whatToDo, cause: error });
}

/** Who refused, where a failure is Cloud's own answer or, behind it, the ledger's; as it stands in a sentence. */
export function refuser({ cause }: AppError): string | undefined {
  return isCloudFailure(cause) ? refusers[cause.code] : undefined;
}

/** Those of the client's errors for which the catalogue has no words. */
const refusers: Readonly<Record<string, string>> = {
  cloud_refused: cloudName,
  unexpected_answer: cloudName,
  core_refused: "the ledger",
};

function retryAfter(seconds: number | undefined): AppErrorDetails {
  return seconds === undefined ? {} : { retry_after: seconds };
}
