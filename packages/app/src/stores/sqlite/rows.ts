import type { SQLOutputValue } from "node:sqlite";
import { isScope } from "@annex/protocol/words";
import type { InstallationStatus } from "../../installations/installation.ts";
import type { StoredInstallation } from "../interface.ts";

/** A row as SQLite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** The columns of an installation, for the statements that read one. */
export const installationColumns = `i.installed_app_id, i.app_id, i.organization_id, i.instance_id,
  i.granted_permissions, i.api_key_prefix, i.status, i.generation, i.key_stored_at, i.installed_at`;

/** An installation out of a row with `installationColumns`. */
export function toInstallation(row: Row): StoredInstallation {
  const organizationId = optionalText(row["organization_id"]);
  return {
    installedAppId: String(row["installed_app_id"]),
    appId: String(row["app_id"]),
    ...(organizationId === undefined ? {} : { organizationId }),
    instanceId: String(row["instance_id"]),
    grantedPermissions: String(row["granted_permissions"]).split(" ").filter(isScope),
    apiKeyPrefix: String(row["api_key_prefix"]),
    installedAt: new Date(Number(row["installed_at"])),
    status: row["status"] as InstallationStatus,
    generation: Number(row["generation"]),
    keyStoredAt: optionalNumber(row["key_stored_at"]),
  };
}

export function optionalText(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function optionalNumber(value: SQLOutputValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
