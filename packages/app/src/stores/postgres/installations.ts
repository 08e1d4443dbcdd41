import type { Installation } from "../../installations/installation.ts";
import type { OpenQuestions, Store, StoredInstallation } from "../interface.ts";
import { installationColumns, optionalNumber, type Row, toInstallation } from "../rows.ts";
import { createBatching } from "./batching.ts";
import { type Connection, Prepared, type Query } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const findSql = new Prepared(
  "find-installations",
  `SELECT ${installationColumns} FROM annex.installations i WHERE i.installed_app_id = ANY($1)`,
);
const listActiveSql = `SELECT ${installationColumns} FROM annex.installations i
  WHERE i.status = 'active' AND i.installed_app_id > $1 ORDER BY i.installed_app_id LIMIT $2`;
const credentialsSql = new Prepared(
  "credentials",
  `SELECT sealed, suspended_at FROM annex.installations
  WHERE installed_app_id = $1 AND status = 'active'`,
);
// One row for each contest, or one without.
const questionsSql = new Prepared(
  "open-questions",
  `SELECT i.installed_app_id, i.suspended_at, c.other_id, c.since
  FROM annex.installations i LEFT JOIN LATERAL (
    SELECT newer_id AS other_id, since FROM annex.contests WHERE older_id = i.installed_app_id
    UNION ALL SELECT older_id, since FROM annex.contests WHERE newer_id = i.installed_app_id) c ON true
  WHERE i.installed_app_id = ANY($1) ORDER BY c.since`,
);
const lockTenantSql = "SELECT pg_advisory_xact_lock(hashtextextended('annex. tenant ' || $1, 0))";
// Of the two editions of the payloads one does not name the organization; it means the same one then.
const findTenantSql = `SELECT tenant_number FROM annex.tenants WHERE instance_id = $1 AND app_id = $2
    AND (organization_id = $3 OR organization_id IS NULL OR $3::text IS NULL)
  ORDER BY tenant_number LIMIT 1`;
const insertTenantSql = `INSERT INTO annex.tenants (instance_id, app_id, organization_id, created_at)
  VALUES ($1, $2, $3, $4) RETURNING tenant_number`;

/** Reads at once of what arrives together. */
const readsAtOnce = { atOnce: 4, most: 200 };

/** Reads installations. They are written by events only. */
export function createInstallations({ query }: Connection, transaction: Transaction): Store["installations"] {
  const find = createBatching<string, StoredInstallation | undefined>(async (ids, deadline) => {
    const { rows } = await query(findSql, [[...new Set(ids)]], deadline);
    const found = new Map(rows.map((row) => [String(row["installed_app_id"]), toInstallation(row)]));
    return ids.map((id) => found.get(id));
  }, readsAtOnce);
  return {
    find,
    listActive: async (afterId, limit) =>
      (await query(listActiveSql, [afterId, limit])).rows.map(toInstallation),
    credentials: async (installedAppId) => {
      const row = (await query(credentialsSql, [installedAppId])).rows[0];
      const sealed = row?.["sealed"];
      if (!(sealed instanceof Uint8Array)) return undefined;
      return { sealed, suspendedAt: optionalNumber(row?.["suspended_at"]) };
    },
    openQuestions: createBatching<string, OpenQuestions>(async (ids, deadline) => {
      const { rows } = await query(questionsSql, [[...new Set(ids)]], deadline);
      return ids.map((id) => questionsOf(rows.filter((row) => row["installed_app_id"] === id)));
    }, readsAtOnce),
    tenantNumber: async (installation, now) =>
      (await findTenant(query, installation)) ??
      transaction.run(async (held) => {
        await held(lockTenantSql, [`${installation.appId} ${installation.instanceId}`]);
        return (await findTenant(held, installation)) ?? insertTenant(held, installation, now);
      }),
  };
}

function questionsOf(rows: readonly Row[]): OpenQuestions {
  return {
    suspendedAt: optionalNumber(rows[0]?.["suspended_at"]),
    contests: rows.flatMap((row) =>
      typeof row["other_id"] === "string" ? [{ otherId: row["other_id"], since: Number(row["since"]) }] : [],
    ),
  };
}

async function findTenant(query: Query, installation: Installation): Promise<number | undefined> {
  const { instanceId, appId, organizationId = null } = installation;
  const { rows } = await query(findTenantSql, [instanceId, appId, organizationId]);
  return optionalNumber(rows[0]?.["tenant_number"]);
}

async function insertTenant(query: Query, installation: Installation, now: number): Promise<number> {
  const { instanceId, appId, organizationId = null } = installation;
  const { rows } = await query(insertTenantSql, [instanceId, appId, organizationId, now]);
  return Number(rows[0]?.["tenant_number"]);
}
