import { clockSkew } from "../../installations/clock-skew.ts";
import type { Store, StoredLink, StoredSession, WithInstallation } from "../interface.ts";
import { installationColumns, type Row, toInstallation, toLink, toSession } from "../rows.ts";
import { createBatching } from "./batching.ts";
import { type Connection, Prepared } from "./connection.ts";

const addLinksSql = new Prepared(
  "add-links",
  `WITH added AS (INSERT INTO annex.portal_links
      (token_key, installed_app_id, generation, user_id, created_at, expires_at)
    SELECT * FROM unnest($1::bytea[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[])
    ON CONFLICT (token_key) DO NOTHING RETURNING installed_app_id, user_id, created_at)
  INSERT INTO annex.audit (at, installed_app_id, actor_kind, actor_id, action)
  SELECT created_at, installed_app_id, 'member', user_id, 'portal.launched' FROM added`,
);
const addSessionsSql = new Prepared(
  "add-sessions",
  `INSERT INTO annex.portal_sessions
    (token_key, installed_app_id, generation, user_id, created_at, expires_at, last_used_at)
  SELECT * FROM unnest($1::bytea[], $2::text[], $3::int[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
  ON CONFLICT (token_key) DO NOTHING`,
);
const recordColumns = `r.token_key, r.generation AS bound_generation, r.user_id, r.created_at, r.expires_at,
  ${installationColumns}`;
const findLinksSql = new Prepared(
  "find-links",
  `SELECT ${recordColumns} FROM annex.portal_links r
  JOIN annex.installations i USING (installed_app_id) WHERE r.token_key = ANY($1)`,
);
const findSessionsSql = new Prepared(
  "find-sessions",
  `SELECT ${recordColumns}, r.last_used_at FROM annex.portal_sessions r
  JOIN annex.installations i USING (installed_app_id) WHERE r.token_key = ANY($1)`,
);
const touchSql = new Prepared(
  "touch-sessions",
  `UPDATE annex.portal_sessions r SET last_used_at = t.used
  FROM (SELECT key, max(used) AS used FROM unnest($1::bytea[], $2::bigint[]) AS t (key, used) GROUP BY key) AS t
  WHERE r.token_key = t.key AND (r.last_used_at < t.used OR r.last_used_at > t.used + ${clockSkew})`,
);

const writesAtOnce = { atOnce: 2, most: 200 };
const readsAtOnce = { atOnce: 4, most: 200 };

/** Links that a launch makes, under their token's key. */
export function createLinks({ query }: Connection, find: Store["installations"]["find"]): Store["links"] {
  const add = createBatching<StoredLink, void>(async (links, deadline) => {
    await query(addLinksSql, linkColumns(links), deadline);
    return links.map(() => undefined);
  }, writesAtOnce);
  return {
    open: async (installedAppId, make) => {
      const made = make(await find(installedAppId));
      // Ended between the two: the link is of another generation then, and lets nobody in.
      if (made.link !== undefined) await add(made.link);
      return made;
    },
    find: createBatching(
      (keys, deadline) => findAll(query, findLinksSql, keys, toLink, deadline),
      readsAtOnce,
    ),
  };
}

/** Sessions of tabs, under their token's key. */
export function createSessions({ query }: Connection): Store["sessions"] {
  const touch = createBatching<{ readonly tokenKey: Uint8Array; readonly lastUsedAt: number }, void>(
    async (used, deadline) => {
      const keys = used.map(({ tokenKey }) => Buffer.from(tokenKey));
      await query(touchSql, [keys, used.map(({ lastUsedAt }) => lastUsedAt)], deadline);
      return used.map(() => undefined);
    },
    writesAtOnce,
  );
  return {
    add: createBatching<StoredSession, void>(async (sessions, deadline) => {
      const used = sessions.map(({ lastUsedAt }) => lastUsedAt);
      await query(addSessionsSql, [...linkColumns(sessions), used], deadline);
      return sessions.map(() => undefined);
    }, writesAtOnce),
    find: createBatching(
      (keys, deadline) => findAll(query, findSessionsSql, keys, toSession, deadline),
      readsAtOnce,
    ),
    touch: (tokenKey, lastUsedAt) => touch({ tokenKey, lastUsedAt }),
  };
}

function linkColumns(links: readonly StoredLink[]): readonly unknown[] {
  return [
    links.map(({ tokenKey }) => Buffer.from(tokenKey)),
    links.map(({ installedAppId }) => installedAppId),
    links.map(({ generation }) => generation),
    links.map(({ userId }) => userId ?? null),
    links.map(({ createdAt }) => createdAt),
    links.map(({ expiresAt }) => expiresAt),
  ];
}

async function findAll<Record>(
  query: Connection["query"],
  sql: Prepared,
  keys: readonly Uint8Array[],
  toRecord: (row: Row, tokenKey: Uint8Array) => Record,
  deadline: number,
): Promise<readonly (WithInstallation<Record> | undefined)[]> {
  const { rows } = await query(sql, [keys.map((key) => Buffer.from(key))], deadline);
  const found = new Map(rows.map((row) => [(row["token_key"] as Buffer).toString("hex"), row]));
  return keys.map((key) => {
    const row = found.get(Buffer.from(key).toString("hex"));
    return row === undefined ? undefined : { record: toRecord(row, key), installation: toInstallation(row) };
  });
}
