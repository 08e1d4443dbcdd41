/** What a sync must have been granted. */
import type { Scope } from "@annex/protocol";

/** Permissions without which no run can start. */
export const neededToSync = ["data:read", "data:write"] as const satisfies readonly Scope[];
