/**
 * What a careful engineer writes by hand, and nothing more: the same durable work
 * as the framework's (sealed key, fingerprint, dedupe, outbox, one transaction;
 * hashed sessions), shared by the three servers beside this file.
 */
import { createCipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { capability } from "../events.ts";

export type Reply = { readonly status: number; readonly body: string };

export const sessionMilliseconds = 900_000;
const capabilityBytes = Buffer.from(capability);
const sealingKey = randomBytes(32);
const fingerprintKey = randomBytes(32);

export type Install = {
  installed_app_id: string;
  app_id: string;
  organization_id: string;
  instance_id: string;
  api_key: string;
  api_key_prefix: string;
  granted_permissions: string[];
  idempotency_key: string;
};

export class HandWritten {
  readonly #database: DatabaseSync;
  readonly #findEvent: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #insertInstallation: StatementSync;
  readonly #insertOutbox: StatementSync;
  readonly #findInstallation: StatementSync;
  readonly #insertSession: StatementSync;
  readonly #findSession: StatementSync;

  constructor(file: string) {
    const database = new DatabaseSync(file);
    database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS events (idempotency_key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS installations (installed_app_id TEXT PRIMARY KEY, app_id TEXT NOT NULL, organization_id TEXT,
        instance_id TEXT NOT NULL, sealed_key BLOB, key_prefix TEXT NOT NULL, granted TEXT NOT NULL, status TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE UNIQUE INDEX IF NOT EXISTS one_active ON installations (organization_id, instance_id) WHERE status = 'active';
      CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, installed_app_id TEXT NOT NULL, kind TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS sessions (token_hash BLOB PRIMARY KEY, installed_app_id TEXT NOT NULL, user_id TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;`);
    this.#database = database;
    this.#findEvent = database.prepare("SELECT fingerprint FROM events WHERE idempotency_key = ?");
    this.#insertEvent = database.prepare("INSERT INTO events VALUES (?, ?)");
    this.#insertInstallation = database.prepare(
      "INSERT INTO installations VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?)",
    );
    this.#insertOutbox = database.prepare(
      "INSERT INTO outbox (installed_app_id, kind) VALUES (?, 'install')",
    );
    this.#findInstallation = database.prepare(
      "SELECT app_id, organization_id, instance_id, status FROM installations WHERE installed_app_id = ?",
    );
    this.#insertSession = database.prepare("INSERT INTO sessions VALUES (?, ?, ?, ?)");
    this.#findSession = database.prepare(
      "SELECT s.installed_app_id, s.user_id, s.expires, i.status, i.granted FROM sessions s JOIN installations i USING (installed_app_id) WHERE token_hash = ?",
    );
  }

  begin(): void {
    this.#database.exec("BEGIN IMMEDIATE");
  }

  commit(): void {
    this.#database.exec("COMMIT");
  }

  /** The event again, or undefined when it is new. Needs no transaction. */
  duplicate(event: Install): Reply | undefined {
    const known = this.#findEvent.get(event.idempotency_key);
    if (known === undefined) return undefined;
    return known["fingerprint"] === fingerprint(event)
      ? { status: 200, body: '{"status":"ok"}' }
      : { status: 409, body: '{"error":"another body"}' };
  }

  /** Writes an install inside a transaction of the caller's. */
  install(event: Install): Reply {
    this.#insertEvent.run(event.idempotency_key, fingerprint(event));
    this.#insertInstallation.run(
      event.installed_app_id,
      event.app_id,
      event.organization_id,
      event.instance_id,
      seal(event.api_key, event.installed_app_id),
      event.api_key_prefix,
      event.granted_permissions.join(","),
      Date.now(),
    );
    this.#insertOutbox.run(event.installed_app_id);
    return { status: 200, body: '{"status":"ok"}' };
  }

  /** Makes a session inside a transaction of the caller's. */
  launch(request: Install & { user_id: string }): Reply {
    const installation = this.#findInstallation.get(request.installed_app_id);
    if (installation === undefined || installation["status"] !== "active")
      return { status: 403, body: '{"error":"not installed"}' };
    if (installation["app_id"] !== request.app_id || installation["instance_id"] !== request.instance_id)
      return { status: 403, body: '{"error":"other ids"}' };
    const token = randomBytes(32).toString("base64url");
    this.#insertSession.run(
      hash(token),
      request.installed_app_id,
      request.user_id,
      Date.now() + sessionMilliseconds,
    );
    return {
      status: 200,
      body: JSON.stringify({ portal_url: `http://localhost/portal/enter?token=${token}` }),
    };
  }

  session(authorization: string | undefined): Reply {
    const token = authorization?.startsWith("Bearer ") ? authorization.slice(7) : "";
    const session = this.#findSession.get(hash(token));
    if (session === undefined) return { status: 401, body: '{"error":"unknown"}' };
    if (Number(session["expires"]) < Date.now()) return { status: 410, body: '{"error":"expired"}' };
    if (session["status"] !== "active") return { status: 403, body: '{"error":"uninstalled"}' };
    return {
      status: 200,
      body: JSON.stringify({
        user_id: session["user_id"],
        installed_app_id: session["installed_app_id"],
        granted: session["granted"],
      }),
    };
  }
}

/** Which of the two doors a path means. */
export function doorOf(path: string): "callback" | "portal" | undefined {
  const [, cloud, secret = "", door] = path.split("/");
  const given = Buffer.from(secret);
  if (
    cloud !== "cloud" ||
    given.length !== capabilityBytes.length ||
    !timingSafeEqual(given, capabilityBytes)
  )
    return undefined;
  return door === "callback" || door === "portal" ? door : undefined;
}

/** Checks an install by hand; undefined when it is not one. */
export function readInstall(value: unknown): Install | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const event = value as Partial<Install>;
  const texts = [
    event.installed_app_id,
    event.app_id,
    event.instance_id,
    event.api_key,
    event.api_key_prefix,
    event.idempotency_key,
  ];
  if (
    texts.some((text) => typeof text !== "string" || text.length === 0) ||
    !Array.isArray(event.granted_permissions)
  )
    return undefined;
  return event.idempotency_key?.startsWith("install:") ? (event as Install) : undefined;
}

export function fingerprint(event: Install): string {
  const key = createHmac("sha256", fingerprintKey).update(event.api_key).digest("base64");
  return createHash("sha256")
    .update(
      [
        event.installed_app_id,
        event.app_id,
        event.organization_id,
        event.instance_id,
        event.granted_permissions.join(","),
        key,
      ].join("\0"),
    )
    .digest("base64");
}

export function seal(apiKey: string, installation: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce).setAAD(Buffer.from(installation));
  return Buffer.concat([nonce, cipher.update(apiKey, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

export function hash(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
