/** Whom a fault is set for must exist. */
import type { StateDatabase } from "../store/index.ts";
import { type FaultRequest, refused } from "./request.ts";

/**
 * Checks that what the scope and the values name exists: a fault for nobody would be waited for in vain.
 *
 * @throws Refusal 422 `invalid_request` naming the field.
 */
export async function checkScope(
  database: StateDatabase,
  request: FaultRequest,
  organizationId: string | undefined,
): Promise<void> {
  const named = [
    ["app_id", "apps", "app_id", request.appId],
    ["instance_id", "instances", "instance_id", request.instanceId],
    ["installed_app_id", "installations", "installed_app_id", request.installedAppId],
    ["user_id", "members", "user_id", request.values["user_id"]],
  ] as const;
  for (const [field, table, column, id] of named) {
    if (typeof id !== "string") continue;
    const row = await database
      .selectFrom(table)
      .select("organization_id")
      .where(database.dynamic.ref(column), "=", id)
      .executeTakeFirst();
    if (row === undefined || row.organization_id !== (organizationId ?? row.organization_id))
      throw refused(field, "there is none of this id");
  }
}
