import type { Store } from "../interface.ts";
import type { Connection } from "./connection.ts";
import { installationColumns, toInstallation } from "./rows.ts";

const findSql = `SELECT ${installationColumns} FROM installations i WHERE i.installed_app_id = ?`;
const listActiveSql = `SELECT ${installationColumns} FROM installations i WHERE i.status = 'active'
  ORDER BY i.installation_number`;
const sealedKeySql = `SELECT k.sealed FROM installations i JOIN sealed_keys k USING (installation_number)
  WHERE i.installed_app_id = ? AND i.status = 'active'`;

/** Reads installations. They are written by events only. */
export function createInstallations(connection: Connection): Store["installations"] {
  return {
    find: async (installedAppId) => {
      const row = connection.statement(findSql).get(installedAppId);
      return row === undefined ? undefined : toInstallation(row);
    },
    listActive: async () => connection.statement(listActiveSql).all().map(toInstallation),
    sealedKey: async (installedAppId) => {
      const sealed = connection.statement(sealedKeySql).get(installedAppId)?.["sealed"];
      return sealed instanceof Uint8Array ? sealed : undefined;
    },
  };
}
