/**
 * Events: read what is known, ask the decision, carry out the changes. Those that arrive together share one
 * transaction, and those of them that have nothing to do with each other share its statements.
 */
import type { AuditEntry } from "../../audit/index.ts";
import { entriesOfEvent } from "../../audit/of-events.ts";
import type { Change, EventFacts, InstallFacts, Known } from "../../installations/decision.ts";
import { systemJobs } from "../../installations/system-jobs.ts";
import { endedWithoutCleanUp } from "../ending.ts";
import type { Applied, EventToApply, NewRun } from "../interface.ts";
import { ownerText } from "../owner.ts";
import {
  knownColumns,
  needsRivals,
  optionalText,
  type Row,
  toContest,
  toKnown,
  toRemembered,
} from "../rows.ts";
import { addEntries, addEntriesSql, entryColumns } from "./audit.ts";
import { Prepared, type Query } from "./connection.ts";
import { cancelRuns, hurryRuns } from "./runs.ts";
import { eraseSecrets } from "./secrets.ts";
import { sendRuns } from "./starts.ts";

/** Applies events in their order; the caller holds the transaction. */
export async function applyEvents(
  query: Query,
  events: readonly EventToApply[],
): Promise<readonly Applied[]> {
  // The lock goes out along with what is read under it.
  void query(lockSql, [await tenantsOf(query, events)]);
  const applied: Applied[] = [];
  for (const wave of wavesOf(events)) applied.push(...(await applyWave(query, wave)));
  return applied;
}

/** Whatever the events of a wave read and write, no two of them read or write the same. */
function wavesOf(events: readonly EventToApply[]): readonly (readonly EventToApply[])[] {
  const waves: EventToApply[][] = [];
  let touched = new Set<string>();
  for (const event of events) {
    const places = placesOf(event.facts);
    if (waves.length === 0 || places.some((place) => touched.has(place))) {
      waves.push([]);
      touched = new Set();
    }
    waves.at(-1)?.push(event);
    for (const place of places) touched.add(place);
  }
  return waves;
}

function placesOf(facts: EventFacts): readonly string[] {
  // What an answer of Cloud ends is another installation, so it goes alone.
  if (facts.kind === "key-answered") return ["everything", `installation ${facts.installedAppId}`];
  const { installedAppId, idempotencyKey, appId, instanceId } = facts;
  return [`installation ${installedAppId}`, `event ${idempotencyKey}`, `tenant ${appId} ${instanceId}`];
}

// In one order everywhere, so that no two replicas wait for each other.
const lockSql = new Prepared(
  "lock-tenants",
  `SELECT pg_advisory_xact_lock(place) FROM
  (SELECT DISTINCT hashtextextended('annex. ' || place, 0) AS place FROM unnest($1::text[]) AS place ORDER BY 1) AS places`,
);
const tenantOfSql = "SELECT app_id, instance_id FROM annex.installations WHERE installed_app_id = ANY($1)";

/** Whose tenants the events are about: what they read must still be true when they write, whatever other replicas do. */
async function tenantsOf(query: Query, events: readonly EventToApply[]): Promise<readonly string[]> {
  const answered = events.flatMap(({ facts }) =>
    facts.kind === "key-answered" ? [facts.installedAppId] : [],
  );
  const known = answered.length === 0 ? [] : (await query(tenantOfSql, [answered])).rows;
  return [
    ...known.map((row) => `${row["app_id"]} ${row["instance_id"]}`),
    ...events.flatMap(({ facts }) =>
      facts.kind === "key-answered" ? [] : [`${facts.appId} ${facts.instanceId}`],
    ),
  ];
}

async function applyWave(query: Query, wave: readonly EventToApply[]): Promise<readonly Applied[]> {
  const known = await readKnown(query, wave);
  const applied = wave.map((event, index): Applied => {
    const decision = event.decide(known[index] ?? { rivals: [] });
    return { decision, changes: decision.outcome === "accepted" ? decision.changes : [] };
  });
  const entries = wave.flatMap(({ facts, now }, index) =>
    entriesOfEvent(facts, now, applied[index]?.changes ?? []),
  );
  await carryOut(
    query,
    wave.flatMap((event, index) => (applied[index]?.changes ?? []).map((change) => ({ event, change }))),
    entries,
  );
  return applied;
}

const knownSql = new Prepared(
  "known",
  `SELECT ${knownColumns}
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (idempotency_key, installed_app_id, place)
  LEFT JOIN annex.events e ON e.idempotency_key = asked.idempotency_key
  LEFT JOIN annex.installations i ON i.installed_app_id = asked.installed_app_id
  ORDER BY asked.place`,
);
const rivalsSql = new Prepared(
  "rivals",
  `SELECT installed_app_id, app_id, organization_id, instance_id FROM annex.installations
  WHERE status = 'active' AND instance_id = ANY($1)`,
);
const contestsSql = `SELECT older_id, newer_id, since, open_hours, counted_at FROM annex.contests
  WHERE older_id = ANY($1) OR newer_id = ANY($1)`;

async function readKnown(query: Query, wave: readonly EventToApply[]): Promise<readonly Known[]> {
  const keys = wave.map(({ facts }) => (facts.kind === "key-answered" ? null : facts.idempotencyKey));
  const ids = wave.map(({ facts }) => facts.installedAppId);
  const instances = wave.flatMap(({ facts }) => (facts.kind === "install" ? [facts.instanceId] : []));
  const answered = wave.flatMap(({ facts }) => (facts.kind === "key-answered" ? [facts.installedAppId] : []));
  const none: readonly Row[] = [];
  const [rows, active, found] = await Promise.all([
    query(knownSql, [keys, ids]).then((result) => result.rows),
    instances.length === 0 ? none : query(rivalsSql, [instances]).then((result) => result.rows),
    answered.length === 0 ? none : query(contestsSql, [answered]).then((result) => result.rows),
  ]);
  const contests = found.map(toContest);
  return wave.map(({ facts }, index): Known => {
    const row = rows[index] ?? {};
    const installation = toKnown(row);
    return {
      remembered: toRemembered(row),
      installation,
      rivals: needsRivals(facts, installation) ? rivalsOf(facts, active) : [],
      contests: contests.filter(({ olderId, newerId }) => [olderId, newerId].includes(facts.installedAppId)),
    };
  });
}

// An event or a record that does not name its organization stands for the same one.
function rivalsOf(facts: InstallFacts, active: readonly Row[]): readonly string[] {
  const isRival = (row: Row) => {
    const organizationId = optionalText(row["organization_id"]);
    const isOther = organizationId !== undefined && facts.organizationId !== undefined;
    return (
      row["instance_id"] === facts.instanceId &&
      row["app_id"] === facts.appId &&
      row["installed_app_id"] !== facts.installedAppId &&
      !(isOther && organizationId !== facts.organizationId)
    );
  };
  return active.filter(isRival).map((row) => String(row["installed_app_id"]));
}

type ToDo = { readonly event: EventToApply; readonly change: Change };

/**
 * Kind by kind: within a wave no two events touch the same, so their order is of no account, only that of the kinds.
 * What needs no answer goes out along with the COMMIT.
 */
async function carryOut(query: Query, todo: readonly ToDo[], entries: readonly AuditEntry[]): Promise<void> {
  remember(query, todo, entries);
  insert(query, todo);
  await changeKnown(query, todo);
  const runs = todo.flatMap(({ event, change }): readonly { readonly run: NewRun; readonly now: number }[] =>
    change.change === "start" ? [{ run: startedBy(change, event), now: event.now }] : [],
  );
  if (runs.length > 0) sendRuns(query, runs);
}

/** One after the other: what one of them has done, the next one finds. */
async function changeKnown(query: Query, todo: readonly ToDo[]): Promise<void> {
  for (const { event, change } of todo) {
    if (change.change === "renew") await renew(query, change.at, event);
    else if (change.change === "end") await end(query, change);
    else if (change.change === "contest") await contest(query, change);
    else if (change.change === "count-hour") await countHour(query, change);
    else if (change.change === "suspend") await suspend(query, change.installedAppId, change.at);
    else if (change.change === "resume") await resume(query, change.installedAppId, event.now);
  }
  const ended = endedWithoutCleanUp(todo.map(({ change }) => change));
  if (ended.length > 0) await eraseSecrets(query, ended.map(ownerOf));
}

function startedBy(
  { installedAppId, work }: Change & { readonly change: "start" },
  { trace }: EventToApply,
): NewRun {
  return { installedAppId, job: systemJobs[work], trace };
}

function ownerOf(installedAppId: string): string {
  return ownerText({ of: "installation", installedAppId });
}

// One statement for both, since each costs a way to the server and back.
const rememberSql = new Prepared(
  "remember-events",
  `WITH noted AS (${addEntriesSql(5)})
  INSERT INTO annex.events (idempotency_key, organization_id, fingerprint, received_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])`,
);

function remember(query: Query, todo: readonly ToDo[], entries: readonly AuditEntry[]): void {
  const rows = todo.flatMap(({ event: { facts, now }, change }) =>
    change.change === "remember" && facts.kind !== "key-answered" ? [{ facts, now }] : [],
  );
  if (rows.length === 0) {
    addEntries(query, entries);
    return;
  }
  void query(rememberSql, [
    rows.map(({ facts }) => facts.idempotencyKey),
    rows.map(({ facts }) => facts.organizationId ?? null),
    rows.map(({ facts }) => facts.fingerprint),
    rows.map(({ now }) => now),
    ...entryColumns(entries),
  ]);
}

const insertSql = new Prepared(
  "insert-installations",
  `INSERT INTO annex.installations (installed_app_id, app_id, organization_id, instance_id,
    granted_permissions, api_key_prefix, status, generation, fingerprint, key_hash, key_stored_at, sealed, ring_key_id,
    installed_at, ended_at)
  SELECT id, app, organization, instance, permissions, prefix, status, 1, fingerprint, hash, key_at, sealed, ring,
    at, CASE status WHEN 'active' THEN NULL ELSE at END
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::bigint[], $11::bytea[], $12::text[], $13::bigint[])
    AS t (id, app, organization, instance, permissions, prefix, status, fingerprint, hash, key_at, sealed, ring, at)`,
);

function insert(query: Query, todo: readonly ToDo[]): void {
  const rows = todo.flatMap(({ event, change }) => {
    const { facts } = event;
    if (change.change !== "insert" || facts.kind === "key-answered") return [];
    const install = facts.kind === "install" ? facts : undefined;
    // The key of what is active from the start is always to be sealed.
    const key = change.status === "active" ? event.seal?.() : undefined;
    return [{ facts, install, key, status: change.status, at: change.at }];
  });
  if (rows.length === 0) return;
  void query(insertSql, [
    rows.map(({ facts }) => facts.installedAppId),
    rows.map(({ facts }) => facts.appId),
    rows.map(({ facts }) => facts.organizationId ?? null),
    rows.map(({ facts }) => facts.instanceId),
    rows.map(({ install }) => install?.grantedPermissions.join(" ") ?? ""),
    rows.map(({ install }) => install?.apiKeyPrefix ?? ""),
    rows.map(({ status }) => status),
    rows.map(({ install }) => install?.fingerprint ?? null),
    rows.map(({ install }) => install?.keyHashes[0] ?? null),
    rows.map(({ install, at }) => (install === undefined ? null : at)),
    rows.map(({ key }) => (key === undefined ? null : Buffer.from(key.sealed))),
    rows.map(({ key }) => key?.ringKeyId ?? null),
    rows.map(({ at }) => at),
  ]);
}

const renewSql = `UPDATE annex.installations SET status = 'active', generation = generation + 1, api_key_prefix = $2,
    key_hash = $3, key_stored_at = $4, sealed = $5, ring_key_id = $6, suspended_at = NULL, ended_at = NULL
  WHERE installed_app_id = $1`;

async function renew(query: Query, at: number, { facts, seal }: EventToApply): Promise<void> {
  if (facts.kind !== "install" || seal === undefined) return;
  const { sealed, ringKeyId } = seal();
  const hash = facts.keyHashes[0] ?? null;
  await query(renewSql, [facts.installedAppId, facts.apiKeyPrefix, hash, at, Buffer.from(sealed), ringKeyId]);
}

// A revoked one keeps the hash of its key, to tell a new key from the old one sent again.
const endSql = `UPDATE annex.installations SET status = $2, generation = generation + 1, ended_at = $3,
    key_stored_at = NULL, suspended_at = NULL, sealed = NULL, ring_key_id = NULL,
    key_hash = CASE WHEN $2 = 'revoked' THEN key_hash END
  WHERE installed_app_id = $1`;
const closeContestsSql = `DELETE FROM annex.contests WHERE older_id = $1 OR newer_id = $1
  RETURNING CASE older_id WHEN $1 THEN newer_id ELSE older_id END AS other_id`;

async function end(query: Query, change: Change & { readonly change: "end" }): Promise<void> {
  const { installedAppId, status, at } = change;
  await query(endSql, [installedAppId, status, at]);
  await cancelRuns(query, installedAppId, systemJobs["on-uninstall"], at);
  // What waited for the answer to this question goes on.
  for (const row of (await query(closeContestsSql, [installedAppId])).rows)
    await hurryRuns(query, String(row["other_id"]), at);
}

async function contest(query: Query, change: Change & { readonly change: "contest" }): Promise<void> {
  const { olderId, newerId, at } = change;
  await query("INSERT INTO annex.contests (older_id, newer_id, since) VALUES ($1, $2, $3)", [
    olderId,
    newerId,
    at,
  ]);
}

async function countHour(
  query: Query,
  { olderId, newerId, hours, at }: Change & { readonly change: "count-hour" },
): Promise<void> {
  const sql =
    "UPDATE annex.contests SET open_hours = $3, counted_at = $4 WHERE older_id = $1 AND newer_id = $2";
  await query(sql, [olderId, newerId, hours, at]);
}

async function suspend(query: Query, installedAppId: string, at: number | undefined): Promise<void> {
  const sql = "UPDATE annex.installations SET suspended_at = $2 WHERE installed_app_id = $1";
  await query(sql, [installedAppId, at ?? null]);
}

async function resume(query: Query, installedAppId: string, now: number): Promise<void> {
  await suspend(query, installedAppId, undefined);
  await hurryRuns(query, installedAppId, now);
}
