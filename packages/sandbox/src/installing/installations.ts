/** The record of installations, and the index of their keys that the gateway asks on every call. */
import { type Scope, scopes } from "@annex/protocol";
import type { Kysely } from "kysely";
import type { InstallationRow, StateDatabase } from "../store/index.ts";
import type { StateTables } from "../store/tables.ts";
import { hashKey } from "./keys.ts";

export const installationStatuses = ["installing", "active", "cancelled", "uninstalled"] as const;
/** `installing` until the app has answered; `cancelled` when it did not accept; the key works while `active`. */
export type InstallationStatus = (typeof installationStatuses)[number];

export type InstallationFilter = {
  readonly appId?: string | undefined;
  readonly organizationId?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly status?: InstallationStatus | undefined;
};

type Page = { readonly page: number; readonly pageSize: number };
type Paged<Item> = { readonly data: readonly Item[]; readonly total: number };

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
  /** All installations that a filter lets through, newest first. */
  list(filter?: InstallationFilter): Promise<readonly Installation[]>;
  /** One page of them, and how many there are. */
  page(filter: InstallationFilter, page: Page): Promise<Paged<Installation>>;
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

  function filtered({ appId, organizationId, instanceId, status }: InstallationFilter) {
    let query = database.selectFrom("installations");
    if (appId !== undefined) query = query.where("app_id", "=", appId);
    if (organizationId !== undefined) query = query.where("organization_id", "=", organizationId);
    if (instanceId !== undefined) query = query.where("instance_id", "=", instanceId);
    if (status !== undefined) query = query.where("status", "=", status);
    return query;
  }

  const newestFirst = (query: ReturnType<typeof filtered>) =>
    query.selectAll().orderBy("created_at", "desc").orderBy("installed_app_id");

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
      const rows = await newestFirst(filtered(filter)).execute();
      return rows.map(toInstallation);
    },
    page: async (filter, { page, pageSize }) => {
      const query = filtered(filter);
      const counted = await query.select(({ fn }) => fn.countAll<number>().as("total")).executeTakeFirst();
      const rows = await newestFirst(query)
        .limit(pageSize)
        .offset((page - 1) * pageSize)
        .execute();
      return { data: rows.map(toInstallation), total: Number(counted?.total ?? 0) };
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
