/** What a person can do about each error: one pure table, so that every page offers the same way out. */
import { isErrorStateCode, type PortalErrorDetails } from "./portal-error.ts";

/**
 * The way out of an error state.
 * - `retry`: a button repeats the call
 * - `wait`: the button repeats it after a countdown
 * - `reinstall`, `launch`, `ask`: steps outside this page; there is nothing to press here
 * - `change`: the same again would be refused again; something else has to be asked
 */
export type RemedyKind = "retry" | "wait" | "reinstall" | "launch" | "ask" | "change";

/** A remedy: its kind, the steps to take in the dashboard, and how long to wait (seconds) before trying again. */
export interface Remedy {
  readonly kind: RemedyKind;
  readonly steps: readonly string[];
  readonly waitSeconds: number;
  /** The whole page is over, not only the part that asked: nothing else on it can succeed either. */
  readonly endsPage: boolean;
}

const OPEN_LIBRARY = "Open the Apps library of this instance in the dashboard.";

function outside(kind: RemedyKind, steps: readonly string[], endsPage = true): Remedy {
  return { kind, steps, waitSeconds: 0, endsPage };
}

function again(waitSeconds = 0): Remedy {
  return { kind: waitSeconds > 0 ? "wait" : "retry", steps: [], waitSeconds, endsPage: false };
}

function reinstallWith(scope: string | undefined): Remedy {
  const grant =
    scope === undefined
      ? "Install it again with every permission ticked."
      : `Install it again with ${scope} ticked.`;
  return outside("reinstall", [OPEN_LIBRARY, "Uninstall this app.", grant], false);
}

/** What decides the remedy. */
export type RemedyCause = Pick<PortalErrorDetails, "code" | "status" | "requiredScope" | "retryAfterSeconds">;

/** A refusal of what was asked, in the app's own words: no error state of the contract, and no fault to wait out. */
function isOwnRefusal({ code, status }: RemedyCause): boolean {
  return !isErrorStateCode(code) && status >= 400 && status < 500;
}

/**
 * Says what to do about an error.
 *
 * @example
 * remedyFor(error.details).kind; // "wait"
 */
export function remedyFor(details: RemedyCause): Remedy {
  switch (details.code) {
    case "missing_permission":
      return reinstallWith(details.requiredScope);
    case "app_uninstalled":
      return outside("reinstall", [OPEN_LIBRARY, "Install this app.", "Launch it from there."]);
    case "key_revoked":
      return outside("reinstall", [
        OPEN_LIBRARY,
        "Uninstall this app.",
        "Install it again: that makes a new key.",
      ]);
    case "session_expired":
    case "session_unknown":
      return outside("launch", [OPEN_LIBRARY, "Press Launch app."]);
    case "user_not_allowed":
      return outside("ask", []);
    case "outcome_unknown":
      // The same again could do it twice: a person has to look first.
      return outside("ask", [], false);
    default:
      return isOwnRefusal(details) ? outside("change", [], false) : again(details.retryAfterSeconds ?? 0);
  }
}
