/** What background work is given of an installation: the guard, asked before a run and before each of its steps. */
import type { Scope } from "@annex/protocol";
import type { InstallationContext } from "../context/index.ts";
import { errorState } from "../errors/app-error.ts";
import type { Purposes } from "../errors/describe.ts";
import { endedState } from "../errors/ended.ts";
import { requirePermissions } from "../permissions/index.ts";
import type { StoredInstallation } from "../stores/interface.ts";
import type { Bind } from "./bind.ts";
import type { Installations } from "./index.ts";

export type GuardParts = {
  readonly installations: Installations;
  readonly bind: Bind;
  readonly purposes: Purposes;
};

export type Guard = {
  /** @throws AppError app_uninstalled, key_revoked or missing_permission. */
  bind(installedAppId: string, requires?: readonly Scope[]): Promise<InstallationContext>;
  /** For what comes after an installation's end. */
  bindEnded(installedAppId: string): Promise<Omit<InstallationContext, "cloud">>;
};

export function createGuard({ installations, bind, purposes }: GuardParts): Guard {
  const known = async (installedAppId: string): Promise<StoredInstallation> => {
    const stored = await installations.find(installedAppId);
    if (stored === undefined) throw errorState("app_uninstalled");
    return stored;
  };
  return {
    bind: async (installedAppId, requires = []) => {
      const stored = await known(installedAppId);
      if (stored.status !== "active") throw endedState(stored.status);
      requirePermissions(stored.grantedPermissions, requires, purposes);
      return bind.context(stored);
    },
    bindEnded: async (installedAppId) => bind.ended(await known(installedAppId)),
  };
}
