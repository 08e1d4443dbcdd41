/** One event: read what is known, ask the decision, carry out the changes. Runs inside a transaction. */
import type { Change, EventFacts, Known, KnownInstallation } from "../../installations/decision.ts";
import type { InstallationStatus } from "../../installations/installation.ts";
import type { Applied, EventToApply } from "../interface.ts";
import type { Connection } from "./connection.ts";
import { optionalNumber, optionalText, type Row } from "./rows.ts";

/** Applies an event; the caller holds the transaction. */
export function applyEvent(connection: Connection, event: EventToApply): Applied {
  const decision = event.decide(readKnown(connection, event.facts));
  const changes = decision.outcome === "accepted" ? decision.changes : [];
  for (const change of changes) carryOut(connection, change, event);
  return { decision, changes };
}

const knownSql = `
  SELECT e.fingerprint AS event_fingerprint, e.organization_id AS event_organization_id,
    i.installed_app_id, i.app_id, i.organization_id, i.instance_id, i.status, i.fingerprint, i.key_hash, i.key_stored_at
  FROM (SELECT ? AS idempotency_key, ? AS installed_app_id) asked
  LEFT JOIN events e ON e.idempotency_key = asked.idempotency_key
  LEFT JOIN installations i ON i.installed_app_id = asked.installed_app_id`;

function readKnown(connection: Connection, facts: EventFacts): Known {
  const idempotencyKey = facts.kind === "key-rejected" ? null : facts.idempotencyKey;
  const row = connection.statement(knownSql).get(idempotencyKey, facts.installedAppId) ?? {};
  const installation = row["installed_app_id"] === null ? undefined : toKnown(row);
  return {
    remembered: toRemembered(row),
    installation,
    rivals: needsRivals(facts, installation) ? readRivals(connection, facts) : [],
  };
}

// Only what would become active can have rivals, and most events are not of that kind.
function needsRivals(
  facts: EventFacts,
  installation: KnownInstallation | undefined,
): facts is EventFacts & { readonly kind: "install" } {
  return facts.kind === "install" && (installation === undefined || installation.status === "revoked");
}

function toRemembered(row: Row): Known["remembered"] {
  const fingerprint = optionalText(row["event_fingerprint"]);
  if (fingerprint === undefined) return undefined;
  return { fingerprint, organizationId: optionalText(row["event_organization_id"]) };
}

function toKnown(row: Row): KnownInstallation {
  return {
    installedAppId: String(row["installed_app_id"]),
    appId: String(row["app_id"]),
    organizationId: optionalText(row["organization_id"]),
    instanceId: String(row["instance_id"]),
    status: row["status"] as InstallationStatus,
    fingerprint: optionalText(row["fingerprint"]),
    keyHash: optionalText(row["key_hash"]),
    keyStoredAt: optionalNumber(row["key_stored_at"]),
  };
}

// An event or a record that does not name its organization stands for the same one.
const rivalsSql = `
  SELECT installed_app_id FROM installations
  WHERE status = 'active' AND instance_id = ? AND app_id = ? AND installed_app_id <> ?
    AND (organization_id IS NULL OR ? IS NULL OR organization_id = ?)`;

function readRivals(
  connection: Connection,
  facts: EventFacts & { readonly kind: "install" },
): readonly string[] {
  const organizationId = facts.organizationId ?? null;
  return connection
    .statement(rivalsSql)
    .all(facts.instanceId, facts.appId, facts.installedAppId, organizationId, organizationId)
    .map((row) => String(row["installed_app_id"]));
}

function carryOut(connection: Connection, change: Change, event: EventToApply): void {
  if (change.change === "remember") remember(connection, event);
  else if (change.change === "insert") insert(connection, change.status, change.at, event.facts);
  else if (change.change === "renew") renew(connection, change.at, event.facts);
  else if (change.change === "seal-key") sealKey(connection, event);
  else if (change.change === "end") end(connection, change);
  else enqueue(connection, change, event.now);
}

function enqueue(connection: Connection, change: Change & { readonly change: "enqueue" }, now: number): void {
  connection
    .statement("INSERT INTO outbox (installed_app_id, kind, reason, created_at) VALUES (?, ?, ?, ?)")
    .run(change.installedAppId, change.kind, change.reason, now);
}

function remember(connection: Connection, event: EventToApply): void {
  const { facts, now } = event;
  if (facts.kind === "key-rejected") return;
  connection
    .statement(
      "INSERT INTO events (idempotency_key, organization_id, fingerprint, received_at) VALUES (?, ?, ?, ?)",
    )
    .run(facts.idempotencyKey, facts.organizationId ?? null, facts.fingerprint, now);
}

const insertSql = `
  INSERT INTO installations (installed_app_id, app_id, organization_id, instance_id, granted_permissions,
    api_key_prefix, status, generation, fingerprint, key_hash, key_stored_at, installed_at, ended_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)`;

function insert(
  connection: Connection,
  status: "active" | "uninstalled",
  at: number,
  facts: EventFacts,
): void {
  if (facts.kind === "key-rejected") return;
  const install = facts.kind === "install" ? facts : undefined;
  connection
    .statement(insertSql)
    .run(
      facts.installedAppId,
      facts.appId,
      facts.organizationId ?? null,
      facts.instanceId,
      install?.grantedPermissions.join(" ") ?? "",
      install?.apiKeyPrefix ?? "",
      status,
      install?.fingerprint ?? null,
      install?.keyHashes[0] ?? null,
      install === undefined ? null : at,
      at,
      status === "active" ? null : at,
    );
}

const renewSql = `
  UPDATE installations SET status = 'active', generation = generation + 1, api_key_prefix = ?, key_hash = ?,
    key_stored_at = ?, ended_at = NULL
  WHERE installed_app_id = ?`;

function renew(connection: Connection, at: number, facts: EventFacts): void {
  if (facts.kind !== "install") return;
  connection
    .statement(renewSql)
    .run(facts.apiKeyPrefix, facts.keyHashes[0] ?? null, at, facts.installedAppId);
}

const sealKeySql = `
  INSERT INTO sealed_keys (installation_number, sealed)
  SELECT installation_number, ? FROM installations WHERE installed_app_id = ?
  ON CONFLICT (installation_number) DO UPDATE SET sealed = excluded.sealed`;

function sealKey(connection: Connection, event: EventToApply): void {
  if (event.seal === undefined) return;
  connection.statement(sealKeySql).run(event.seal(), event.facts.installedAppId);
}

// A revoked one keeps the hash of its key, to tell a new key from the old one sent again.
const endSql = `
  UPDATE installations SET status = ?1, generation = generation + 1, ended_at = ?2, key_stored_at = NULL,
    key_hash = CASE WHEN ?1 = 'revoked' THEN key_hash END
  WHERE installed_app_id = ?3`;

const overwriteKeySql = `
  UPDATE sealed_keys SET sealed = zeroblob(length(sealed))
  WHERE installation_number = (SELECT installation_number FROM installations WHERE installed_app_id = ?)`;

function end(connection: Connection, change: Change & { readonly change: "end" }): void {
  connection.statement(endSql).run(change.status, change.at, change.installedAppId);
  connection.statement(overwriteKeySql).run(change.installedAppId);
}
