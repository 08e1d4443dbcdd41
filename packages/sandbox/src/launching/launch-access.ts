/** Who may launch an app. Contract section 2 (launch access) and section 7, step 1. */
import { rolePrefix } from "@annex/protocol";
import type { RegisteredApp } from "../registry/index.ts";
import type { Member } from "../tenants/index.ts";

/**
 * Why a member may not launch an app, or nothing where he may.
 *
 * @param denied whether Cloud refuses him whatever the app's list says.
 * @example
 * ```ts
 * const analyst = { userId: "user_2", role: "Analyst" } as const;
 * whyNoLaunch({ launchAccess: ["user_1"] }, analyst, false);                 // "Launch access to this app is limited, …"
 * whyNoLaunch({ launchAccess: ["user_1", "role:Analyst"] }, analyst, false); // undefined
 * ```
 */
export function whyNoLaunch(
  { launchAccess }: Pick<RegisteredApp, "launchAccess">,
  { userId, role }: Pick<Member, "userId" | "role">,
  denied: boolean,
): string | undefined {
  if (denied) return "Launch access to this app was taken away from this member.";
  if (launchAccess.length === 0 || named(launchAccess, userId, role)) return undefined;
  return "Launch access to this app is limited, and this member is not on the list.";
}

function named(launchAccess: readonly string[], userId: string, role: string): boolean {
  return launchAccess.includes(userId) || launchAccess.includes(`${rolePrefix}${role}`);
}
