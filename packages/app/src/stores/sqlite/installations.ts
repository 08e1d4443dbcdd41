import type { Store, StoredInstallation } from "../interface.ts";
import type { Connection } from "./connection.ts";
import { installationColumns, toInstallation } from "./rows.ts";

const findSql = `SELECT ${installationColumns} FROM installations i WHERE i.installed_app_id = ?`;
const generationSql = "SELECT generation FROM installations WHERE installed_app_id = ?";
const listActiveSql = `SELECT ${installationColumns} FROM installations i WHERE i.status = 'active'
  ORDER BY i.installation_number`;
const sealedKeySql = `SELECT k.sealed FROM installations i JOIN sealed_keys k USING (installation_number)
  WHERE i.installed_app_id = ? AND i.status = 'active'`;

/** An installation as it is in a generation that the caller has just read. */
export type OfGeneration = (installedAppId: string, generation: number) => StoredInstallation | undefined;

const mostRemembered = 1000;

/**
 * Remembers installations, so that a portal call reads one number in place of a
 * row. Never stale, with other processes on the file too: whatever changes in an
 * installation makes its generation grow, and the generation is read each time.
 */
export function rememberInstallations(connection: Connection): OfGeneration {
  const remembered = new Map<string, StoredInstallation>();
  return (installedAppId, generation) => {
    const known = remembered.get(installedAppId);
    if (known?.generation === generation) return known;
    const row = connection.statement(findSql).get(installedAppId);
    if (row === undefined) return undefined;
    if (remembered.size >= mostRemembered) remembered.clear();
    const installation = toInstallation(row);
    remembered.set(installedAppId, installation);
    return installation;
  };
}

/** Reads installations. They are written by events only. */
export function createInstallations(
  connection: Connection,
  ofGeneration: OfGeneration,
): Store["installations"] {
  return {
    find: async (installedAppId) => {
      const generation = connection.statement(generationSql).get(installedAppId)?.["generation"];
      return generation === undefined ? undefined : ofGeneration(installedAppId, Number(generation));
    },
    listActive: async () => connection.statement(listActiveSql).all().map(toInstallation),
    sealedKey: async (installedAppId) => {
      const sealed = connection.statement(sealedKeySql).get(installedAppId)?.["sealed"];
      return sealed instanceof Uint8Array ? sealed : undefined;
    },
  };
}
