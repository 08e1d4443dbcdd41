import type { DatabaseSync } from "node:sqlite";

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
];

/** Brings the tables to this version, in one transaction; two processes at once do it once. */
export function migrate(database: DatabaseSync): void {
  if (version(database) === steps.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    const found = version(database);
    if (found > steps.length) {
      throw new Error(
        `The database was written by a newer version (${found}; this one knows ${steps.length}).`,
      );
    }
    for (const step of steps.slice(found)) database.exec(step);
    database.exec(`PRAGMA user_version=${steps.length}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

function version(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}
