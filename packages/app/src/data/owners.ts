import type { Installation } from "../installations/installation.ts";
import type { Owner, Store } from "../stores/interface.ts";
import type { Owners } from "./unit.ts";

/** Whose documents an installation's are; the tenant is looked up at its first use, and stays the same. */
export function ownersOf(
  installation: Installation,
  installations: Store["installations"],
  clock: () => number,
): Owners {
  let tenant: Promise<Owner> | undefined;
  return {
    installation: { of: "installation", installedAppId: installation.installedAppId },
    tenant: () => {
      tenant ??= installations
        .tenantNumber(installation, clock())
        .then((tenantNumber): Owner => ({ of: "tenant", tenantNumber }))
        .catch((error: unknown) => {
          // The next one may have more luck.
          tenant = undefined;
          throw error;
        });
      return tenant;
    },
  };
}
