/**
 * The error states a user must be able to understand: for each what happened
 * and what to do next. One catalogue for the pages an app serves, the JSON its
 * portal answers, and the browser kit. Contract section 10; statuses of the
 * portal's own refusals from section 7.
 */
import { type Scope, scopeDescriptions } from "../cloud/scopes.ts";

/** Each state with the HTTP status of an answer that says it. */
export const errorStateStatus = {
  missing_permission: 403,
  instance_unavailable: 503,
  app_uninstalled: 403,
  session_expired: 410,
  session_unknown: 401,
  provider_unreachable: 502,
  key_revoked: 403,
  suspended: 503,
  outcome_unknown: 409,
  user_not_allowed: 403,
  rate_limited: 429,
  app_failed: 500,
} as const;

/** The name of a state: a closed set that a `switch` can exhaust. */
export type ErrorStateCode = keyof typeof errorStateStatus;
/** All of them, in the order of the catalogue. */
export const errorStateCodes = Object.keys(errorStateStatus) as readonly ErrorStateCode[];

/** Particulars that some states name. */
export type ErrorStateDetails = {
  readonly requiredScope?: Scope | undefined;
  /** What the app needs the permission for, in its own words. */
  readonly purpose?: string | undefined;
  /** Who did not answer or asks to slow down, by name. */
  readonly provider?: string | undefined;
  /** Why it could not be reached, as part of a sentence. */
  readonly reason?: string | undefined;
  /** Whole or broken seconds; shown rounded up. */
  readonly retryAfterSeconds?: number | undefined;
  /** What may or may not have been done, such as "the commit of txn_1". */
  readonly effect?: string | undefined;
  /** Where a person sees whether it was done, as part of a sentence that begins with "Look". */
  readonly lookAt?: string | undefined;
  /** A person said that it was done, and Cloud does not show it. */
  readonly seen?: "done" | undefined;
};

/** A state in words for a person: full sentences, without markup. */
export type ErrorStateDescription = {
  readonly title: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
};

/** JSON of a refused portal call. */
export type PortalRefusal = {
  readonly error: string;
  /** One that `isKnownErrorCode` knows, or the app's own. */
  readonly code: string;
  readonly next: string;
  readonly reference: string;
  readonly required_scope?: string;
  readonly purpose?: string;
  readonly provider?: string;
  readonly retry_after?: number;
  /** Whether what was asked of Cloud, or of the app, may have been done; absent where that is not in question. */
  readonly outcome?: "not-sent" | "refused" | "unknown";
};

type Describe = (details: ErrorStateDetails) => ErrorStateDescription;

const descriptions: Readonly<Record<ErrorStateCode, Describe>> = {
  missing_permission: (details) => ({
    title: "A permission is missing",
    whatHappened: missingPermission(details),
    whatToDo: `Permissions cannot be added to an installed app. Uninstall it in the Apps library and install it again with ${details.requiredScope ?? "this permission"} ticked.`,
  }),
  instance_unavailable: () => ({
    title: "The instance is unavailable",
    whatHappened: "The ledger instance this app is installed in does not answer at the moment.",
    whatToDo: "Check that the instance is running in the dashboard, then try again.",
  }),
  app_uninstalled: () => ({
    title: "The app is not installed any more",
    whatHappened: "The app was uninstalled from this instance, so its access has ended.",
    whatToDo: "To use it again, install it from the Apps library and launch it from there.",
  }),
  session_expired: () => ({
    title: "The session has expired",
    whatHappened: "This session was not used for a while or has reached its longest life, so it was closed.",
    whatToDo: "Launch the app again from the dashboard. Your work is stored.",
  }),
  session_unknown: () => ({
    title: "There is no session here",
    whatHappened:
      "This page was opened without a valid session. Sessions begin in the dashboard and belong to one tab.",
    whatToDo: "Launch the app from the Apps library in the dashboard.",
  }),
  provider_unreachable: (details) => ({
    title: `${details.provider ?? "The provider"} cannot be reached`,
    whatHappened: `${details.provider ?? "An external provider"} did not answer${because(details)}. What was done so far is kept, and nothing is done twice.`,
    whatToDo: `Check the status of ${details.provider ?? "the provider"} and try again; work that was under way goes on where it stopped.`,
  }),
  key_revoked: () => ({
    title: "The app's key no longer works",
    whatHappened:
      "The dashboard refuses the key of this installation, so the app can do nothing for this instance.",
    whatToDo: "Uninstall the app in the Apps library and install it again: that makes a new key.",
  }),
  suspended: () => ({
    title: "The app is suspended",
    whatHappened:
      "Blnk Cloud refuses this app's key without saying that it was revoked, so the app sends nothing for the moment. Its key and data are kept.",
    whatToDo:
      "The app asks again by itself and goes on when its key is taken. If this lasts, ask the app's operator to check its Cloud address and what stands between it and Cloud.",
  }),
  outcome_unknown: (details) => ({
    title: "Nobody knows whether it was done",
    whatHappened:
      details.seen === "done"
        ? `Somebody said that ${details.effect ?? "a request"} was done, and Blnk Cloud does not show it to the app. It was not sent a second time.`
        : `The answer to ${details.effect ?? "a request"} was lost, and Blnk Cloud cannot be asked whether it was done. It was not sent a second time.`,
    whatToDo: `Look ${details.lookAt ?? "in the dashboard whether it was done"}. Then say here what you saw, and the work goes on.`,
  }),
  user_not_allowed: () => ({
    title: "You may not use this app",
    whatHappened: "Your account is not among those who may use this app.",
    whatToDo: "Ask an administrator of your organization for access.",
  }),
  rate_limited: (details) => ({
    title: "Too many requests",
    whatHappened: `${details.provider ?? "The dashboard"} asks us to slow down. Nothing was lost.`,
    whatToDo:
      details.retryAfterSeconds === undefined
        ? "Try again in a moment."
        : `Try again in ${seconds(details.retryAfterSeconds)}.`,
  }),
  app_failed: () => ({
    title: "The app has failed",
    whatHappened: "Something went wrong inside the app. What it had finished before that is kept.",
    whatToDo: "Try again. If it happens again, give the reference below to the app's developer.",
  }),
};

/**
 * What happened and what to do next, in words for a person.
 *
 * @example
 * ```ts
 * describeErrorState("rate_limited", { retryAfterSeconds: 30 }).whatToDo; // "Try again in 30 seconds."
 * ```
 */
export function describeErrorState(
  code: ErrorStateCode,
  details: ErrorStateDetails = {},
): ErrorStateDescription {
  return descriptions[code](details);
}

function missingPermission(details: ErrorStateDetails): string {
  if (details.requiredScope === undefined)
    return "This app was installed without a permission that this action needs.";
  const purpose = details.purpose ?? `to ${lowerFirst(scopeDescriptions[details.requiredScope])}`;
  return `This app was installed without ${details.requiredScope}. It needs it ${purpose}.`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function because(details: ErrorStateDetails): string {
  return details.reason === undefined ? "" : ` (${details.reason})`;
}

function seconds(count: number): string {
  const whole = Math.ceil(count);
  return whole === 1 ? "1 second" : `${whole} seconds`;
}
