/** What both stores read out of a row: the columns have the same names and the same meaning in each. */

import { isScope } from "@annex/protocol/words";
import type { Actor, AuditAction, AuditDetails, KeptAuditEntry } from "../audit/index.ts";
import type {
  Contest,
  EventFacts,
  InstallFacts,
  Known,
  KnownInstallation,
} from "../installations/decision.ts";
import type { InstallationStatus } from "../installations/installation.ts";
import type { StoredCall, StoredEffect, StoredInstallation, StoredLink, StoredSession } from "./interface.ts";
import type { RunStatus, StoredRun } from "./runs.ts";

/** A row as a database gives it; whole numbers as numbers, since no column holds more than a double can. */
export type Row = Readonly<Record<string, unknown>>;

export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function optionalNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

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

/** The columns of what is known before an event: of the event `e` itself, and of its installation `i`. */
export const knownColumns = `e.fingerprint AS event_fingerprint, e.organization_id AS event_organization_id,
  i.installed_app_id, i.app_id, i.organization_id, i.instance_id, i.status, i.fingerprint, i.key_hash, i.key_stored_at,
  i.suspended_at`;

/** The event as it was remembered, out of a row with `knownColumns`. */
export function toRemembered(row: Row): Known["remembered"] {
  const fingerprint = optionalText(row["event_fingerprint"]);
  if (fingerprint === undefined) return undefined;
  return { fingerprint, organizationId: optionalText(row["event_organization_id"]) };
}

/** The installation, out of a row with `knownColumns`. */
export function toKnown(row: Row): KnownInstallation | undefined {
  const installedAppId = optionalText(row["installed_app_id"]);
  if (installedAppId === undefined) return undefined;
  return {
    installedAppId,
    appId: String(row["app_id"]),
    organizationId: optionalText(row["organization_id"]),
    instanceId: String(row["instance_id"]),
    status: row["status"] as InstallationStatus,
    fingerprint: optionalText(row["fingerprint"]),
    keyHash: optionalText(row["key_hash"]),
    keyStoredAt: optionalNumber(row["key_stored_at"]),
    suspendedAt: optionalNumber(row["suspended_at"]),
  };
}

/** Only what would become active can have rivals, and most events are not of that kind. */
export function needsRivals(
  facts: EventFacts,
  installation: KnownInstallation | undefined,
): facts is InstallFacts {
  if (facts.kind !== "install") return false;
  return (
    installation === undefined || installation.status === "revoked" || installation.suspendedAt !== undefined
  );
}

export function toContest(row: Row): Contest {
  return {
    olderId: String(row["older_id"]),
    newerId: String(row["newer_id"]),
    since: Number(row["since"]),
    openHours: Number(row["open_hours"]),
    countedAt: optionalNumber(row["counted_at"]),
  };
}

export function toLink(row: Row, tokenKey: Uint8Array): StoredLink {
  return {
    tokenKey,
    installedAppId: String(row["installed_app_id"]),
    generation: Number(row["bound_generation"]),
    userId: optionalText(row["user_id"]),
    createdAt: Number(row["created_at"]),
    expiresAt: Number(row["expires_at"]),
  };
}

export function toSession(row: Row, tokenKey: Uint8Array): StoredSession {
  return { ...toLink(row, tokenKey), lastUsedAt: Number(row["last_used_at"]) };
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
    trace: optionalText(row["trace"]),
    cause: optionalText(row["cause"]),
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

/** A portal call as it is filed, among the effects of its work. */
export function toCall(row: Row): StoredCall {
  return { holding: String(row["effect"]), answer: optionalText(row["result"]) };
}

/** The run of a statement that may have found none. */
export function toOptionalRun(row: Row | undefined): StoredRun | undefined {
  return row === undefined ? undefined : toRun(row);
}

export function toEffect(row: Row): StoredEffect {
  return {
    effectId: String(row["effect_id"]),
    effect: String(row["effect"]),
    notedAt: Number(row["noted_at"]),
    result: optionalText(row["result"]),
    seen: optionalText(row["seen"]) as StoredEffect["seen"],
  };
}

export function toAuditEntry(row: Row): KeptAuditEntry {
  const installedAppId = optionalText(row["installed_app_id"]);
  const details = optionalText(row["details"]);
  return {
    entryNumber: Number(row["entry_number"]),
    at: Number(row["at"]),
    ...(installedAppId === undefined ? {} : { installedAppId }),
    // Written by `auditColumns`.
    actor: { kind: row["actor_kind"], id: optionalText(row["actor_id"]) } as Actor,
    action: row["action"] as AuditAction,
    ...(details === undefined ? {} : { details: JSON.parse(details) as AuditDetails }),
  };
}
