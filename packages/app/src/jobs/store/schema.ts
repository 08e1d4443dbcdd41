import type { DatabaseSync } from "node:sqlite";

/**
 * The tables of the jobs, in the app's own database file so that there is one truth to keep and to restore. Times in
 * milliseconds since 1970. `fence` grows with each start of a run: what carries an older one is refused.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS job_runs (
    run_number INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    installed_app_id TEXT NOT NULL,
    job TEXT NOT NULL,
    hook INTEGER NOT NULL DEFAULT 0,
    dedupe_key TEXT UNIQUE,
    status TEXT NOT NULL,
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
  CREATE INDEX IF NOT EXISTS job_runs_due ON job_runs (available_at, run_number) WHERE status = 'queued';
  CREATE INDEX IF NOT EXISTS job_runs_running ON job_runs (lease_until) WHERE status = 'running';
  CREATE INDEX IF NOT EXISTS job_runs_of ON job_runs (installed_app_id, run_number);

  CREATE TABLE IF NOT EXISTS job_steps (
    run_number INTEGER NOT NULL,
    name TEXT NOT NULL,
    result TEXT,
    finished_at INTEGER NOT NULL,
    PRIMARY KEY (run_number, name)
  ) STRICT, WITHOUT ROWID;

  -- Outbox rows that were carried out and may not be marked as delivered yet.
  CREATE TABLE IF NOT EXISTS job_relayed (outbox_id INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE IF NOT EXISTS job_schedules (name TEXT PRIMARY KEY, last_tick INTEGER NOT NULL) STRICT;
`;

/** Makes what is missing; two processes at once do it once. */
export function createJobTables(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(tables);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
