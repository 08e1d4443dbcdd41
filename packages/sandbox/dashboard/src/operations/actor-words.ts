/** Who made a recorded call, in words. Pure. */
import type { AuditEntry } from "../api/types.ts";

/** A member who did something with an app, else whoever holds the admin token, else the app whose key it was. */
export function actorName(entry: Pick<AuditEntry, "actor" | "path" | "status">): string {
  const { actor, status } = entry;
  const member = actor.user_name ?? actor.user_id;
  if (member !== undefined) return member;
  if (isAdminCall(entry)) return status === 401 ? "No valid key" : "Admin API";
  return actor.app_name ?? actor.app_id ?? "No valid key";
}

/** Below the name: the key an app called with, or the app that something was done with. */
export function actorDetail(entry: Pick<AuditEntry, "actor" | "path">): string | undefined {
  const { actor } = entry;
  if (actor.api_key_prefix !== undefined) return `${actor.api_key_prefix}…`;
  const isSubject = actor.user_id !== undefined || isAdminCall(entry);
  return isSubject ? (actor.app_name ?? actor.app_id) : undefined;
}

/** No app calls these: one that is recorded with such a call is what it was about. */
function isAdminCall({ path }: Pick<AuditEntry, "path">): boolean {
  return path.startsWith("/admin/");
}
