/** Which permissions an action misses, and how that is said. Contract section 1: what was granted cannot change. */
import { type Scope, scopeDescriptions } from "@annex/protocol";
import type { PermissionInfo } from "../provider/portal-context.ts";

/** A permission an action needs and does not have, with what it is for. */
export interface MissingPermission {
  readonly scope: Scope;
  readonly purpose: string;
}

/**
 * The needed permissions that were not granted, in the order they are needed.
 *
 * @example
 * missingPermissions(["data:write"], session.permissions); // [{ scope: "data:write", purpose: "to post …" }]
 */
export function missingPermissions(
  needed: readonly Scope[],
  permissions: readonly PermissionInfo[],
): readonly MissingPermission[] {
  const known = new Map(permissions.map((permission) => [permission.scope, permission]));
  return needed
    .filter((scope) => known.get(scope)?.granted !== true)
    .map((scope) => ({ scope, purpose: known.get(scope)?.purpose ?? scopeDescriptions[scope] }));
}

/**
 * Why an action cannot be used, in one sentence; `undefined` when nothing is missing.
 *
 * @example
 * ```ts
 * missingReason([]); // undefined: the action can be used
 * ```
 */
export function missingReason(missing: readonly MissingPermission[]): string | undefined {
  if (missing.length === 0) return undefined;
  const names = missing.map((permission) => permission.scope).join(" and ");
  return `Needs ${names}, which ${missing.length === 1 ? "was" : "were"} not granted when the app was installed.`;
}
