-- The real Core's tables, columns and indexes as the core schema document lists them, and nothing else.
-- The tests read such a database as they would a real Core's.
CREATE SCHEMA blnk;

CREATE SEQUENCE blnk.ledgers_id_seq AS integer;
CREATE TABLE blnk.ledgers (
  "id" integer NOT NULL DEFAULT nextval('blnk.ledgers_id_seq'::regclass),
  "name" text,
  "ledger_id" text NOT NULL,
  "created_at" timestamp NOT NULL DEFAULT now(),
  "meta_data" jsonb
);
CREATE INDEX ON blnk.ledgers USING btree (created_at DESC);
CREATE UNIQUE INDEX ON blnk.ledgers USING btree (ledger_id);
CREATE UNIQUE INDEX ON blnk.ledgers USING btree (id);

CREATE SEQUENCE blnk.balances_id_seq AS integer;
CREATE TABLE blnk.balances (
  "id" integer NOT NULL DEFAULT nextval('blnk.balances_id_seq'::regclass),
  "balance_id" text NOT NULL,
  "indicator" text,
  "balance" numeric NOT NULL,
  "credit_balance" numeric NOT NULL,
  "debit_balance" numeric NOT NULL,
  "currency" text NOT NULL,
  "ledger_id" text NOT NULL,
  "identity_id" text,
  "created_at" timestamp NOT NULL DEFAULT now(),
  "meta_data" jsonb,
  "version" integer NOT NULL DEFAULT 1,
  "inflight_balance" numeric NOT NULL DEFAULT 0,
  "inflight_credit_balance" numeric NOT NULL DEFAULT 0,
  "inflight_debit_balance" numeric NOT NULL DEFAULT 0,
  "track_fund_lineage" boolean NOT NULL DEFAULT false,
  "allocation_strategy" text NOT NULL DEFAULT 'FIFO'
);
CREATE UNIQUE INDEX ON blnk.balances USING btree (balance_id);
CREATE UNIQUE INDEX ON blnk.balances USING btree (id);
CREATE INDEX ON blnk.balances USING btree (created_at DESC);
CREATE INDEX ON blnk.balances USING btree (currency, identity_id);
CREATE INDEX ON blnk.balances USING btree (identity_id);
CREATE INDEX ON blnk.balances USING btree (ledger_id);
CREATE INDEX ON blnk.balances USING btree (indicator);
CREATE UNIQUE INDEX ON blnk.balances USING btree (indicator, currency);

CREATE SEQUENCE blnk.identity_id_seq AS integer;
CREATE TABLE blnk.identity (
  "id" integer NOT NULL DEFAULT nextval('blnk.identity_id_seq'::regclass),
  "identity_id" text NOT NULL,
  "first_name" text NOT NULL,
  "last_name" text NOT NULL,
  "other_names" text,
  "gender" text,
  "dob" date,
  "email_address" text,
  "phone_number" text,
  "nationality" text,
  "street" text,
  "country" text,
  "state" text,
  "organization_name" text,
  "category" text,
  "identity_type" text,
  "post_code" text,
  "city" text,
  "created_at" timestamp NOT NULL DEFAULT now(),
  "meta_data" jsonb
);
CREATE INDEX ON blnk.identity USING btree (country, created_at DESC);
CREATE INDEX ON blnk.identity USING btree (created_at DESC);
CREATE UNIQUE INDEX ON blnk.identity USING btree (identity_id);
CREATE UNIQUE INDEX ON blnk.identity USING btree (id);

CREATE SEQUENCE blnk.transactions_id_seq AS integer;
CREATE TABLE blnk.transactions (
  "id" integer NOT NULL DEFAULT nextval('blnk.transactions_id_seq'::regclass),
  "transaction_id" text NOT NULL,
  "source" text,
  "destination" text,
  "description" text,
  "reference" text,
  "amount" numeric,
  "currency" text,
  "status" text,
  "hash" text,
  "created_at" timestamp NOT NULL DEFAULT now(),
  "scheduled_for" timestamp,
  "meta_data" jsonb,
  "precise_amount" numeric,
  "precision" bigint DEFAULT 1,
  "parent_transaction" text,
  "effective_date" timestamp,
  "chain_seq" bigint,
  "chain_prev_hash" character(64),
  "chain_hash" character(64)
);
CREATE INDEX ON blnk.transactions USING btree (created_at, destination);
CREATE INDEX ON blnk.transactions USING btree (created_at, source);
CREATE INDEX ON blnk.transactions USING btree (created_at DESC) WHERE (status <> 'QUEUED'::text);
CREATE INDEX ON blnk.transactions USING btree (currency, created_at DESC) INCLUDE ("precision");
CREATE UNIQUE INDEX ON blnk.transactions USING btree (chain_seq) WHERE (chain_seq IS NOT NULL);
CREATE INDEX ON blnk.transactions USING btree (currency);
CREATE INDEX ON blnk.transactions USING btree (destination);
CREATE INDEX ON blnk.transactions USING gin (meta_data);
CREATE INDEX ON blnk.transactions USING btree (parent_transaction);
CREATE INDEX ON blnk.transactions USING btree (created_at) WHERE (status = 'QUEUED'::text);
CREATE UNIQUE INDEX ON blnk.transactions USING btree (reference);
CREATE INDEX ON blnk.transactions USING btree (source);
CREATE INDEX ON blnk.transactions USING btree (status);
CREATE INDEX ON blnk.transactions USING btree (id) WHERE (chain_seq IS NULL);
CREATE INDEX ON blnk.transactions USING btree (((meta_data ->> 'inflight'::text))) WHERE ((meta_data ->> 'inflight'::text) = 'true'::text);
CREATE INDEX ON blnk.transactions USING btree (((meta_data ->> 'QUEUED_PARENT_TRANSACTION'::text))) WHERE ((meta_data ->> 'QUEUED_PARENT_TRANSACTION'::text) IS NOT NULL);
CREATE INDEX ON blnk.transactions USING btree (((meta_data ->> '_shadow_for'::text)), created_at) WHERE ((meta_data ->> '_shadow_for'::text) IS NOT NULL);
CREATE INDEX ON blnk.transactions USING btree (parent_transaction, created_at DESC);
CREATE INDEX ON blnk.transactions USING btree (parent_transaction, status);
CREATE INDEX ON blnk.transactions USING btree (destination, currency, created_at) WHERE (status = 'QUEUED'::text);
CREATE INDEX ON blnk.transactions USING btree (source, currency, created_at) WHERE (status = 'QUEUED'::text);
CREATE UNIQUE INDEX ON blnk.transactions USING btree (id);
CREATE UNIQUE INDEX ON blnk.transactions USING btree (transaction_id);

CREATE SEQUENCE blnk.transaction_journal_id_seq AS integer;
CREATE TABLE blnk.transaction_journal (
  "id" integer NOT NULL DEFAULT nextval('blnk.transaction_journal_id_seq'::regclass),
  "transaction_id" text NOT NULL,
  "action_type" text NOT NULL,
  "client_addr" inet,
  "backend_pid" integer,
  "timestamp" timestamp NOT NULL DEFAULT now(),
  "old_data" jsonb,
  "new_data" jsonb,
  "succeeded" boolean NOT NULL
);
CREATE UNIQUE INDEX ON blnk.transaction_journal USING btree (id);

CREATE SEQUENCE blnk.lineage_mappings_id_seq AS integer;
CREATE TABLE blnk.lineage_mappings (
  "id" integer NOT NULL DEFAULT nextval('blnk.lineage_mappings_id_seq'::regclass),
  "balance_id" text NOT NULL,
  "provider" text NOT NULL,
  "shadow_balance_id" text NOT NULL,
  "aggregate_balance_id" text NOT NULL,
  "identity_id" text NOT NULL,
  "created_at" timestamp NOT NULL DEFAULT now()
);
CREATE INDEX ON blnk.lineage_mappings USING btree (balance_id);
CREATE INDEX ON blnk.lineage_mappings USING btree (provider);
CREATE INDEX ON blnk.lineage_mappings USING btree (shadow_balance_id);
CREATE UNIQUE INDEX ON blnk.lineage_mappings USING btree (balance_id, provider);
CREATE UNIQUE INDEX ON blnk.lineage_mappings USING btree (id);

CREATE SEQUENCE blnk.lineage_outbox_id_seq AS bigint;
CREATE TABLE blnk.lineage_outbox (
  "id" bigint NOT NULL DEFAULT nextval('blnk.lineage_outbox_id_seq'::regclass),
  "transaction_id" text NOT NULL,
  "source_balance_id" text,
  "destination_balance_id" text,
  "provider" text,
  "lineage_type" text NOT NULL,
  "payload" jsonb NOT NULL,
  "status" text NOT NULL DEFAULT 'pending',
  "attempts" integer NOT NULL DEFAULT 0,
  "max_attempts" integer NOT NULL DEFAULT 5,
  "last_error" text,
  "created_at" timestamp NOT NULL DEFAULT now(),
  "processed_at" timestamp,
  "locked_until" timestamp,
  "inflight" boolean NOT NULL DEFAULT false
);
CREATE INDEX ON blnk.lineage_outbox USING btree (status, locked_until, attempts, created_at) WHERE (status = ANY (ARRAY['pending'::text, 'processing'::text]));
CREATE INDEX ON blnk.lineage_outbox USING btree (status, created_at) WHERE (status = 'failed'::text);
CREATE INDEX ON blnk.lineage_outbox USING btree (status, created_at) WHERE (status = 'pending'::text);
CREATE INDEX ON blnk.lineage_outbox USING btree (transaction_id);
CREATE UNIQUE INDEX ON blnk.lineage_outbox USING btree (id);
CREATE UNIQUE INDEX ON blnk.lineage_outbox USING btree (transaction_id);

CREATE SEQUENCE blnk.matching_rules_id_seq AS integer;
CREATE TABLE blnk.matching_rules (
  "id" integer NOT NULL DEFAULT nextval('blnk.matching_rules_id_seq'::regclass),
  "rule_id" text NOT NULL,
  "created_at" timestamp NOT NULL,
  "updated_at" timestamp NOT NULL,
  "name" varchar(255) NOT NULL,
  "description" text,
  "criteria" jsonb NOT NULL
);
CREATE UNIQUE INDEX ON blnk.matching_rules USING btree (id);

CREATE TABLE blnk.external_transactions (
  "id" text NOT NULL,
  "amount" numeric NOT NULL,
  "reference" varchar(255) NOT NULL,
  "currency" text NOT NULL,
  "description" text,
  "date" timestamp NOT NULL,
  "source" varchar(255) NOT NULL,
  "upload_id" text NOT NULL
);
CREATE UNIQUE INDEX ON blnk.external_transactions USING btree (id);
CREATE INDEX ON blnk.external_transactions USING btree (upload_id);

CREATE SEQUENCE blnk.reconciliations_id_seq AS integer;
CREATE TABLE blnk.reconciliations (
  "id" integer NOT NULL DEFAULT nextval('blnk.reconciliations_id_seq'::regclass),
  "reconciliation_id" text NOT NULL,
  "upload_id" text NOT NULL,
  "status" varchar(50) NOT NULL,
  "matched_transactions" integer NOT NULL,
  "unmatched_transactions" integer NOT NULL,
  "started_at" timestamp NOT NULL,
  "completed_at" timestamp
);
CREATE INDEX ON blnk.reconciliations USING btree (upload_id);
CREATE UNIQUE INDEX ON blnk.reconciliations USING btree (id);

CREATE TABLE blnk.reconciliation_progress (
  "processed_count" bigint,
  "reconciliation_id" text,
  "last_processed_external_txn_id" text
);
CREATE INDEX ON blnk.reconciliation_progress USING btree (reconciliation_id);
CREATE UNIQUE INDEX ON blnk.reconciliation_progress USING btree (reconciliation_id);

CREATE SEQUENCE blnk.matches_id_seq AS integer;
CREATE TABLE blnk.matches (
  "id" integer NOT NULL DEFAULT nextval('blnk.matches_id_seq'::regclass),
  "external_transaction_id" text NOT NULL,
  "internal_transaction_id" text NOT NULL,
  "reconciliation_id" text NOT NULL,
  "amount" numeric NOT NULL,
  "date" timestamp NOT NULL
);
CREATE UNIQUE INDEX ON blnk.matches USING btree (id);

CREATE SEQUENCE blnk.unmatched_id_seq AS integer;
CREATE TABLE blnk.unmatched (
  "id" integer NOT NULL DEFAULT nextval('blnk.unmatched_id_seq'::regclass),
  "external_transaction_id" text NOT NULL,
  "reconciliation_id" text NOT NULL,
  "date" timestamp NOT NULL
);
CREATE UNIQUE INDEX ON blnk.unmatched USING btree (id);

CREATE SEQUENCE blnk.balance_snapshots_id_seq AS integer;
CREATE TABLE blnk.balance_snapshots (
  "id" integer NOT NULL DEFAULT nextval('blnk.balance_snapshots_id_seq'::regclass),
  "balance_id" text NOT NULL,
  "ledger_id" text NOT NULL,
  "balance" numeric NOT NULL,
  "credit_balance" numeric NOT NULL,
  "debit_balance" numeric NOT NULL,
  "inflight_balance" numeric NOT NULL,
  "inflight_credit_balance" numeric NOT NULL,
  "inflight_debit_balance" numeric NOT NULL,
  "currency" text NOT NULL,
  "snapshot_time" timestamptz NOT NULL,
  "created_at" timestamp NOT NULL,
  "last_tx_id" text,
  "meta_data" jsonb
);
CREATE UNIQUE INDEX ON blnk.balance_snapshots USING btree (id);
CREATE INDEX ON blnk.balance_snapshots USING btree (balance_id);
CREATE INDEX ON blnk.balance_snapshots USING btree (ledger_id, snapshot_time);
CREATE INDEX ON blnk.balance_snapshots USING btree (snapshot_time);
