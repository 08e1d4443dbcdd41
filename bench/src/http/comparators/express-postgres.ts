/**
 * Express 5 over `pg`, one transaction an event, as a careful engineer writes it by hand: sealed key, fingerprint,
 * deduplication, outbox; hashed sessions. Any number of it may run on one database.
 */
import { randomBytes } from "node:crypto";
import express from "express";
import pg from "pg";
import {
  doorOf,
  fingerprint,
  hash,
  type Install,
  type Reply,
  readInstall,
  seal,
  sessionMilliseconds,
} from "./hand-written.ts";

const pool = new pg.Pool({ connectionString: process.env["ANNEX_DATABASE"], max: 20 });
await pool.query(`
  SELECT pg_advisory_lock(1);
  CREATE TABLE IF NOT EXISTS events (idempotency_key text PRIMARY KEY, fingerprint text NOT NULL);
  CREATE TABLE IF NOT EXISTS installations (installed_app_id text PRIMARY KEY, app_id text NOT NULL, organization_id text,
    instance_id text NOT NULL, sealed_key bytea, key_prefix text NOT NULL, granted text NOT NULL, status text NOT NULL, at bigint NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS one_active ON installations (organization_id, instance_id) WHERE status = 'active';
  CREATE TABLE IF NOT EXISTS outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, installed_app_id text NOT NULL, kind text NOT NULL);
  CREATE TABLE IF NOT EXISTS sessions (token_hash bytea PRIMARY KEY, installed_app_id text NOT NULL, user_id text NOT NULL, expires bigint NOT NULL);
  SELECT pg_advisory_unlock(1);`);

const app = express();
app.use(express.json({ limit: 64 * 1024 }));
app.post("/cloud/:secret/:door", async (request, response) => {
  const door = doorOf(request.path);
  if (door === undefined) return send(response, { status: 404, body: '{"error":"not found"}' });
  if (door === "portal") return send(response, await launch(request.body));
  const event = readInstall(request.body);
  if (event === undefined) return send(response, { status: 422, body: '{"error":"not an install"}' });
  return send(response, (await duplicate(pool, event)) ?? (await install(event)));
});

const server = app.listen(Number(process.env["PORT"] ?? 0), () => {
  const address = server.address();
  console.log(
    `ready express-postgres http://localhost:${typeof address === "object" ? address?.port : address}`,
  );
});

async function duplicate(client: pg.Pool | pg.PoolClient, event: Install): Promise<Reply | undefined> {
  const { rows } = await client.query("SELECT fingerprint FROM events WHERE idempotency_key = $1", [
    event.idempotency_key,
  ]);
  if (rows[0] === undefined) return undefined;
  return rows[0].fingerprint === fingerprint(event)
    ? { status: 200, body: '{"status":"ok"}' }
    : { status: 409, body: '{"error":"another body"}' };
}

async function install(event: Install): Promise<Reply> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const known = await duplicate(client, event);
    if (known === undefined) await insert(client, event);
    await client.query("COMMIT");
    return known ?? { status: 200, body: '{"status":"ok"}' };
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

async function insert(client: pg.PoolClient, event: Install): Promise<void> {
  await client.query("INSERT INTO events VALUES ($1, $2)", [event.idempotency_key, fingerprint(event)]);
  await client.query("INSERT INTO installations VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8)", [
    event.installed_app_id,
    event.app_id,
    event.organization_id,
    event.instance_id,
    seal(event.api_key, event.installed_app_id),
    event.api_key_prefix,
    event.granted_permissions.join(","),
    Date.now(),
  ]);
  await client.query("INSERT INTO outbox (installed_app_id, kind) VALUES ($1, 'install')", [
    event.installed_app_id,
  ]);
}

async function launch(request: Install & { readonly user_id: string }): Promise<Reply> {
  const { rows } = await pool.query(
    "SELECT app_id, instance_id, status FROM installations WHERE installed_app_id = $1",
    [request.installed_app_id],
  );
  const [installation] = rows;
  if (installation?.status !== "active") return { status: 403, body: '{"error":"not installed"}' };
  if (installation.app_id !== request.app_id || installation.instance_id !== request.instance_id)
    return { status: 403, body: '{"error":"other ids"}' };
  const token = randomBytes(32).toString("base64url");
  await pool.query("INSERT INTO sessions VALUES ($1, $2, $3, $4)", [
    hash(token),
    request.installed_app_id,
    request.user_id,
    Date.now() + sessionMilliseconds,
  ]);
  return {
    status: 200,
    body: JSON.stringify({ portal_url: `http://localhost/portal/enter?token=${token}` }),
  };
}

function send(response: express.Response, reply: Reply): void {
  response.status(reply.status).type("application/json").send(reply.body);
}
