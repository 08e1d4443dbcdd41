/** The record of installations, and the index of their keys that the gateway asks on every call. */
import { type Scope, scopes } from "@annex/protocol";
import type { Kysely } from "kysely";
import type { InstallationRow, StateDatabase } from "../store/index.ts";
import type { StateTables } from "../store/tables.ts";
import { hashKey } from "./keys.ts";

/** `installing` until the app has answered; `cancelled` when it did not accept; the key works while `active`. */
export type InstallationStatus = "installing" | "active" | "cancelled" | "uninstalled";

export type Installation = {
  readonly installedAppId: string;
  readonly appId: string;
  readonly organizationId: string;
  readonly instanceId: string;
  readonly status: InstallationStatus;
  readonly grantedPermissions: readonly Scope[];
  readonly apiKeyPrefix: string;
  readonly installedBy: string | null;
  readonly createdAt: string;
  readonly installedAt: string | null;
  readonly endedAt: string | null;
};

export type Installations = {
  insert(target: Kysely<StateTables>, row: InstallationRow): Promise<void>;
  /** Changes the status, in the store first and for the gateway right after. */
  settle(installedAppId: string, status: Exclude<InstallationStatus, "installing">, at: Date): Promise<void>;
  find(installedAppId: string): Promise<Installation | undefined>;
  /** The installation that occupies a place: one being installed or active. */
  occupant(target: Kysely<StateTables>, place: Place): Promise<Installation | undefined>;
  /** All installations, newest first, of one app or of every one. */
  list(filter?: {
    readonly appId?: string;
    readonly organizationId?: string;
  }): Promise<readonly Installation[]>;
  /** Whose key this is, whatever has become of it; answered from memory. */
  byKey(key: string): Installation | undefined;
  /** Cancels what a killed process left between minting and answer. Returns the ids. */
  cancelInterrupted(at: Date): Promise<readonly string[]>;
};

/** Where an app can be installed once. Contract section 2. */
export type Place = { readonly appId: string; readonly organizationId: string; readonly instanceId: string };

/** Installations over the state database. Reads all of them once, to know every key. */
export async function openInstallations(database: StateDatabase): Promise<Installations> {
  const byHash = new Map<string, Installation>();
  const hashes = new Map<string, string>();

  function remember(row: InstallationRow): void {
    byHash.set(row.api_key_hash, toInstallation(row));
    hashes.set(row.installed_app_id, row.api_key_hash);
  }

  async function reload(installedAppId: string): Promise<void> {
    const row = await database
      .selectFrom("installations")
      .selectAll()
      .where("installed_app_id", "=", installedAppId)
      .executeTakeFirstOrThrow();
    remember(row);
  }

  async function settle(installedAppId: string, status: InstallationStatus, at: Date): Promise<void> {
    const time = at.toISOString();
    const times = status === "active" ? { installed_at: time } : { ended_at: time };
    await database
      .updateTable("installations")
      .set({ status, ...times })
      .where("installed_app_id", "=", installedAppId)
      .execute();
    await reload(installedAppId);
  }

  for (const row of await database.selectFrom("installations").selectAll().execute()) remember(row);

  return {
    insert: async (target, row) => {
      await target.insertInto("installations").values(row).execute();
      remember(row);
    },
    settle,
    find: async (installedAppId) => {
      const hash = hashes.get(installedAppId);
      return hash === undefined ? undefined : byHash.get(hash);
    },
    occupant: async (target, place) => {
      const row = await target
        .selectFrom("installations")
        .selectAll()
        .where("app_id", "=", place.appId)
        .where("organization_id", "=", place.organizationId)
        .where("instance_id", "=", place.instanceId)
        .where("status", "in", ["installing", "active"])
        .executeTakeFirst();
      return row === undefined ? undefined : toInstallation(row);
    },
    list: async (filter = {}) => {
      let query = database.selectFrom("installations").selectAll();
      if (filter.appId !== undefined) query = query.where("app_id", "=", filter.appId);
      if (filter.organizationId !== undefined)
        query = query.where("organization_id", "=", filter.organizationId);
      const rows = await query.orderBy("created_at", "desc").orderBy("installed_app_id").execute();
      return rows.map(toInstallation);
    },
    byKey: (key) => byHash.get(hashKey(key)),
    cancelInterrupted: async (at) => {
      const open = [...byHash.values()].filter(({ status }) => status === "installing");
      for (const { installedAppId } of open) await settle(installedAppId, "cancelled", at);
      return open.map(({ installedAppId }) => installedAppId);
    },
  };
}

function toInstallation(row: InstallationRow): Installation {
  const granted = JSON.parse(row.granted_permissions) as readonly string[];
  return {
    installedAppId: row.installed_app_id,
    appId: row.app_id,
    organizationId: row.organization_id,
    instanceId: row.instance_id,
    status: row.status as InstallationStatus,
    grantedPermissions: scopes.filter((scope) => granted.includes(scope)),
    apiKeyPrefix: row.api_key_prefix,
    installedBy: row.installed_by,
    createdAt: row.created_at,
    installedAt: row.installed_at,
    endedAt: row.ended_at,
  };
}
