/**
 * What an app has after years: rows as its own events would have left them, each key sealed for its own installation,
 * written in bulk past every door, since sending a million events would take an hour.
 */

import { DatabaseSync } from "node:sqlite";
import { Secret } from "@annex/protocol";
import pg from "pg";
import { openPostgresStore } from "../../../packages/app/src/stores/postgres/index.ts";
import { openSqliteStore } from "../../../packages/app/src/stores/sqlite/index.ts";
import { createVault, type Vault } from "../../../packages/app/src/vault/index.ts";
import { parseKeyRing } from "../../../packages/app/src/vault/key-ring.ts";
import { application, type Installed, organization } from "../http/events.ts";

export type Growth = { readonly installations: number; readonly events: number };

const rowsAtOnce = 5000;
const none = () => undefined;
const quiet = { debug: none, info: none, warn: none, error: none, with: () => quiet };

/** One row of each table, as an install leaves it. */
type Filled = {
  readonly id: string;
  readonly instance: string;
  readonly sealed: Buffer;
  readonly ringKeyId: string;
};

function filled(number: number, vault: Vault): Filled {
  const { id, instance } = numbered(number);
  const { sealed, ringKeyId } = vault.seal(id, new Secret(`blnk_filled_${number}_0123456789abcdef`));
  return { id, instance, sealed: Buffer.from(sealed), ringKeyId };
}

function numbered(number: number): { readonly id: string; readonly instance: string } {
  // Spread over the whole range of keys, as random ids are.
  const scattered = ((number * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, "0");
  return { id: `instapp_${scattered}-${number}`, instance: `inst_${scattered}-${number}` };
}

/** Some of those that were filled in, to launch. */
export function someFilled({ installations }: Growth): readonly Installed[] {
  const step = Math.max(1, Math.floor(installations / 5000));
  const some: Installed[] = [];
  for (let number = 1; number <= installations; number += step) some.push({ ...numbered(number), body: "" });
  return some;
}

export async function fillSqlite(file: string, keyRing: string, growth: Growth): Promise<void> {
  await openSqliteStore(file, none, quiet).close();
  const vault = createVault(parseKeyRing(keyRing));
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-500000; BEGIN");
  const event = database.prepare(
    "INSERT INTO events (idempotency_key, organization_id, fingerprint, received_at) VALUES (?, ?, ?, ?)",
  );
  const installation =
    database.prepare(`INSERT INTO installations (installation_number, installed_app_id, app_id, organization_id,
      instance_id, granted_permissions, api_key_prefix, status, generation, fingerprint, key_hash, key_stored_at, installed_at)
    VALUES (?, ?, ?, ?, ?, 'data:read', 'blnk_fil', 'active', 1, ?, ?, ?, ?)`);
  const key = database.prepare(
    "INSERT INTO sealed_keys (installation_number, sealed, ring_key_id) VALUES (?, ?, ?)",
  );
  const now = Date.now();
  for (let number = 1; number <= growth.installations; number += 1) {
    const { id, instance, sealed, ringKeyId } = filled(number, vault);
    installation.run(
      number,
      id,
      application,
      organization,
      instance,
      `print ${number}`,
      `hash.${number}`,
      now,
      now,
    );
    key.run(number, sealed, ringKeyId);
  }
  for (let number = 1; number <= growth.events; number += 1)
    event.run(eventKey(number), organization, `print ${number}`, now);
  database.exec("COMMIT; ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

function eventKey(number: number): string {
  return `install:${numbered(number).id}`;
}

export async function fillPostgres(
  url: string,
  appName: string,
  keyRing: string,
  growth: Growth,
): Promise<void> {
  await (await openPostgresStore(url, appName, none)).close();
  const vault = createVault(parseKeyRing(keyRing));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const schema = `annex_${appName}`;
  const now = Date.now();
  await client.query("SET synchronous_commit = off");
  for (let from = 1; from <= growth.installations; from += rowsAtOnce) {
    const rows = range(from, growth.installations).map((number) => filled(number, vault));
    await client.query(
      `INSERT INTO ${schema}.installations (installed_app_id, app_id, organization_id, instance_id, granted_permissions,
         api_key_prefix, status, generation, fingerprint, key_hash, key_stored_at, sealed, ring_key_id, installed_at)
       SELECT id, $5, $6, instance, 'data:read', 'blnk_fil', 'active', 1, 'print ' || id, 'hash.' || id, $7::bigint, sealed, ring, $7::bigint
       FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[]) AS t (id, instance, sealed, ring)`,
      [
        rows.map(({ id }) => id),
        rows.map(({ instance }) => instance),
        rows.map(({ sealed }) => sealed),
        rows.map(({ ringKeyId }) => ringKeyId),
        application,
        organization,
        now,
      ],
    );
  }
  for (let from = 1; from <= growth.events; from += rowsAtOnce)
    await client.query(
      `INSERT INTO ${schema}.events (idempotency_key, organization_id, fingerprint, received_at)
       SELECT key, $2, 'print ' || key, $3::bigint FROM unnest($1::text[]) AS key`,
      [range(from, growth.events).map(eventKey), organization, now],
    );
  await client.query("VACUUM ANALYZE");
  await client.query("CHECKPOINT");
  await client.end();
}

function range(from: number, last: number): readonly number[] {
  return Array.from({ length: Math.min(rowsAtOnce, last - from + 1) }, (_none, index) => from + index);
}
