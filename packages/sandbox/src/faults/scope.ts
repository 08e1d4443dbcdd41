/** Whom a fault is set for must exist, and be one thing where several are named. */
import type { StateDatabase } from "../store/index.ts";
import { type FaultRequest, refused } from "./request.ts";

/**
 * Checks that what the scope and the values name exists, and belongs together: a fault for nobody would be waited for
 * in vain.
 *
 * @param organizationId the one that it must be in, where there is one.
 * @returns the organization of what is named; where nothing is, the given one.
 * @throws Refusal 422 `invalid_request` naming the field.
 */
export async function checkScope(
  database: StateDatabase,
  request: FaultRequest,
  organizationId: string | undefined,
): Promise<string | undefined> {
  const named = [
    ["app_id", "apps", "app_id", request.appId],
    ["instance_id", "instances", "instance_id", request.instanceId],
    ["installed_app_id", "installations", "installed_app_id", request.installedAppId],
    ["user_id", "members", "user_id", request.values["user_id"]],
  ] as const;
  let whose = organizationId;
  for (const [field, table, column, id] of named) {
    if (typeof id !== "string") continue;
    const found = await organizationOf(database, table, column, id);
    // To a member nothing of another organization exists.
    if (found === undefined || found !== (organizationId ?? found))
      throw refused(field, "there is none of this id");
    if (found !== (whose ?? found)) throw refused(field, "is in another organization than what is named too");
    whose = found;
  }
  await checkInstallation(database, request);
  return whose;
}

async function organizationOf(
  database: StateDatabase,
  table: "apps" | "instances" | "installations" | "members",
  column: string,
  id: string,
): Promise<string | undefined> {
  const query = database
    .selectFrom(table)
    .select("organization_id")
    .where(database.dynamic.ref(column), "=", id);
  // Of an app that was removed only its name is left.
  const present = table === "apps" ? query.where(database.dynamic.ref("removed_at"), "is", null) : query;
  return (await present.executeTakeFirst())?.organization_id;
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
