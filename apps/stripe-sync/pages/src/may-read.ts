import { missingPermissions, type SessionInfo } from "@annex/portal";
import { neededToSync } from "../../src/permissions.ts";

/** Whether this installation may read the ledger; without it nothing can be compared. */
export function mayRead(session: SessionInfo): boolean {
  return missingPermissions(["data:read"], session.permissions).length === 0;
}

/** Whether it was granted what a sync needs. */
export function maySync(session: SessionInfo): boolean {
  return missingPermissions(neededToSync, session.permissions).length === 0;
}
