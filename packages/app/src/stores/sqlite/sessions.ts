import type { Store, StoredLink, WithInstallation } from "../interface.ts";
import type { Connection } from "./connection.ts";
import type { OfGeneration } from "./installations.ts";
import { optionalText, type Row } from "./rows.ts";
import type { SharedCommit } from "./shared-commit.ts";

const addLinkSql = `INSERT INTO portal_links (token_hash, installed_app_id, generation, user_id, created_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
const recordColumns = `r.installed_app_id, r.generation AS bound_generation, r.user_id, r.created_at, r.expires_at,
  i.generation`;
const findLinkSql = `SELECT ${recordColumns}
  FROM portal_links r JOIN installations i USING (installed_app_id) WHERE r.token_hash = ?`;
const addSessionSql = `INSERT INTO portal_sessions
    (token_hash, installed_app_id, generation, user_id, created_at, expires_at, last_used_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const findSessionSql = `SELECT ${recordColumns}, r.last_used_at
  FROM portal_sessions r JOIN installations i USING (installed_app_id) WHERE r.token_hash = ?`;
const touchSql = "UPDATE portal_sessions SET last_used_at = ?1 WHERE token_hash = ?2 AND last_used_at < ?1";

/** Links that a launch makes, under the hash of their token. */
export function createLinks(
  connection: Connection,
  commit: SharedCommit,
  ofGeneration: OfGeneration,
): Store["links"] {
  return {
    add: (link) =>
      commit.run(() => {
        const { tokenHash, installedAppId, generation, userId, createdAt, expiresAt } = link;
        connection
          .statement(addLinkSql)
          .run(tokenHash, installedAppId, generation, userId ?? null, createdAt, expiresAt);
      }),
    find: async (tokenHash) => {
      const row = connection.statement(findLinkSql).get(tokenHash);
      return row === undefined ? undefined : withInstallation(row, toLink(row, tokenHash), ofGeneration);
    },
  };
}

/** Sessions of tabs, under the hash of their token. */
export function createSessions(
  connection: Connection,
  commit: SharedCommit,
  ofGeneration: OfGeneration,
): Store["sessions"] {
  return {
    add: (session) =>
      commit.run(() => {
        const { tokenHash, installedAppId, generation, userId, createdAt, expiresAt, lastUsedAt } = session;
        connection
          .statement(addSessionSql)
          .run(tokenHash, installedAppId, generation, userId ?? null, createdAt, expiresAt, lastUsedAt);
      }),
    find: async (tokenHash) => {
      const row = connection.statement(findSessionSql).get(tokenHash);
      if (row === undefined) return undefined;
      const session = { ...toLink(row, tokenHash), lastUsedAt: Number(row["last_used_at"]) };
      return withInstallation(row, session, ofGeneration);
    },
    touch: (tokenHash, lastUsedAt) =>
      commit.run(() => {
        connection.statement(touchSql).run(lastUsedAt, tokenHash);
      }),
  };
}

function toLink(row: Row, tokenHash: Uint8Array): StoredLink {
  return {
    tokenHash,
    installedAppId: String(row["installed_app_id"]),
    generation: Number(row["bound_generation"]),
    userId: optionalText(row["user_id"]),
    createdAt: Number(row["created_at"]),
    expiresAt: Number(row["expires_at"]),
  };
}

function withInstallation<Record extends StoredLink>(
  row: Row,
  record: Record,
  ofGeneration: OfGeneration,
): WithInstallation<Record> | undefined {
  const installation = ofGeneration(record.installedAppId, Number(row["generation"]));
  return installation === undefined ? undefined : { record, installation };
}

// Rows are appended and all live equally long, so the oldest expire first and a look at the first few is enough.
const forgetSql = (table: string, number: string) => `DELETE FROM ${table} WHERE ${number} IN (
  SELECT ${number} FROM (SELECT ${number}, expires_at FROM ${table} ORDER BY ${number} LIMIT 500)
  WHERE expires_at < ?)`;

/** Deletes what expired before a time, at most 500 of each. */
export function forgetExpired(connection: Connection, commit: SharedCommit, before: number): Promise<void> {
  return commit.run(() => {
    connection.statement(forgetSql("portal_links", "link_number")).run(before);
    connection.statement(forgetSql("portal_sessions", "session_number")).run(before);
  });
}
