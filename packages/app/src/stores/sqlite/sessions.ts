import { clockSkew } from "../../installations/clock-skew.ts";
import type { Store, StoredLink, WithInstallation } from "../interface.ts";
import { type Row, toLink, toSession } from "../rows.ts";
import { addEntry } from "./audit.ts";
import type { Connection } from "./connection.ts";
import type { Remembered } from "./installations.ts";
import type { Transaction } from "./transaction.ts";

const addLinkSql = `INSERT INTO portal_links (token_key, installed_app_id, generation, user_id, created_at, expires_at)
  VALUES (?, ?, ?, ?, ?, ?)`;
const recordColumns = `r.installed_app_id, r.generation AS bound_generation, r.user_id, r.created_at, r.expires_at,
  i.generation`;
const findLinkSql = `SELECT ${recordColumns}
  FROM portal_links r JOIN installations i USING (installed_app_id) WHERE r.token_key = ?`;
const addSessionSql = `INSERT INTO portal_sessions
    (token_key, installed_app_id, generation, user_id, created_at, expires_at, last_used_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const findSessionSql = `SELECT ${recordColumns}, r.last_used_at
  FROM portal_sessions r JOIN installations i USING (installed_app_id) WHERE r.token_key = ?`;
const touchSql = `UPDATE portal_sessions SET last_used_at = ?1
  WHERE token_key = ?2 AND (last_used_at < ?1 OR last_used_at > ?1 + ${clockSkew})`;

/** Links that a launch makes, under their token's key. */
export function createLinks(
  connection: Connection,
  transaction: Transaction,
  { find, ofGeneration }: Remembered,
): Store["links"] {
  return {
    open: (installedAppId, make) =>
      transaction.run(() => {
        const made = make(find(installedAppId));
        if (made.link !== undefined) addLink(connection, made.link);
        return made;
      }),
    find: async (tokenKey) => {
      const row = connection.statement(findLinkSql).get(tokenKey);
      return row === undefined ? undefined : withInstallation(row, toLink(row, tokenKey), ofGeneration);
    },
  };
}

function addLink(connection: Connection, link: StoredLink): void {
  const { tokenKey, installedAppId, generation, userId, createdAt, expiresAt } = link;
  connection
    .statement(addLinkSql)
    .run(tokenKey, installedAppId, generation, userId ?? null, createdAt, expiresAt);
  const actor = { kind: "member", id: userId } as const;
  addEntry(connection, { at: createdAt, installedAppId, actor, action: "portal.launched" });
}

/** Sessions of tabs, under their token's key. */
export function createSessions(
  connection: Connection,
  transaction: Transaction,
  { ofGeneration }: Remembered,
): Store["sessions"] {
  return {
    add: (session) =>
      transaction.run(() => {
        const { tokenKey, installedAppId, generation, userId, createdAt, expiresAt, lastUsedAt } = session;
        connection
          .statement(addSessionSql)
          .run(tokenKey, installedAppId, generation, userId ?? null, createdAt, expiresAt, lastUsedAt);
      }),
    find: async (tokenKey) => {
      const row = connection.statement(findSessionSql).get(tokenKey);
      if (row === undefined) return undefined;
      return withInstallation(row, toSession(row, tokenKey), ofGeneration);
    },
    touch: (tokenKey, lastUsedAt) =>
      transaction.run(() => {
        connection.statement(touchSql).run(lastUsedAt, tokenKey);
      }),
  };
}

function withInstallation<Record extends StoredLink>(
  row: Row,
  record: Record,
  ofGeneration: Remembered["ofGeneration"],
): WithInstallation<Record> | undefined {
  const installation = ofGeneration(record.installedAppId, Number(row["generation"]));
  return installation === undefined ? undefined : { record, installation };
}
