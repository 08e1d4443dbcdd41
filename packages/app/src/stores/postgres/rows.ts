import { isScope } from "@annex/protocol/words";
import type { InstallationStatus } from "../../installations/installation.ts";
import type { StoredInstallation } from "../interface.ts";
import type { RunStatus, StoredRun } from "../runs.ts";
import type { Row } from "./connection.ts";

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

export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function optionalNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** A row of `runs`, all columns. What waits for its time is queued to whoever looks at it. */
export function toRun(row: Row): StoredRun {
  const status = row["status"] === "waiting" ? "queued" : row["status"];
  return {
    runNumber: Number(row["run_number"]),
    runId: String(row["run_id"]),
    installedAppId: String(row["installed_app_id"]),
    job: String(row["job"]),
    status: status as RunStatus,
    input: optionalText(row["input"]),
    result: optionalText(row["result"]),
    failure: optionalText(row["failure"]),
    progress: optionalText(row["progress"]),
    attempt: Number(row["attempt"]),
    failures: Number(row["failures"]),
    crashes: Number(row["crashes"]),
    fence: Number(row["fence"]),
    availableAt: Number(row["available_at"]),
    createdAt: Number(row["created_at"]),
    startedAt: optionalNumber(row["started_at"]),
    finishedAt: optionalNumber(row["finished_at"]),
  };
}

/** The run of a statement that may have found none. */
export function toOptionalRun(row: Row | undefined): StoredRun | undefined {
  return row === undefined ? undefined : toRun(row);
}
