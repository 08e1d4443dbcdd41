/** What the jobs are given of installations: the guard before each step, and what is bound to one. */
import type { AppOptions } from "../application.ts";
import type { CrashPoint } from "../crash-point.ts";
import { bindData } from "../data/collections.ts";
import { errorState } from "../errors/app-error.ts";
import type { JobsHost } from "../jobs-host.ts";
import type { Log } from "../log/index.ts";
import { requirePermissions } from "../permissions/index.ts";
import type { Store, StoredInstallation } from "../stores/interface.ts";
import { aboutInstallation, type Bind, withoutInternals } from "./bind.ts";
import { endedState } from "./ended.ts";
import type { Installations } from "./index.ts";

type HostParts = {
  readonly store: Store;
  readonly installations: Installations;
  readonly bind: Bind;
  readonly clock: () => number;
  readonly log: Log;
  readonly crashPoint: CrashPoint;
};

/** The host of the jobs of one app. */
export function hostJobs(parts: HostParts, options: AppOptions): JobsHost {
  const { store, installations, clock, log, crashPoint } = parts;
  return {
    databaseFile: store.databaseFile,
    outbox: store.outbox,
    bind: async (installedAppId, requires) => {
      const stored = await known(installations, installedAppId);
      if (stored.status !== "active") throw endedState(stored.status);
      requirePermissions(stored.grantedPermissions, requires, options.permissionPurposes);
      return parts.bind(stored);
    },
    bindEnded: async (installedAppId) => {
      const installation = withoutInternals(await known(installations, installedAppId));
      const data = bindData(store.documents, installedAppId);
      return { installation, data, log: log.with(aboutInstallation(installation)) };
    },
    activeInstallations: async () => (await installations.listActive()).map(withoutInternals),
    clock,
    random: options.random ?? Math.random,
    log,
    crashPoint,
  };
}

async function known(installations: Installations, installedAppId: string): Promise<StoredInstallation> {
  const stored = await installations.find(installedAppId);
  if (stored === undefined) throw errorState("app_uninstalled");
  return stored;
}
