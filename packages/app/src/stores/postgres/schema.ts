import { StoreVersionError } from "../version.ts";
import type { Connection, Query } from "./connection.ts";

/**
 * The tables, as steps from one version to the next; a step that was released is never changed, and none rewrites a
 * table. The same as SQLite's, table by table. Times are milliseconds since 1970. Keys are sealed, tokens hashed.
 * Texts are compared by bytes (`COLLATE "C"`), which is by code points.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE annex.events (
    idempotency_key text COLLATE "C" PRIMARY KEY,
    organization_id text,
    fingerprint text NOT NULL,
    received_at bigint NOT NULL
  );
  CREATE INDEX events_received ON annex.events (received_at);

  CREATE TABLE annex.installations (
    installed_app_id text COLLATE "C" PRIMARY KEY,
    app_id text NOT NULL,
    organization_id text,
    instance_id text NOT NULL,
    granted_permissions text NOT NULL,
    api_key_prefix text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'uninstalled', 'superseded', 'cancelled', 'revoked')),
    generation int NOT NULL,
    fingerprint text,
    key_hash text,
    key_stored_at bigint,
    sealed bytea,
    ring_key_id text,
    suspended_at bigint,
    installed_at bigint NOT NULL,
    ended_at bigint,
    erased boolean NOT NULL DEFAULT false
  );
  CREATE INDEX installations_active ON annex.installations (instance_id, app_id) WHERE status = 'active';
  CREATE INDEX installations_to_erase ON annex.installations (installed_app_id)
    WHERE ended_at IS NOT NULL AND NOT erased;
  CREATE INDEX installations_sealed ON annex.installations (ring_key_id) WHERE status = 'active';

  CREATE TABLE annex.contests (
    older_id text COLLATE "C" NOT NULL,
    newer_id text COLLATE "C" NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (older_id, newer_id)
  );
  CREATE INDEX contests_newer ON annex.contests (newer_id);

  CREATE TABLE annex.portal_links (
    token_key bytea PRIMARY KEY,
    installed_app_id text COLLATE "C" NOT NULL,
    generation int NOT NULL,
    user_id text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
  );
  CREATE INDEX portal_links_of ON annex.portal_links (installed_app_id);

  CREATE TABLE annex.portal_sessions (
    token_key bytea PRIMARY KEY,
    installed_app_id text COLLATE "C" NOT NULL,
    generation int NOT NULL,
    user_id text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    last_used_at bigint NOT NULL
  ) WITH (fillfactor = 80);
  CREATE INDEX portal_sessions_of ON annex.portal_sessions (installed_app_id);

  CREATE TABLE annex.runs (
    run_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text COLLATE "C" NOT NULL UNIQUE,
    installed_app_id text COLLATE "C" NOT NULL,
    job text COLLATE "C" NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'queued', 'running', 'completed', 'failed', 'cancelled')),
    input text,
    result text,
    failure text,
    progress text,
    attempt int NOT NULL DEFAULT 0,
    failures int NOT NULL DEFAULT 0,
    crashes int NOT NULL DEFAULT 0,
    fence bigint NOT NULL DEFAULT 0,
    worker text,
    lease_until bigint,
    available_at bigint NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint,
    finished_at bigint
  ) WITH (fillfactor = 70);
  CREATE INDEX runs_due ON annex.runs (installed_app_id, job, run_number) WHERE status = 'queued';
  CREATE INDEX runs_waiting ON annex.runs (available_at) WHERE status = 'waiting';
  CREATE INDEX runs_running ON annex.runs (installed_app_id, job) WHERE status = 'running';
  CREATE INDEX runs_ended ON annex.runs (finished_at) WHERE finished_at IS NOT NULL;
  CREATE INDEX runs_of ON annex.runs (installed_app_id, run_number);

  CREATE TABLE annex.run_keys (
    installed_app_id text COLLATE "C" NOT NULL,
    job text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    run_number bigint NOT NULL,
    run_id text NOT NULL,
    fingerprint text NOT NULL,
    expires_at bigint,
    PRIMARY KEY (installed_app_id, job, key)
  );
  CREATE INDEX run_keys_expiring ON annex.run_keys (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE annex.steps (
    run_number bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    result text,
    finished_at bigint NOT NULL,
    PRIMARY KEY (run_number, name)
  );

  CREATE TABLE annex.effects (
    work text COLLATE "C" NOT NULL,
    effect_id text COLLATE "C" NOT NULL,
    effect text NOT NULL,
    noted_at bigint NOT NULL,
    result text,
    seen text CHECK (seen IN ('done', 'not-done')),
    PRIMARY KEY (work, effect_id)
  );
  CREATE INDEX effects_noted ON annex.effects (noted_at);

  CREATE TABLE annex.schedules (name text COLLATE "C" PRIMARY KEY, last_tick bigint NOT NULL);

  CREATE TABLE annex.tenants (
    tenant_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app_id text NOT NULL,
    organization_id text,
    instance_id text NOT NULL,
    created_at bigint NOT NULL
  );
  CREATE INDEX tenants_of ON annex.tenants (instance_id, app_id);

  CREATE TABLE annex.documents (
    owner text COLLATE "C" NOT NULL,
    collection text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (owner, collection, key)
  );

  CREATE TABLE annex.health (one int PRIMARY KEY CHECK (one = 1), checked bigint NOT NULL);
  INSERT INTO annex.health VALUES (1, 0);
  `,
  `
  CREATE TABLE annex.secrets (
    owner text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    prefix text NOT NULL,
    set_at bigint NOT NULL,
    set_by text,
    sealed bytea NOT NULL,
    ring_key_id text NOT NULL,
    PRIMARY KEY (owner, name)
  );
  CREATE INDEX secrets_sealed ON annex.secrets (ring_key_id);
  `,
  // The latest commit of each place that transactions of a process take turns in; and whether a lane waits.
  `
  CREATE TABLE annex.commits (
    place text COLLATE "C" PRIMARY KEY,
    mark bigint NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 50);
  CREATE INDEX runs_waiting_of ON annex.runs (installed_app_id, job) WHERE status = 'waiting';
  `,
  `
  CREATE TABLE annex.wrapped_keys (
    key_number int GENERATED ALWAYS AS IDENTITY,
    ring_key_id text COLLATE "C" PRIMARY KEY,
    wrapped bytea NOT NULL,
    key_hash text NOT NULL,
    created_at bigint NOT NULL
  );
  `,
  // The trace in which a run was started.
  "ALTER TABLE annex.runs ADD COLUMN trace text",
  `
  CREATE TABLE annex.audit (
    entry_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    installed_app_id text COLLATE "C",
    actor_kind text NOT NULL,
    actor_id text,
    action text NOT NULL,
    details text
  );
  CREATE INDEX audit_of ON annex.audit (installed_app_id, entry_number);
  CREATE FUNCTION annex.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'an entry of the audit trail is not changed'; END $$;
  CREATE TRIGGER audit_is_only_added_to BEFORE UPDATE ON annex.audit
    FOR EACH ROW EXECUTE FUNCTION annex.refuse_change();
  `,
  `
  -- Who or what started a run, and lists of an installation's runs by job and status without a look at the others.
  ALTER TABLE annex.runs ADD COLUMN cause text;
  CREATE INDEX runs_ended_of ON annex.runs (installed_app_id, job, status, run_number) WHERE finished_at IS NOT NULL;
  `,
  // Each event and each launch would touch a page of it, for a list that only the command asks for.
  "DROP INDEX annex.audit_of",
  `
  -- When a wait began: one that begins later than it is now was written by a clock that was wrong.
  ALTER TABLE annex.runs ADD COLUMN waits_since bigint;
  CREATE INDEX runs_waiting_since ON annex.runs (waits_since) WHERE status = 'waiting';
  `,
  `
  -- In how many hours Cloud was asked, and said nothing that decides; and when the last was counted.
  ALTER TABLE annex.contests ADD COLUMN open_hours int NOT NULL DEFAULT 0, ADD COLUMN counted_at bigint;
  `,
];

/** The version of the tables that this code works with. */
export const schemaVersion = steps.length;

/** A step of a large database may take its time, and so may waiting for another replica that does it. */
const stepMilliseconds = 10 * 60_000;

/** Brings the tables to this version, each step in a transaction of its own under a lock; replicas at once do it once. */
export async function migrate(connection: Connection): Promise<void> {
  if ((await findVersion(connection.query)) === schemaVersion) return;
  for (let done = false; !done; ) {
    done = await connection.hold(performance.now() + stepMilliseconds, async (query) => {
      await query("BEGIN");
      try {
        const isDone = await migrateOnce(query, connection.schema);
        await query("COMMIT");
        return isDone;
      } catch (error) {
        await query("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }
}

/** One step; true when there is none left. */
async function migrateOnce(query: Query, schema: string): Promise<boolean> {
  await query("SELECT pg_advisory_xact_lock(hashtextextended('annex migration annex.', 0))");
  await query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await query(
    "CREATE TABLE IF NOT EXISTS annex.version (one int PRIMARY KEY CHECK (one = 1), version int NOT NULL)",
  );
  await query("INSERT INTO annex.version VALUES (1, 0) ON CONFLICT DO NOTHING");
  const found = Number((await query("SELECT version FROM annex.version")).rows[0]?.["version"]);
  if (found > schemaVersion) throw new StoreVersionError(found, schemaVersion);
  const step = steps[found];
  if (step === undefined) return true;
  await query(step);
  await query("UPDATE annex.version SET version = $1", [found + 1]);
  return found + 1 === schemaVersion;
}

/** The version of the tables that are there; 0 when there are none. */
export async function findVersion(query: Query): Promise<number> {
  const exists = await query("SELECT to_regclass('annex.version') IS NOT NULL AS found");
  if (exists.rows[0]?.["found"] !== true) return 0;
  const version = Number((await query("SELECT version FROM annex.version")).rows[0]?.["version"]);
  if (version > schemaVersion) throw new StoreVersionError(version, schemaVersion);
  return version;
}
