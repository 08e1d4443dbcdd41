import type { DatabaseSync } from "node:sqlite";
import { StoreVersionError } from "../version.ts";

/**
 * The tables, as steps from one version to the next; a step that was released is
 * never changed. Times are milliseconds since 1970. Nothing here is in clear
 * that must not be: keys are sealed, tokens hashed.
 */
const steps: readonly string[] = [
  `
  -- Every event ever acknowledged, under its idempotency key. Contract section 5.
  CREATE TABLE events (
    idempotency_key TEXT PRIMARY KEY,
    organization_id TEXT,
    fingerprint TEXT NOT NULL,
    received_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE installations (
    installation_number INTEGER PRIMARY KEY,
    installed_app_id TEXT NOT NULL UNIQUE,
    app_id TEXT NOT NULL,
    organization_id TEXT,
    instance_id TEXT NOT NULL,
    granted_permissions TEXT NOT NULL,
    api_key_prefix TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'uninstalled', 'superseded', 'revoked')),
    generation INTEGER NOT NULL,
    fingerprint TEXT,
    key_hash TEXT,
    key_stored_at INTEGER,
    installed_at INTEGER NOT NULL,
    ended_at INTEGER
  ) STRICT;

  -- At most one active installation for app, organization and instance. Contract section 2.
  CREATE UNIQUE INDEX one_active ON installations (instance_id, app_id, coalesce(organization_id, ''))
    WHERE status = 'active';

  -- Apart from the installations, because its rows are only appended and overwritten in place:
  -- SQLite then never moves one and leaves no copy behind in a page.
  CREATE TABLE sealed_keys (
    installation_number INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
  ) STRICT;

  -- Work that an event asks for, until the jobs have taken it over.
  CREATE TABLE outbox (
    outbox_id INTEGER PRIMARY KEY AUTOINCREMENT,
    installed_app_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- The app's own data, each document under its installation.
  CREATE TABLE documents (
    installed_app_id TEXT NOT NULL,
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (installed_app_id, collection, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Links and sessions under keys that grow with time, so that new rows share pages. They are short-lived: none is kept.
  DROP TABLE IF EXISTS portal_links;
  DROP TABLE IF EXISTS portal_sessions;

  CREATE TABLE portal_links (
    token_key BLOB PRIMARY KEY,
    installed_app_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    user_id TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE portal_sessions (
    token_key BLOB PRIMARY KEY,
    installed_app_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    user_id TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Runs are written by the event's own transaction from here on: no outbox, and one schema for all.
  CREATE TABLE runs (
    run_number INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    installed_app_id TEXT NOT NULL,
    job TEXT NOT NULL,
    -- 'waiting' until its time has come, then 'queued': a claim looks at what is due alone.
    status TEXT NOT NULL CHECK (status IN ('waiting', 'queued', 'running', 'completed', 'failed', 'cancelled')),
    input TEXT,
    result TEXT,
    failure TEXT,
    progress TEXT,
    attempt INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    worker TEXT,
    lease_until INTEGER,
    available_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER
  ) STRICT;
  CREATE INDEX runs_due ON runs (installed_app_id, job, run_number) WHERE status = 'queued';
  CREATE INDEX runs_waiting ON runs (available_at) WHERE status = 'waiting';
  CREATE INDEX runs_running ON runs (installed_app_id, job) WHERE status = 'running';
  CREATE INDEX runs_ended ON runs (finished_at) WHERE finished_at IS NOT NULL;
  CREATE INDEX runs_of ON runs (installed_app_id, run_number);

  -- Starts that happen once: what was started under a key, and the fingerprint of its input.
  CREATE TABLE run_keys (
    installed_app_id TEXT NOT NULL,
    job TEXT NOT NULL,
    key TEXT NOT NULL,
    run_number INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (installed_app_id, job, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX run_keys_expiring ON run_keys (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE steps (
    run_number INTEGER NOT NULL,
    name TEXT NOT NULL,
    result TEXT,
    finished_at INTEGER NOT NULL,
    PRIMARY KEY (run_number, name)
  ) STRICT, WITHOUT ROWID;

  -- What is sent to Cloud, noted before: 'run/<number>' or 'call/<installation>/<key of the press>'.
  CREATE TABLE effects (
    work TEXT NOT NULL,
    effect_id TEXT NOT NULL,
    effect TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    result TEXT,
    seen TEXT CHECK (seen IN ('done', 'not-done')),
    PRIMARY KEY (work, effect_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX effects_noted ON effects (noted_at);

  CREATE TABLE schedules (name TEXT PRIMARY KEY, last_tick INTEGER NOT NULL) STRICT;

  -- Two active installations of one tenant, until Cloud has said which one it holds. Contract section 5.
  CREATE TABLE contests (
    older_id TEXT NOT NULL,
    newer_id TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (older_id, newer_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX contests_newer ON contests (newer_id);

  -- An organization's instance for one app: what its documents belong to when they outlive an installation.
  CREATE TABLE tenants (
    tenant_number INTEGER PRIMARY KEY,
    app_id TEXT NOT NULL,
    organization_id TEXT,
    instance_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tenants_of ON tenants (instance_id, app_id);

  CREATE TABLE health (one INTEGER PRIMARY KEY CHECK (one = 1), checked INTEGER NOT NULL) STRICT;
  INSERT INTO health VALUES (1, 0);

  CREATE TABLE new_installations (
    installation_number INTEGER PRIMARY KEY,
    installed_app_id TEXT NOT NULL UNIQUE,
    app_id TEXT NOT NULL,
    organization_id TEXT,
    instance_id TEXT NOT NULL,
    granted_permissions TEXT NOT NULL,
    api_key_prefix TEXT NOT NULL,
    status TEXT NOT NULL
      CHECK (status IN ('active', 'uninstalled', 'superseded', 'cancelled', 'revoked')),
    generation INTEGER NOT NULL,
    fingerprint TEXT,
    key_hash TEXT,
    key_stored_at INTEGER,
    suspended_at INTEGER,
    installed_at INTEGER NOT NULL,
    ended_at INTEGER,
    -- Whether its documents and runs are gone, after its end.
    erased INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO new_installations SELECT installation_number, installed_app_id, app_id, organization_id, instance_id,
    granted_permissions, api_key_prefix, status, generation, fingerprint, key_hash, key_stored_at, NULL,
    installed_at, ended_at, 0 FROM installations;
  DROP TABLE installations;
  ALTER TABLE new_installations RENAME TO installations;
  CREATE INDEX installations_active ON installations (instance_id, app_id) WHERE status = 'active';
  CREATE INDEX installations_to_erase ON installations (installed_app_id) WHERE ended_at IS NOT NULL AND erased = 0;
  CREATE INDEX events_received ON events (received_at);

  -- Which ring key a sealed key is under stands in it, after the length of its id.
  ALTER TABLE sealed_keys ADD COLUMN ring_key_id TEXT NOT NULL DEFAULT '';
  UPDATE sealed_keys SET ring_key_id = CAST(substr(sealed, 3,
    16 * (instr('0123456789ABCDEF', substr(hex(substr(sealed, 2, 1)), 1, 1)) - 1)
      + instr('0123456789ABCDEF', substr(hex(substr(sealed, 2, 1)), 2, 1)) - 1) AS TEXT);

  CREATE TABLE new_documents (
    -- 'installation:<id>' or 'tenant:<number>'.
    owner TEXT NOT NULL,
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, collection, key)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_documents SELECT 'installation:' || installed_app_id, collection, key, value FROM documents;
  DROP TABLE documents;
  ALTER TABLE new_documents RENAME TO documents;

  -- What the jobs of an earlier version kept, and what was on its way to them.
  CREATE TABLE IF NOT EXISTS job_runs (run_number INTEGER, run_id TEXT, installed_app_id TEXT, job TEXT, dedupe_key TEXT,
    status TEXT, input TEXT, result TEXT, failure TEXT, progress TEXT, attempt INTEGER, failures INTEGER,
    crashes INTEGER, fence INTEGER, available_at INTEGER, created_at INTEGER, started_at INTEGER, finished_at INTEGER);
  CREATE TABLE IF NOT EXISTS job_steps (run_number INTEGER, name TEXT, result TEXT, finished_at INTEGER);
  CREATE TABLE IF NOT EXISTS job_relayed (outbox_id INTEGER);
  CREATE TABLE IF NOT EXISTS job_schedules (name TEXT, last_tick INTEGER);
  INSERT INTO runs (run_number, run_id, installed_app_id, job, status, input, result, failure, progress, attempt,
      failures, crashes, fence, available_at, created_at, started_at, finished_at)
    SELECT run_number, run_id, installed_app_id, job, CASE status WHEN 'running' THEN 'queued' ELSE status END, input,
      result, failure, progress, attempt, failures, crashes, fence, available_at, created_at, started_at, finished_at
    FROM job_runs;
  INSERT INTO steps SELECT run_number, name, result, finished_at FROM job_steps;
  INSERT INTO schedules SELECT name, last_tick FROM job_schedules;
  INSERT INTO runs (run_id, installed_app_id, job, status, available_at, created_at)
    SELECT 'run_' || lower(hex(randomblob(16))), installed_app_id, '@on-' || kind, 'queued', created_at, created_at
    FROM outbox WHERE kind IN ('install', 'uninstall') AND outbox_id NOT IN (SELECT outbox_id FROM job_relayed)
    ORDER BY outbox_id;
  DROP TABLE job_runs;
  DROP TABLE job_steps;
  DROP TABLE job_relayed;
  DROP TABLE job_schedules;
  DROP TABLE outbox;
  `,
  `
  -- Secrets of the app's own; what they hide is apart, for the reason that API keys are.
  CREATE TABLE secrets (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    set_by TEXT,
    secret_number INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (owner, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sealed_secrets (
    secret_number INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL,
    ring_key_id TEXT NOT NULL,
    -- Overwritten with zeros; the next one of its size takes its place.
    freed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX sealed_secrets_free ON sealed_secrets (ring_key_id, length(sealed)) WHERE freed = 1;
  `,
  // Whether a lane waits.
  "CREATE INDEX runs_waiting_of ON runs (installed_app_id, job) WHERE status = 'waiting'",
  `
  -- Keys that seal, wrapped by an outside key service; the newest one seals.
  CREATE TABLE wrapped_keys (
    ring_key_id TEXT PRIMARY KEY,
    wrapped BLOB NOT NULL,
    key_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  `,
  // The trace in which a run was started.
  "ALTER TABLE runs ADD COLUMN trace TEXT",
  `
  -- Who did what, in the order in which it was committed. Nothing changes an entry; old ones are forgotten.
  CREATE TABLE audit (
    entry_number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    installed_app_id TEXT,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    details TEXT
  ) STRICT;
  CREATE INDEX audit_of ON audit (installed_app_id, entry_number);
  CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'an entry of the audit trail is not changed'); END;
  `,
  `
  -- Who or what started a run, and lists of an installation's runs by job and status without a look at the others.
  ALTER TABLE runs ADD COLUMN cause TEXT;
  CREATE INDEX runs_ended_of ON runs (installed_app_id, job, status, run_number) WHERE finished_at IS NOT NULL;
  `,
  // Each event and each launch would touch a page of it, for a list that only the command asks for.
  "DROP INDEX audit_of",
  `
  -- When a wait began: one that begins later than it is now was written by a clock that was wrong.
  ALTER TABLE runs ADD COLUMN waits_since INTEGER;
  CREATE INDEX runs_waiting_since ON runs (waits_since) WHERE status = 'waiting';
  `,
  `
  -- In how many hours Cloud was asked, and said nothing that decides; and when the last was counted.
  ALTER TABLE contests ADD COLUMN open_hours INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE contests ADD COLUMN counted_at INTEGER;
  `,
  `
  -- Numbered without a count beside the table, which each entry would write as well: the newest entry is never
  -- forgotten, and the numbers go on from it.
  CREATE TABLE new_audit (
    entry_number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    installed_app_id TEXT,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    action TEXT NOT NULL,
    details TEXT
  ) STRICT;
  INSERT INTO new_audit SELECT * FROM audit;
  -- Entries that were forgotten had numbers too: where the newest was among them, an entry of its own holds the place.
  INSERT INTO new_audit (entry_number, at, actor_kind, action)
    SELECT seq, 1000 * CAST(strftime('%s', 'now') AS INTEGER), 'app', 'trail.continued' FROM sqlite_sequence
    WHERE name = 'audit' AND seq > (SELECT coalesce(max(entry_number), 0) FROM audit);
  DROP TABLE audit;
  ALTER TABLE new_audit RENAME TO audit;
  CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'an entry of the audit trail is not changed'); END;
  `,
];

/** The version of the tables that this code works with. */
export const schemaVersion = steps.length;

/** Brings the tables to this version, in one transaction; two processes at once do it once. */
export function migrate(database: DatabaseSync): void {
  if (readVersion(database) === schemaVersion) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const found = readVersion(database);
    if (found > schemaVersion) throw new StoreVersionError(found, schemaVersion);
    for (const step of steps.slice(found)) database.exec(step);
    database.exec(`PRAGMA user_version=${schemaVersion}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

export function readVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}
