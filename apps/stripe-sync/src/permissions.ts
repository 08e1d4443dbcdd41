/** What a sync must have been granted. */
import type { Scope } from "@annex/protocol";

/** Permissions without which no run can start. */
export const neededToSync = ["data:read", "data:write"] as const satisfies readonly Scope[];

/** Whether an installation was granted them. */
export function maySync(granted: readonly Scope[]): boolean {
  return neededToSync.every((scope) => granted.includes(scope));
}
