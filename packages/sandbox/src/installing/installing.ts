/** Installing and uninstalling an app, step by step as contract sections 3 and 4 tell it. */
import { type Scope, scopes } from "@annex/protocol";
import type { Kysely } from "kysely";
import {
  type AppAnswer,
  type Deliveries,
  isAccepted,
  type Redelivered,
  type Redelivery,
} from "../deliveries/index.ts";
import { Refusal } from "../errors.ts";
import type { RegisteredApp, Registry } from "../registry/index.ts";
import type { StateDatabase } from "../store/index.ts";
import type { StateTables } from "../store/tables.ts";
import { newIdentifier, type Surroundings } from "../surroundings.ts";
import type { TraceContext } from "../trace-context.ts";
import type { Installation, Installations, Place } from "./installations.ts";
import { hashKey, mintKey } from "./keys.ts";
import { installPayload, uninstallPayload } from "./payloads.ts";

export type InstallRequest = {
  readonly organizationId: string;
  readonly appId: string;
  readonly instanceId: string;
  /** Absent: everything the app asks for. */
  readonly grantedPermissions?: readonly Scope[] | undefined;
  readonly userId?: string | undefined;
  readonly trace?: TraceContext | undefined;
};

export type Installed = {
  readonly installed_app_id: string;
  readonly status: "active";
  readonly api_key_prefix: string;
  readonly delivery_id: string;
};

export type UninstallRequest = {
  /** Whose it must be. */
  readonly organizationId?: string;
  readonly trace?: TraceContext | undefined;
};

export type Uninstalled = { readonly status: "uninstalled"; readonly delivery_id: string };

export type Installing = {
  /**
   * Mints a key, tells the app, and activates the installation when it accepts.
   *
   * @throws Refusal 404 `not_found` (app, instance), 422 (a scope the app did not ask for),
   *   409 `already_installed` or `install_in_progress`, 502 `install_cancelled`: the key is dead then.
   */
  install(request: InstallRequest): Promise<Installed>;
  /**
   * Tells the app, and revokes the key when it accepts. Asking again for one that is
   * uninstalled answers as before.
   *
   * @throws Refusal 404 `not_found`, 409 `not_active`, 502 `uninstall_failed`: the key lives on then.
   */
  uninstall(installedAppId: string, how?: UninstallRequest): Promise<Uninstalled>;
  /**
   * Sends a delivery again. An uninstall that the app accepts now is complete, as if it had the first time;
   * an install that it accepts now changes nothing, since what was cancelled has a dead key.
   *
   * @throws Refusal 404 `not_found`.
   */
  redeliver(deliveryId: string, how: Redelivery): Promise<Redelivered>;
};

type Parts = {
  readonly database: StateDatabase;
  readonly registry: Registry;
  readonly installations: Installations;
  readonly deliveries: Deliveries;
  readonly tools: Pick<Surroundings, "clock" | "random" | "settings">;
};

/** The two ways an installation changes. */
export function createInstalling(parts: Parts): Installing {
  const { database, registry, installations, deliveries, tools } = parts;
  const uninstalling = new Map<string, Promise<Uninstalled>>();
  const underWay = new Set<string>();

  /**
   * Cancels an installation that nobody works on any more: one whose answer could not be stored, for the disk
   * was full. Its place would be taken for ever otherwise.
   */
  async function leaveNoneHanging(place: Place): Promise<void> {
    const occupant = await installations.occupant(database, place);
    if (occupant?.status !== "installing" || underWay.has(occupant.installedAppId)) return;
    await installations.settle(occupant.installedAppId, "cancelled", tools.clock());
  }

  /** Installation and delivery are on record before the app hears of them, both or none. */
  async function begin(request: InstallRequest, app: RegisteredApp, granted: readonly Scope[]) {
    const place = {
      appId: app.appId,
      organizationId: request.organizationId,
      instanceId: request.instanceId,
    };
    const key = mintKey(tools.random);
    const installedAppId = newIdentifier("instapp", tools.random);
    const { edition } = tools.settings();
    const body = installPayload({ ...place, installedAppId, grantedPermissions: granted }, key, edition);
    await leaveNoneHanging(place);
    return database.transaction().execute(async (transaction) => {
      // Asked here again: what was removed meanwhile must not be left with an installation that nobody can end.
      if (!(await isRegistered(transaction, app))) throw noSuch("app", "app_id");
      refuseOccupied(await installations.occupant(transaction, place));
      underWay.add(installedAppId);
      await installations.insert(transaction, {
        ...placeColumns(place),
        installed_app_id: installedAppId,
        status: "installing",
        granted_permissions: JSON.stringify(granted),
        api_key_hash: hashKey(key.reveal()),
        api_key_prefix: key.prefix,
        installed_by: request.userId ?? null,
        created_at: tools.clock().toISOString(),
        installed_at: null,
        ended_at: null,
      });
      const uninstallBody = uninstallPayload({ ...place, installedAppId }, tools.clock(), edition);
      const { trace } = request;
      const plan = { kind: "install" as const, app, installedAppId, ...place, body, uninstallBody, trace };
      return { prefix: key.prefix, delivery: await deliveries.record(transaction, plan) };
    });
  }

  async function install(request: InstallRequest): Promise<Installed> {
    const app = await registry.find(request.appId);
    if (app === undefined || app.organizationId !== request.organizationId) throw noSuch("app", "app_id");
    await checkInstance(database, request);
    const granted = grantedScopes(app, request.grantedPermissions);
    const { prefix, delivery } = await begin(request, app, granted);
    const { installedAppId, deliveryId } = delivery;
    try {
      return await deliveries.send(delivery, async (answer) => {
        const accepted = isAccepted(answer);
        await installations.settle(installedAppId, accepted ? "active" : "cancelled", tools.clock());
        if (!accepted) throw cancelled(answer, deliveryId);
        return {
          installed_app_id: installedAppId,
          status: "active",
          api_key_prefix: prefix,
          delivery_id: deliveryId,
        };
      });
    } finally {
      underWay.delete(installedAppId);
    }
  }

  async function tellUninstall(installation: Installation, trace?: TraceContext): Promise<Uninstalled> {
    const app = await registry.find(installation.appId);
    if (app === undefined) throw noSuch("app", "app_id");
    const body = uninstallPayload(installation, tools.clock(), tools.settings().edition);
    const { installedAppId, organizationId, instanceId } = installation;
    const where = { installedAppId, organizationId, instanceId };
    const plan = { kind: "uninstall" as const, app, ...where, body, trace };
    const delivery = await deliveries.record(database, plan);
    const done: Uninstalled = { status: "uninstalled", delivery_id: delivery.deliveryId };
    const settle = () => installations.settle(installedAppId, "uninstalled", tools.clock());
    try {
      return await deliveries.send(
        delivery,
        async (answer) => {
          if (!isAccepted(answer)) throw uninstallFailed(answer, delivery.deliveryId);
          await settle();
          return done;
        },
        async (answer) => {
          if (isAccepted(answer)) await settle();
        },
      );
    } catch (refusal) {
      // Another sending of it may have been accepted meanwhile: then the app has ended, and so has the key.
      if ((await installations.find(installedAppId))?.status !== "uninstalled") throw refusal;
      return done;
    }
  }

  async function uninstall(installedAppId: string, how: UninstallRequest = {}): Promise<Uninstalled> {
    const { organizationId, trace } = how;
    const installation = await installations.find(installedAppId);
    if (
      installation === undefined ||
      installation.organizationId !== (organizationId ?? installation.organizationId)
    )
      throw noSuch("installation");
    const { status } = installation;
    if (status === "uninstalled") {
      return { status, delivery_id: (await deliveries.latest(installedAppId, "uninstall")) ?? "" };
    }
    if (status !== "active") throw notActive(status);
    // Two presses of the button are one uninstall.
    const running = uninstalling.get(installedAppId) ?? tellUninstall(installation, trace);
    uninstalling.set(installedAppId, running);
    return running.finally(() => uninstalling.delete(installedAppId));
  }

  async function redeliver(deliveryId: string, how: Redelivery): Promise<Redelivered> {
    const sent = await deliveries.redeliver(deliveryId, how);
    if (sent.kind !== "uninstall" || !sent.answers.some(isAccepted)) return sent;
    const installation = await installations.find(sent.installedAppId);
    if (installation?.status === "active")
      await installations.settle(sent.installedAppId, "uninstalled", tools.clock());
    return sent;
  }

  return { install, uninstall, redeliver };
}

/** The scopes granted: all that the app asks for, or the part of them that was ticked. */
function grantedScopes(app: RegisteredApp, wanted: readonly Scope[] | undefined): readonly Scope[] {
  if (wanted === undefined) return app.permissions;
  const foreign = wanted.find((scope) => !app.permissions.includes(scope));
  if (foreign === undefined) return scopes.filter((scope) => wanted.includes(scope));
  throw new Refusal(422, "invalid_request", `granted_permissions: the app does not ask for ${foreign}.`, {
    field: "granted_permissions",
  });
}

async function checkInstance(database: StateDatabase, request: InstallRequest): Promise<void> {
  const instance = await database
    .selectFrom("instances")
    .select("organization_id")
    .where("instance_id", "=", request.instanceId)
    .executeTakeFirst();
  if (instance?.organization_id !== request.organizationId) throw noSuch("instance", "instance_id");
}

async function isRegistered(database: Kysely<StateTables>, { appId }: RegisteredApp): Promise<boolean> {
  const query = database.selectFrom("apps").select("app_id").where("app_id", "=", appId);
  return (await query.where("removed_at", "is", null).executeTakeFirst()) !== undefined;
}

function placeColumns(place: Place) {
  return { app_id: place.appId, organization_id: place.organizationId, instance_id: place.instanceId };
}

function refuseOccupied(occupant: Installation | undefined): void {
  if (occupant === undefined) return;
  if (occupant.status === "active")
    throw new Refusal(
      409,
      "already_installed",
      "The app is installed in this instance already. Uninstall it first.",
    );
  throw new Refusal(
    409,
    "install_in_progress",
    "The app is being installed in this instance right now. Wait for the answer.",
  );
}

function noSuch(thing: string, field?: string): Refusal {
  return new Refusal(404, "not_found", `There is no such ${thing}.`, field === undefined ? {} : { field });
}

function notActive(status: string): Refusal {
  return new Refusal(
    409,
    "not_active",
    `The installation is ${status}; only an active one can be uninstalled.`,
  );
}

function cancelled(answer: AppAnswer, deliveryId: string): Refusal {
  const sentence = `The app did not accept the installation: ${answer.error}. It is cancelled and its key revoked; repair the app and install again.`;
  return new Refusal(502, "install_cancelled", sentence, { delivery_id: deliveryId, ...statusOf(answer) });
}

function uninstallFailed(answer: AppAnswer, deliveryId: string): Refusal {
  const sentence = `The app did not accept the uninstall: ${answer.error}. It stays installed and its key stays valid; try again later.`;
  return new Refusal(502, "uninstall_failed", sentence, { delivery_id: deliveryId, ...statusOf(answer) });
}

function statusOf({ status }: AppAnswer) {
  return status === null ? {} : { app_status: status };
}
