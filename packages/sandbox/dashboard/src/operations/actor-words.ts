/** Who made a recorded call, in words. Pure. */
import type { AuditEntry } from "../api/types.ts";

/** A member who did something with an app, else the app whose key it was, else whoever holds the admin token. */
export function actorName({ actor, path, status }: Pick<AuditEntry, "actor" | "path" | "status">): string {
  const named = actor.user_name ?? actor.user_id ?? actor.app_name ?? actor.app_id;
  if (named !== undefined) return named;
  return path.startsWith("/admin/") && status !== 401 ? "Admin API" : "No valid key";
}

/** Below the name: the key an app called with, or the app that a member did something with. */
export function actorDetail({ actor }: Pick<AuditEntry, "actor">): string | undefined {
  if (actor.api_key_prefix !== undefined) return `${actor.api_key_prefix}…`;
  return actor.user_id === undefined ? undefined : (actor.app_name ?? actor.app_id);
}
