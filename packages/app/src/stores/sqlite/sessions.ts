import type { Store } from "../interface.ts";
import type { Connection } from "./connection.ts";
import { installationColumns, toInstallation, toLink } from "./rows.ts";
import type { SharedCommit } from "./shared-commit.ts";

const addLinkSql = `INSERT INTO portal_links (token_hash, installed_app_id, generation, user_id, created_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
const findLinkSql = `SELECT r.token_hash, r.generation AS bound_generation, r.user_id, r.created_at, r.expires_at,
    ${installationColumns}
  FROM portal_links r JOIN installations i USING (installed_app_id) WHERE r.token_hash = ?`;
const addSessionSql = `INSERT INTO portal_sessions
    (token_hash, installed_app_id, generation, user_id, created_at, expires_at, last_used_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const findSessionSql = `SELECT r.token_hash, r.generation AS bound_generation, r.user_id, r.created_at, r.expires_at,
    r.last_used_at, ${installationColumns}
  FROM portal_sessions r JOIN installations i USING (installed_app_id) WHERE r.token_hash = ?`;
const touchSql = "UPDATE portal_sessions SET last_used_at = ?1 WHERE token_hash = ?2 AND last_used_at < ?1";

/** Links that a launch makes, under the hash of their token. */
export function createLinks(connection: Connection, commit: SharedCommit): Store["links"] {
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
      return row === undefined ? undefined : { record: toLink(row), installation: toInstallation(row) };
    },
  };
}

/** Sessions of tabs, under the hash of their token. */
export function createSessions(connection: Connection, commit: SharedCommit): Store["sessions"] {
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
      const record = { ...toLink(row), lastUsedAt: Number(row["last_used_at"]) };
      return { record, installation: toInstallation(row) };
    },
    touch: (tokenHash, lastUsedAt) =>
      commit.run(() => {
        connection.statement(touchSql).run(lastUsedAt, tokenHash);
      }),
  };
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
