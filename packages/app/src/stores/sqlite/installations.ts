import type { Installation } from "../../installations/installation.ts";
import type { Store, StoredInstallation } from "../interface.ts";
import { installationColumns, optionalNumber, toInstallation } from "../rows.ts";
import type { Connection } from "./connection.ts";
import type { Transaction } from "./transaction.ts";

const findSql = `SELECT ${installationColumns} FROM installations i WHERE i.installed_app_id = ?`;
const listActiveSql = `SELECT ${installationColumns} FROM installations i
  WHERE i.status = 'active' AND i.installed_app_id > ? ORDER BY i.installed_app_id LIMIT ?`;
const credentialsSql = `SELECT k.sealed, i.suspended_at FROM installations i JOIN sealed_keys k USING (installation_number)
  WHERE i.installed_app_id = ? AND i.status = 'active'`;
const suspendedSql = "SELECT suspended_at FROM installations WHERE installed_app_id = ?";
const contestsSql = `SELECT CASE older_id WHEN ?1 THEN newer_id ELSE older_id END AS other_id, since
  FROM contests WHERE older_id = ?1 OR newer_id = ?1 ORDER BY since`;
// Of the two editions of the payloads one does not name the organization; it means the same one then.
const findTenantSql = `SELECT tenant_number FROM tenants WHERE instance_id = ?1 AND app_id = ?2
    AND (organization_id = ?3 OR organization_id IS NULL OR ?3 IS NULL)
  ORDER BY tenant_number LIMIT 1`;
const insertTenantSql = `INSERT INTO tenants (instance_id, app_id, organization_id, created_at) VALUES (?, ?, ?, ?)
  RETURNING tenant_number`;

export type Remembered = {
  /** An installation as it is now. */
  find(installedAppId: string): StoredInstallation | undefined;
  /** An installation as it is in a generation that the caller has just read. */
  ofGeneration(installedAppId: string, generation: number): StoredInstallation | undefined;
};

const mostRemembered = 1000;

/**
 * Remembers installations, so that a portal call reads one number in place of a
 * row. Never stale, with other processes on the file too: whatever changes in an
 * installation makes its generation grow, and the generation is read each time.
 */
export function rememberInstallations(connection: Connection): Remembered {
  const remembered = new Map<string, StoredInstallation>();
  const ofGeneration = (installedAppId: string, generation: number) => {
    const known = remembered.get(installedAppId);
    if (known?.generation === generation) return known;
    const row = connection.statement(findSql).get(installedAppId);
    if (row === undefined) return undefined;
    // The oldest goes first: a map keeps the order in which its keys came.
    if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value ?? "");
    const installation = toInstallation(row);
    remembered.set(installedAppId, installation);
    return installation;
  };
  return {
    ofGeneration,
    // Not remembered: who asks by id wants it once, as a launch does.
    find: (installedAppId) => {
      const row = connection.statement(findSql).get(installedAppId);
      return row === undefined ? undefined : toInstallation(row);
    },
  };
}

/** Reads installations. They are written by events only. */
export function createInstallations(
  connection: Connection,
  transaction: Transaction,
  remembered: Remembered,
): Store["installations"] {
  const sql = connection.statement;
  return {
    find: async (installedAppId) => remembered.find(installedAppId),
    listActive: async (afterId, limit) => sql(listActiveSql).all(afterId, limit).map(toInstallation),
    credentials: async (installedAppId) => {
      const row = sql(credentialsSql).get(installedAppId);
      const sealed = row?.["sealed"];
      if (!(sealed instanceof Uint8Array)) return undefined;
      return { sealed, suspendedAt: optionalNumber(row?.["suspended_at"]) };
    },
    openQuestions: async (installedAppId) => ({
      suspendedAt: optionalNumber(sql(suspendedSql).get(installedAppId)?.["suspended_at"]),
      contests: sql(contestsSql)
        .all(installedAppId)
        .map((row) => ({ otherId: String(row["other_id"]), since: Number(row["since"]) })),
    }),
    tenantNumber: async (installation, now) => {
      const found = findTenant(connection, installation);
      return (
        found ??
        transaction.run(
          () => findTenant(connection, installation) ?? insertTenant(connection, installation, now),
        )
      );
    },
  };
}

function findTenant(connection: Connection, installation: Installation): number | undefined {
  const { instanceId, appId, organizationId = null } = installation;
  const row = connection.statement(findTenantSql).get(instanceId, appId, organizationId);
  return optionalNumber(row?.["tenant_number"]);
}

function insertTenant(connection: Connection, installation: Installation, now: number): number {
  const { instanceId, appId, organizationId = null } = installation;
  const row = connection.statement(insertTenantSql).get(instanceId, appId, organizationId, now);
  return Number(row?.["tenant_number"]);
}
