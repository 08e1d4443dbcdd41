import { MissingPermissionNotice, missingPermissions, usePortal } from "@annex/portal";
import { neededToSync } from "../../src/permissions.ts";

/** What a sync needs and was not granted, and how it is granted; nothing where all was. */
export function MissingPermissions() {
  const { session } = usePortal();
  return <MissingPermissionNotice missing={missingPermissions(neededToSync, session.permissions)} />;
}
