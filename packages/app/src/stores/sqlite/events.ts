/** One event: read what is known, ask the decision, carry out the changes. Runs inside a transaction. */
import { entriesOfEvent } from "../../audit/of-events.ts";
import type { Change, EventFacts, InstallFacts, Known } from "../../installations/decision.ts";
import { systemJobs } from "../../installations/system-jobs.ts";
import { endedWithoutCleanUp } from "../ending.ts";
import type { Applied, EventToApply } from "../interface.ts";
import { ownerText } from "../owner.ts";
import { knownColumns, needsRivals, toContest, toKnown, toRemembered } from "../rows.ts";
import { addEntry } from "./audit.ts";
import type { Connection } from "./connection.ts";
import { cancelRuns, hurryRuns, insertRun } from "./runs.ts";
import { eraseSecrets } from "./secrets.ts";

/** Applies an event; the caller holds the transaction. */
export function applyEvent(connection: Connection, event: EventToApply): Applied {
  const decision = event.decide(readKnown(connection, event.facts));
  const changes = decision.outcome === "accepted" ? decision.changes : [];
  for (const change of changes) carryOut(connection, change, event);
  for (const entry of entriesOfEvent(event.facts, event.now, changes)) addEntry(connection, entry);
  for (const installedAppId of endedWithoutCleanUp(changes))
    eraseSecrets(connection, ownerText({ of: "installation", installedAppId }));
  return { decision, changes };
}

const knownSql = `
  SELECT ${knownColumns}
  FROM (SELECT ? AS idempotency_key, ? AS installed_app_id) asked
  LEFT JOIN events e ON e.idempotency_key = asked.idempotency_key
  LEFT JOIN installations i ON i.installed_app_id = asked.installed_app_id`;

function readKnown(connection: Connection, facts: EventFacts): Known {
  const idempotencyKey = facts.kind === "key-answered" ? null : facts.idempotencyKey;
  const row = connection.statement(knownSql).get(idempotencyKey, facts.installedAppId) ?? {};
  const installation = toKnown(row);
  return {
    remembered: toRemembered(row),
    installation,
    rivals: needsRivals(facts, installation) ? readRivals(connection, facts) : [],
    contests: facts.kind === "key-answered" ? readContests(connection, facts.installedAppId) : undefined,
  };
}

// An event or a record that does not name its organization stands for the same one.
const rivalsSql = `
  SELECT installed_app_id FROM installations
  WHERE status = 'active' AND instance_id = ? AND app_id = ? AND installed_app_id <> ?
    AND (organization_id IS NULL OR ? IS NULL OR organization_id = ?)`;

function readRivals(connection: Connection, facts: InstallFacts): readonly string[] {
  const organizationId = facts.organizationId ?? null;
  return connection
    .statement(rivalsSql)
    .all(facts.instanceId, facts.appId, facts.installedAppId, organizationId, organizationId)
    .map((row) => String(row["installed_app_id"]));
}

const contestsSql = `SELECT older_id, newer_id, since, open_hours, counted_at FROM contests
  WHERE older_id = ?1 OR newer_id = ?1`;

function readContests(connection: Connection, installedAppId: string): Known["contests"] {
  return connection.statement(contestsSql).all(installedAppId).map(toContest);
}

function carryOut(connection: Connection, change: Change, event: EventToApply): void {
  const { facts, now } = event;
  if (change.change === "remember") remember(connection, event);
  else if (change.change === "insert") insert(connection, change.status, change.at, facts);
  else if (change.change === "renew") renew(connection, change.at, facts);
  else if (change.change === "seal-key") sealKey(connection, event);
  else if (change.change === "end") end(connection, change);
  else if (change.change === "contest") contest(connection, change);
  else if (change.change === "count-hour") countHour(connection, change);
  else if (change.change === "suspend") suspend(connection, change.installedAppId, change.at);
  else if (change.change === "resume") resume(connection, change.installedAppId, now);
  else {
    const { installedAppId, work } = change;
    insertRun(connection, { installedAppId, job: systemJobs[work], trace: event.trace }, now);
  }
}

function resume(connection: Connection, installedAppId: string, now: number): void {
  suspend(connection, installedAppId, undefined);
  hurryRuns(connection, installedAppId, now);
}

function contest(connection: Connection, change: Change & { readonly change: "contest" }): void {
  connection
    .statement("INSERT INTO contests (older_id, newer_id, since) VALUES (?, ?, ?)")
    .run(change.olderId, change.newerId, change.at);
}

function countHour(connection: Connection, change: Change & { readonly change: "count-hour" }): void {
  connection
    .statement("UPDATE contests SET open_hours = ?, counted_at = ? WHERE older_id = ? AND newer_id = ?")
    .run(change.hours, change.at, change.olderId, change.newerId);
}

function suspend(connection: Connection, installedAppId: string, at: number | undefined): void {
  connection
    .statement("UPDATE installations SET suspended_at = ? WHERE installed_app_id = ?")
    .run(at ?? null, installedAppId);
}

function remember(connection: Connection, event: EventToApply): void {
  const { facts, now } = event;
  if (facts.kind === "key-answered") return;
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
  if (facts.kind === "key-answered") return;
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
    key_stored_at = ?, suspended_at = NULL, ended_at = NULL
  WHERE installed_app_id = ?`;

function renew(connection: Connection, at: number, facts: EventFacts): void {
  if (facts.kind !== "install") return;
  connection
    .statement(renewSql)
    .run(facts.apiKeyPrefix, facts.keyHashes[0] ?? null, at, facts.installedAppId);
}

const sealKeySql = `
  INSERT INTO sealed_keys (installation_number, sealed, ring_key_id)
  SELECT installation_number, ?, ? FROM installations WHERE installed_app_id = ?
  ON CONFLICT (installation_number) DO UPDATE SET sealed = excluded.sealed, ring_key_id = excluded.ring_key_id`;

function sealKey(connection: Connection, event: EventToApply): void {
  if (event.seal === undefined) return;
  const { sealed, ringKeyId } = event.seal();
  connection.statement(sealKeySql).run(sealed, ringKeyId, event.facts.installedAppId);
}

// A revoked one keeps the hash of its key, to tell a new key from the old one sent again.
const endSql = `
  UPDATE installations SET status = ?1, generation = generation + 1, ended_at = ?2, key_stored_at = NULL,
    suspended_at = NULL,
    key_hash = CASE WHEN ?1 = 'revoked' THEN key_hash END
  WHERE installed_app_id = ?3`;

const overwriteKeySql = `
  UPDATE sealed_keys SET sealed = zeroblob(length(sealed))
  WHERE installation_number = (SELECT installation_number FROM installations WHERE installed_app_id = ?)`;

const closeContestsSql = `
  DELETE FROM contests WHERE older_id = ?1 OR newer_id = ?1
  RETURNING CASE older_id WHEN ?1 THEN newer_id ELSE older_id END AS other_id`;

function end(connection: Connection, change: Change & { readonly change: "end" }): void {
  const { installedAppId, status, at } = change;
  connection.statement(endSql).run(status, at, installedAppId);
  connection.statement(overwriteKeySql).run(installedAppId);
  cancelRuns(connection, installedAppId, systemJobs["on-uninstall"], at);
  // What waited for the answer to this question goes on.
  for (const row of connection.statement(closeContestsSql).all(installedAppId))
    hurryRuns(connection, String(row["other_id"]), at);
}
