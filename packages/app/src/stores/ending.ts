import type { Change } from "../installations/decision.ts";

/**
 * Installations that end for good and have no clean-up to do: their secrets go with the same commit. A clean-up still
 * needs them at the provider, and a revoked installation may come back with a new key.
 */
export function endedWithoutCleanUp(changes: readonly Change[]): readonly string[] {
  const cleansUp = new Set(
    changes.flatMap((change) =>
      change.change === "start" && change.work === "on-uninstall" ? [change.installedAppId] : [],
    ),
  );
  return changes.flatMap((change) =>
    change.change === "end" && change.status !== "revoked" && !cleansUp.has(change.installedAppId)
      ? [change.installedAppId]
      : [],
  );
}
