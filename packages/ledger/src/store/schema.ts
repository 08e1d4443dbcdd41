/**
 * The ledger's tables. Those in schema `blnk` have the names, columns and types of the real Core's, because
 * the Data and Filters APIs run the same SQL over both (core schema). What only this ledger needs (its queue
 * of work) lives in a schema of its own, `annex`.
 */
import { createHash } from "node:crypto";
import { timeOfRow } from "./balance-history.ts";
import { periodTables } from "./balance-periods.ts";
import type { TransactionalDatabase } from "./database.ts";
import { listIndexes } from "./indexes.ts";

const core = `
CREATE SCHEMA IF NOT EXISTS blnk;

CREATE TABLE IF NOT EXISTS blnk.ledgers (
  id serial PRIMARY KEY,
  name text,
  ledger_id text NOT NULL UNIQUE,
  created_at timestamp NOT NULL DEFAULT now(),
  meta_data jsonb
);
CREATE INDEX IF NOT EXISTS ledgers_created_at ON blnk.ledgers (created_at DESC);

CREATE TABLE IF NOT EXISTS blnk.identity (
  id serial PRIMARY KEY,
  identity_id text NOT NULL UNIQUE,
  first_name text NOT NULL,
  last_name text NOT NULL,
  other_names text,
  gender text,
  dob date,
  email_address text,
  phone_number text,
  nationality text,
  street text,
  country text,
  state text,
  organization_name text,
  category text,
  identity_type text,
  post_code text,
  city text,
  created_at timestamp NOT NULL DEFAULT now(),
  meta_data jsonb
);
CREATE INDEX IF NOT EXISTS identity_country ON blnk.identity (country, created_at DESC);
CREATE INDEX IF NOT EXISTS identity_created_at ON blnk.identity (created_at DESC);

CREATE TABLE IF NOT EXISTS blnk.balances (
  id serial PRIMARY KEY,
  balance_id text NOT NULL UNIQUE,
  indicator text,
  balance numeric NOT NULL,
  credit_balance numeric NOT NULL,
  debit_balance numeric NOT NULL,
  currency text NOT NULL,
  ledger_id text NOT NULL REFERENCES blnk.ledgers (ledger_id),
  identity_id text REFERENCES blnk.identity (identity_id),
  created_at timestamp NOT NULL DEFAULT now(),
  meta_data jsonb,
  version integer NOT NULL DEFAULT 1,
  inflight_balance numeric NOT NULL DEFAULT 0,
  inflight_credit_balance numeric NOT NULL DEFAULT 0,
  inflight_debit_balance numeric NOT NULL DEFAULT 0,
  track_fund_lineage boolean NOT NULL DEFAULT false,
  allocation_strategy text NOT NULL DEFAULT 'FIFO'
) WITH (fillfactor = 50);
CREATE INDEX IF NOT EXISTS balances_created_at ON blnk.balances (created_at DESC);
CREATE INDEX IF NOT EXISTS balances_currency_identity ON blnk.balances (currency, identity_id);
CREATE INDEX IF NOT EXISTS balances_identity ON blnk.balances (identity_id);
CREATE INDEX IF NOT EXISTS balances_ledger ON blnk.balances (ledger_id);
CREATE UNIQUE INDEX IF NOT EXISTS balances_indicator_currency ON blnk.balances (indicator, currency);

CREATE TABLE IF NOT EXISTS blnk.transactions (
  id serial PRIMARY KEY,
  transaction_id text NOT NULL UNIQUE,
  source text,
  destination text,
  description text,
  reference text UNIQUE,
  amount numeric,
  currency text,
  status text,
  hash text,
  created_at timestamp NOT NULL DEFAULT now(),
  scheduled_for timestamp,
  meta_data jsonb,
  precise_amount numeric,
  precision bigint DEFAULT 1,
  parent_transaction text,
  effective_date timestamp,
  chain_seq bigint,
  chain_prev_hash character(64),
  chain_hash character(64)
);
CREATE INDEX IF NOT EXISTS transactions_created_at ON blnk.transactions (created_at DESC);
CREATE INDEX IF NOT EXISTS transactions_source ON blnk.transactions (source, created_at DESC);
CREATE INDEX IF NOT EXISTS transactions_destination ON blnk.transactions (destination, created_at DESC);
CREATE INDEX IF NOT EXISTS transactions_source_applied ON blnk.transactions (source, (${timeOfRow}))
  WHERE status = 'APPLIED';
CREATE INDEX IF NOT EXISTS transactions_destination_applied ON blnk.transactions (destination, (${timeOfRow}))
  WHERE status = 'APPLIED';
DROP INDEX IF EXISTS blnk.transactions_source_dated, blnk.transactions_destination_dated;
CREATE INDEX IF NOT EXISTS transactions_parent ON blnk.transactions (parent_transaction, created_at DESC);
CREATE INDEX IF NOT EXISTS transactions_queued_parent
  ON blnk.transactions ((meta_data ->> 'QUEUED_PARENT_TRANSACTION'))
  WHERE meta_data ->> 'QUEUED_PARENT_TRANSACTION' IS NOT NULL;
CREATE INDEX IF NOT EXISTS transactions_shadow_for
  ON blnk.transactions ((meta_data ->> '_shadow_for'), created_at)
  WHERE meta_data ->> '_shadow_for' IS NOT NULL;

CREATE TABLE IF NOT EXISTS blnk.transaction_journal (
  id serial PRIMARY KEY,
  transaction_id text NOT NULL,
  action_type text NOT NULL,
  client_addr inet,
  backend_pid integer,
  "timestamp" timestamp NOT NULL DEFAULT now(),
  old_data jsonb,
  new_data jsonb,
  succeeded boolean NOT NULL
);

CREATE TABLE IF NOT EXISTS blnk.lineage_mappings (
  id serial PRIMARY KEY,
  balance_id text NOT NULL,
  provider text NOT NULL,
  shadow_balance_id text NOT NULL,
  aggregate_balance_id text NOT NULL,
  identity_id text NOT NULL,
  created_at timestamp NOT NULL DEFAULT now(),
  UNIQUE (balance_id, provider)
);
CREATE INDEX IF NOT EXISTS lineage_mappings_shadow ON blnk.lineage_mappings (shadow_balance_id);

CREATE TABLE IF NOT EXISTS blnk.lineage_outbox (
  id bigserial PRIMARY KEY,
  transaction_id text NOT NULL UNIQUE,
  source_balance_id text,
  destination_balance_id text,
  provider text,
  lineage_type text NOT NULL,
  payload jsonb NOT NULL,
  status text NOT NULL DEFAULT 'pending',
  attempts integer NOT NULL DEFAULT 0,
  max_attempts integer NOT NULL DEFAULT 5,
  last_error text,
  created_at timestamp NOT NULL DEFAULT now(),
  processed_at timestamp,
  locked_until timestamp,
  inflight boolean NOT NULL DEFAULT false
);

CREATE TABLE IF NOT EXISTS blnk.matching_rules (
  id serial PRIMARY KEY,
  rule_id text NOT NULL UNIQUE,
  created_at timestamp NOT NULL,
  updated_at timestamp NOT NULL,
  name varchar(255) NOT NULL,
  description text,
  criteria jsonb NOT NULL
);

CREATE TABLE IF NOT EXISTS blnk.external_transactions (
  id text PRIMARY KEY,
  amount numeric NOT NULL,
  reference varchar(255) NOT NULL,
  currency text NOT NULL,
  description text,
  date timestamp NOT NULL,
  source varchar(255) NOT NULL,
  upload_id text NOT NULL
);
DROP INDEX IF EXISTS blnk.external_transactions_upload;
CREATE INDEX IF NOT EXISTS external_transactions_of_upload ON blnk.external_transactions (upload_id, id);

CREATE TABLE IF NOT EXISTS blnk.reconciliations (
  id serial PRIMARY KEY,
  reconciliation_id text NOT NULL UNIQUE,
  upload_id text NOT NULL,
  status varchar(50) NOT NULL,
  matched_transactions integer NOT NULL,
  unmatched_transactions integer NOT NULL,
  started_at timestamp NOT NULL,
  completed_at timestamp
);
CREATE INDEX IF NOT EXISTS reconciliations_upload ON blnk.reconciliations (upload_id);

CREATE TABLE IF NOT EXISTS blnk.reconciliation_progress (
  processed_count bigint,
  reconciliation_id text UNIQUE,
  last_processed_external_txn_id text
);

CREATE TABLE IF NOT EXISTS blnk.matches (
  id serial PRIMARY KEY,
  external_transaction_id text NOT NULL,
  internal_transaction_id text NOT NULL,
  reconciliation_id text NOT NULL,
  amount numeric NOT NULL,
  date timestamp NOT NULL
);
CREATE INDEX IF NOT EXISTS matches_of_reconciliation ON blnk.matches (reconciliation_id, id);

CREATE TABLE IF NOT EXISTS blnk.unmatched (
  id serial PRIMARY KEY,
  external_transaction_id text NOT NULL,
  reconciliation_id text NOT NULL,
  date timestamp NOT NULL
);
CREATE INDEX IF NOT EXISTS unmatched_of_reconciliation ON blnk.unmatched (reconciliation_id);

CREATE TABLE IF NOT EXISTS blnk.balance_snapshots (
  id serial PRIMARY KEY,
  balance_id text NOT NULL,
  ledger_id text NOT NULL,
  balance numeric NOT NULL,
  credit_balance numeric NOT NULL,
  debit_balance numeric NOT NULL,
  inflight_balance numeric NOT NULL,
  inflight_credit_balance numeric NOT NULL,
  inflight_debit_balance numeric NOT NULL,
  currency text NOT NULL,
  snapshot_time timestamptz NOT NULL,
  created_at timestamp NOT NULL,
  last_tx_id text,
  meta_data jsonb
);
CREATE INDEX IF NOT EXISTS balance_snapshots_balance ON blnk.balance_snapshots (balance_id, snapshot_time);

CREATE TABLE IF NOT EXISTS blnk.balance_monitors (
  id serial PRIMARY KEY,
  monitor_id text NOT NULL UNIQUE,
  balance_id text NOT NULL REFERENCES blnk.balances (balance_id),
  field text NOT NULL,
  operator text NOT NULL,
  value bigint NOT NULL,
  description text,
  call_back_url text,
  created_at timestamp NOT NULL DEFAULT now(),
  precision float,
  precise_value bigint,
  CONSTRAINT balance_monitors_field_check CHECK (field IN ('debit_balance', 'credit_balance', 'balance',
    'inflight_debit_balance', 'inflight_credit_balance', 'inflight_balance')),
  CONSTRAINT balance_monitors_operator_check CHECK (operator IN ('>', '<', '>=', '<=', '=', '!='))
);
CREATE INDEX IF NOT EXISTS balance_monitors_balance ON blnk.balance_monitors (balance_id);

INSERT INTO blnk.ledgers (ledger_id, name, meta_data)
VALUES ('general_ledger_id', 'General Ledger', '{}') ON CONFLICT (ledger_id) DO NOTHING;
`;

const work = `
CREATE SCHEMA IF NOT EXISTS annex;

CREATE TABLE IF NOT EXISTS annex.work (
  work_id bigserial PRIMARY KEY,
  kind text NOT NULL,
  due_at timestamp NOT NULL,
  only_once text UNIQUE,
  attempts integer NOT NULL DEFAULT 0,
  leased_until timestamptz,
  payload jsonb NOT NULL
);
ALTER TABLE annex.work ADD COLUMN IF NOT EXISTS last_error text;
ALTER TABLE annex.work ADD COLUMN IF NOT EXISTS progress jsonb;
CREATE INDEX IF NOT EXISTS work_due ON annex.work (due_at, work_id);
CREATE INDEX IF NOT EXISTS work_batches ON annex.work (work_id) WHERE kind = 'bulk';
CREATE INDEX IF NOT EXISTS work_failing ON annex.work (due_at) WHERE attempts > 0;
CREATE INDEX IF NOT EXISTS work_queued_source ON annex.work ((payload #>> '{row,source}')) WHERE kind = 'queued';
CREATE INDEX IF NOT EXISTS work_queued_destination ON annex.work ((payload #>> '{row,destination}'))
  WHERE kind = 'queued';

CREATE TABLE IF NOT EXISTS annex.refusals (
  refusal_id bigserial PRIMARY KEY,
  work_id bigint NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  reason text NOT NULL,
  refused_at timestamp NOT NULL
);

CREATE OR REPLACE FUNCTION annex.exactly(actual bigint, expected bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
  IF actual <> expected THEN
    RAISE EXCEPTION 'changed by somebody else: % of % rows', actual, expected USING ERRCODE = '40001';
  END IF;
  RETURN actual;
END $$;
`;

/**
 * Core announces every new ledger and every new or changed balance as JSON, and what is too long for an
 * announcement is not stored at all. Nothing listens here, but what Core refuses is refused.
 */
const announcements = `
CREATE OR REPLACE FUNCTION annex.announceable() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF octet_length(json_build_object('table', TG_TABLE_NAME, 'data', row_to_json(NEW))::text) >= 8000 THEN
    RAISE EXCEPTION 'payload string too long' USING ERRCODE = '22023';
  END IF;
  RETURN NULL;
END $$;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'ledgers_announceable') THEN
    CREATE TRIGGER ledgers_announceable AFTER INSERT ON blnk.ledgers
      FOR EACH ROW EXECUTE FUNCTION annex.announceable();
    CREATE TRIGGER balances_announceable AFTER INSERT OR UPDATE OF identity_id, meta_data ON blnk.balances
      FOR EACH ROW EXECUTE FUNCTION annex.announceable();
  END IF;
END $$;
`;

/**
 * Most rows are nobody's child, so a planner that counts the parents it sees takes each for that of thousands of rows,
 * and reads the whole table for a handful of children. It is told that they are few; statistics from before are taken
 * anew, for that column alone, since it is they that say so.
 */
const parents = "ALTER TABLE blnk.transactions ALTER COLUMN parent_transaction SET (n_distinct = -0.2);";
const statisticsOfParents = `
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_stats WHERE schemaname = 'blnk' AND tablename = 'transactions'
             AND attname = 'parent_transaction' AND n_distinct <> -0.2::real) THEN
    ANALYZE blnk.transactions (parent_transaction);
  END IF;
END $$;
`;

/** Ledgers that start together on one server create their tables one after the other. */
const migrationLock = 5_240_117;

const statements = `${core} ${parents} ${listIndexes} ${work} ${periodTables} ${announcements}`;

/** Stands as the comment of schema `annex` once all of it is there, so that a start need not look piece by piece. */
export const tablesVersion = createHash("sha256")
  .update(statements + statisticsOfParents)
  .digest("hex")
  .slice(0, 16);

/**
 * Creates what is missing; changes nothing that is there. Safe to call from several processes at once.
 */
export async function migrate(database: TransactionalDatabase): Promise<void> {
  const [found] = await database.query(
    "SELECT obj_description(to_regnamespace('annex'), 'pg_namespace') AS version",
    [],
  );
  if (found?.["version"] === tablesVersion) return;
  const begin = `BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(${migrationLock});`;
  // Statistics take a while, and no other process's rows wait for them behind what the tables have locked.
  await database.execute(
    `${begin} ${statements} COMMIT; ${begin} ${statisticsOfParents} COMMENT ON SCHEMA annex IS '${tablesVersion}'; COMMIT;`,
  );
}
