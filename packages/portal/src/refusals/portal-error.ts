/**
 * A refused or failed portal call, as one kind of error: contract section 10. The server's own words win; the
 * catalogue of `@annex/protocol` fills in whatever an answer leaves out.
 */
import {
  describeErrorState,
  type ErrorStateCode,
  type ErrorStateDetails,
  errorStateCodes,
  isScope,
  type KnownErrorCode,
  type Scope,
} from "@annex/protocol";

/** Codes only the browser can notice: the app's own server did not answer, or not in time. */
export type BrowserErrorCode = "app_unreachable";

/** What a `PortalError` is made of. Times in seconds. */
export interface PortalErrorDetails {
  /** HTTP status, or 0 when there was no answer. */
  readonly status: number;
  /** A known code, which `isKnownErrorCode` tells, `app_unreachable`, or an app's own code. */
  readonly code: KnownErrorCode | BrowserErrorCode | (string & {});
  readonly title: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
  /** What the app's developer finds in the log; absent when the server never saw the call. */
  readonly reference?: string;
  readonly requiredScope?: Scope;
  readonly purpose?: string;
  readonly provider?: string;
  readonly retryAfterSeconds?: number;
  /** Whether what was asked may have been done; absent where that is not in question. */
  readonly outcome?: "not-sent" | "refused" | "unknown";
}

/**
 * A portal call that did not succeed.
 *
 * @example
 * try {
 *   await client.post("/api/runs");
 * } catch (error) {
 *   if (error instanceof PortalError && error.details.code === "missing_permission") showReinstall();
 * }
 */
export class PortalError extends Error {
  override readonly name = "PortalError";
  readonly details: PortalErrorDetails;

  constructor(details: PortalErrorDetails, options?: ErrorOptions) {
    super(details.whatHappened, options);
    this.details = details;
  }
}

/** Whether a code is one of the error states of contract section 10. */
export function isErrorStateCode(code: string): code is ErrorStateCode {
  return (errorStateCodes as readonly string[]).includes(code);
}

function textIn(body: unknown, key: string): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const value: unknown = Reflect.get(body, key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function secondsIn(body: unknown, retryAfter: string | null): number | undefined {
  const inBody: unknown =
    typeof body === "object" && body !== null ? Reflect.get(body, "retry_after") : undefined;
  const seconds = typeof inBody === "number" ? inBody : Number(retryAfter ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined;
}

function outcomeIn(body: unknown): PortalErrorDetails["outcome"] {
  const outcome = textIn(body, "outcome");
  return outcome === "not-sent" || outcome === "refused" || outcome === "unknown" ? outcome : undefined;
}

/** Drops what is undefined, so that optional fields are absent rather than empty. */
function present<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

/**
 * Turns the answer of a refused call into an error.
 *
 * @param status HTTP status of the answer
 * @param body its parsed JSON, or `undefined` when it was not JSON (a proxy's page, for example)
 * @param retryAfter its `Retry-After` header, in seconds
 *
 * @example
 * ```ts
 * throw errorFromAnswer(response.status, body, response.headers.get("retry-after"));
 * ```
 */
export function errorFromAnswer(
  status: number,
  body: unknown,
  retryAfter: string | null = null,
): PortalError {
  const scope = textIn(body, "required_scope");
  const particulars = present({
    requiredScope: isScope(scope) ? scope : undefined,
    purpose: textIn(body, "purpose"),
    provider: textIn(body, "provider"),
    retryAfterSeconds: secondsIn(body, retryAfter),
    reference: textIn(body, "reference"),
    outcome: outcomeIn(body),
  });
  const code = textIn(body, "code") ?? "app_failed";
  const words = describe(code, status, particulars);
  return new PortalError({
    ...particulars,
    status,
    code,
    title: words.title,
    whatHappened: textIn(body, "error") ?? words.whatHappened,
    whatToDo: textIn(body, "next") ?? words.whatToDo,
  });
}

function describe(code: string, status: number, details: ErrorStateDetails) {
  const words = describeErrorState(isErrorStateCode(code) ? code : "app_failed", details);
  if (isErrorStateCode(code)) return words;
  const title = titleOfProvider(code, details);
  if (title !== undefined) return { ...words, title };
  // How the framework answers for Cloud, for the ledger behind it, and for whoever else the app depends on.
  if (status === 502) return { ...words, title: "Something the app depends on has failed" };
  if (status >= 500) return words;
  if (status < 400) return { ...words, title: failureTitle(details) };
  return { ...words, title: refusalTitle(status, details) };
}

/** What whoever the app depends on may say to an app that has no code of the catalogue's for it. */
const saidByProviders: Readonly<Record<string, string>> = {
  provider_refused_key: "refuses the key",
  provider_rate_limited: "asks to wait",
};

function titleOfProvider(code: string, { provider }: ErrorStateDetails): string | undefined {
  const said = saidByProviders[code];
  return said === undefined || provider === undefined ? undefined : `${beginning(provider)} ${said}`;
}

/** As it begins a sentence: in one it may stand as "the ledger". */
function beginning(provider: string): string {
  return `${provider.charAt(0).toUpperCase()}${provider.slice(1)}`;
}

/** What an app knows a code of its own for is no failure of the app's. */
function failureTitle({ provider }: ErrorStateDetails): string {
  return provider === undefined ? "This did not work" : `${beginning(provider)} needs attention`;
}

/** An app's own refusal is no failure of the app's: it says what is wrong with what was asked, or with whom it asked. */
function refusalTitle(status: number, details: ErrorStateDetails): string {
  if (details.provider !== undefined) return failureTitle(details);
  if (status === 404) return "Not found";
  return status === 409 ? "This is not possible now" : "This was not accepted";
}

/** The error of a call that got no answer at all. */
export function unreachableError(cause: unknown): PortalError {
  return new PortalError(
    {
      status: 0,
      code: "app_unreachable",
      title: "The app does not answer",
      whatHappened: "The app's server could not be reached, or did not answer in time.",
      whatToDo:
        "Check your connection and try again: what was asked already is not done twice. Work that is already running goes on without this page.",
      outcome: "unknown",
    },
    { cause },
  );
}

/** The error of a page that was opened without a session. */
export function noSessionError(): PortalError {
  return new PortalError({ status: 401, code: "session_unknown", ...describeErrorState("session_unknown") });
}

/**
 * Any thrown value as a `PortalError`; what is not one yet was a mistake of the page itself.
 *
 * @example
 * ```ts
 * asPortalError(new TypeError("x")).details.code; // "page_failed"
 * ```
 */
export function asPortalError(error: unknown): PortalError {
  if (error instanceof PortalError) return error;
  return new PortalError(
    {
      status: 0,
      code: "page_failed",
      title: "This page has failed",
      whatHappened: "The page met something it did not expect. What the app had begun goes on without it.",
      whatToDo: "Try again. If it happens again, reload the page or launch the app again.",
    },
    { cause: error },
  );
}
