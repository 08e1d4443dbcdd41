/** Who may launch an app. Contract section 2 (launch access) and section 7, step 1. */
import type { RegisteredApp } from "../registry/index.ts";

/**
 * Why a member may not launch an app, or nothing where he may.
 *
 * @param denied whether Cloud refuses him whatever the app's list says.
 * @example
 * ```ts
 * whyNoLaunch({ launchAccess: ["user_1"] }, "user_2", false); // "Launch access to this app is limited, …"
 * ```
 */
export function whyNoLaunch(
  { launchAccess }: Pick<RegisteredApp, "launchAccess">,
  userId: string,
  denied: boolean,
): string | undefined {
  if (denied) return "Launch access to this app was taken away from this member.";
  if (launchAccess.length === 0 || launchAccess.includes(userId)) return undefined;
  return "Launch access to this app is limited, and this member is not on the list.";
}
