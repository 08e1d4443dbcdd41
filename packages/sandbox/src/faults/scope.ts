/** Whom a fault is set for must exist, and be one thing where several are named. */
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
  await checkInstallation(database, request);
}

/** An installation is of one app in one instance; one of another would never be struck. */
async function checkInstallation(
  database: StateDatabase,
  { installedAppId, appId, instanceId }: FaultRequest,
): Promise<void> {
  if (installedAppId === undefined) return;
  const row = await database
    .selectFrom("installations")
    .select(["app_id", "instance_id"])
    .where("installed_app_id", "=", installedAppId)
    .executeTakeFirstOrThrow();
  if (row.app_id !== (appId ?? row.app_id)) throw refused("app_id", "the installation is of another app");
  if (row.instance_id !== (instanceId ?? row.instance_id))
    throw refused("instance_id", "the installation is in another instance");
}
