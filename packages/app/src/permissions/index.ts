/**
 * Permissions: what was granted decides, not what was asked for. Every portal
 * route, job and Cloud call that says what it needs is refused without it, with
 * the permission and its purpose named. Implements contract sections 1 and 9
 * (points 6 and 7). Pure.
 */
import type { Scope } from "@annex/protocol";
import { missingPermission, type Purposes } from "../errors/describe.ts";

/**
 * Passes when everything required was granted.
 *
 * @throws AppError missing_permission for the first scope that was not.
 * @example
 * ```ts
 * requirePermissions(installation.grantedPermissions, ["data:write"], { "data:write": "to post pay-ins" });
 * ```
 */
export function requirePermissions(
  granted: readonly Scope[],
  required: readonly Scope[],
  purposes: Purposes,
): void {
  for (const scope of required) if (!granted.includes(scope)) throw missingPermission(scope, purposes);
}

/** Each permission the app asks for, whether it was granted, and what it is for: for the page. */
export function describePermissions(
  asked: readonly Scope[],
  granted: readonly Scope[],
  purposes: Purposes,
): readonly { readonly scope: Scope; readonly granted: boolean; readonly purpose: string | undefined }[] {
  return asked.map((scope) => ({ scope, granted: granted.includes(scope), purpose: purposes[scope] }));
}
