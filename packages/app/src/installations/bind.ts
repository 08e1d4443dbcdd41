/** Binds what a handler or job gets to one installation. The key is opened for each call and never kept. */
import type { CloudClient } from "@annex/client";
import type { Secret } from "@annex/protocol";
import type { InstallationContext } from "../context.ts";
import { bindData } from "../data/collections.ts";
import { errorState } from "../errors/app-error.ts";
import type { Log } from "../log/index.ts";
import type { Store, StoredInstallation } from "../stores/interface.ts";
import { endedState } from "./ended.ts";
import type { Installations } from "./index.ts";
import type { Installation } from "./installation.ts";

export type BindParts = {
  readonly store: Store;
  readonly installations: Installations;
  readonly cloudUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: () => number;
  readonly random: () => number;
  readonly log: Log;
};

/** A longer `Retry-After` is reported at once, in milliseconds. */
const longestRetryAfter = 2000;

type ClientModule = typeof import("@annex/client");

// Loaded when first needed: no event needs it, and a start is faster without.
let clientModule: ClientModule | undefined;

/** Gives the context of an installation that is active. */
export type Bind = (stored: StoredInstallation) => InstallationContext | Promise<InstallationContext>;

/**
 * Makes contexts, one for each generation of an installation: what a context
 * holds is the same for all calls, and the key is not in it.
 */
export function createBind(parts: BindParts): Bind {
  const contexts = new WeakMap<StoredInstallation, InstallationContext>();
  return (stored) => {
    const context = contexts.get(stored);
    return context ?? load(parts, stored, contexts);
  };
}

async function load(
  parts: BindParts,
  stored: StoredInstallation,
  contexts: WeakMap<StoredInstallation, InstallationContext>,
): Promise<InstallationContext> {
  clientModule ??= await import("@annex/client");
  const context = contextOf(parts, stored, clientModule);
  contexts.set(stored, context);
  return context;
}

function contextOf(parts: BindParts, stored: StoredInstallation, client: ClientModule): InstallationContext {
  const installation = withoutInternals(stored);
  let cloud: CloudClient | undefined;
  return {
    installation,
    get cloud() {
      cloud ??= bindCloud(parts, installation, client);
      return cloud;
    },
    data: bindData(parts.store.documents, installation.installedAppId),
    log: parts.log.with(aboutInstallation(installation)),
  };
}

/** What lines about an installation name. */
export function aboutInstallation(installation: Installation) {
  return { installed_app_id: installation.installedAppId, instance_id: installation.instanceId };
}

/** An installation as the app's own code sees it. */
export function withoutInternals(stored: StoredInstallation): Installation {
  const { generation: _generation, keyStoredAt: _keyStoredAt, ...installation } = stored;
  return installation;
}

function bindCloud(parts: BindParts, installation: Installation, client: ClientModule): CloudClient {
  const { installedAppId, instanceId, grantedPermissions } = installation;
  let lastKey: Secret | undefined;
  return client.createClient({
    baseUrl: parts.cloudUrl,
    instanceId,
    grantedPermissions,
    fetch: parts.fetch,
    clock: () => new Date(parts.clock()),
    random: parts.random,
    // A page must not wait out what Cloud asks for: it shows the state and how long to wait. A job waits between its tries.
    retry: { longestRetryAfterMilliseconds: longestRetryAfter },
    apiKey: async () => {
      lastKey = await openKey(parts, installedAppId);
      return lastKey;
    },
    onKeyRejected: ({ code }) => {
      // Any other 401 is no verdict on the key, which stays as it is.
      if (code === "key_refused") return parts.installations.keyRefused(installedAppId);
      return lastKey === undefined ? "final" : parts.installations.keyRejected(installedAppId, lastKey);
    },
  });
}

async function openKey(parts: BindParts, installedAppId: string): Promise<Secret> {
  const key = await parts.installations.openKey(installedAppId);
  if (key !== undefined) return key;
  // It ended while the handler ran.
  const installation = await parts.installations.find(installedAppId);
  const status = installation?.status;
  throw status === undefined || status === "active" ? errorState("app_uninstalled") : endedState(status);
}
