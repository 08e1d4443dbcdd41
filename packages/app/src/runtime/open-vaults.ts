import { developmentSecret, generateKeyRing } from "../environment/development-secrets.ts";
import { EnvironmentError, type Settings } from "../environment/index.ts";
import type { Log } from "../log/index.ts";
import type { Store } from "../stores/interface.ts";
import { createVault } from "../vault/index.ts";
import { parseKeyRing } from "../vault/key-ring.ts";
import type { KeyService } from "../vault/key-service.ts";
import { fixedVault, type Vaults } from "../vault/vaults.ts";
import { createWrappedVaults, wrappedIdPrefix } from "../vault/wrapped-keys.ts";

export type VaultsParts = {
  readonly settings: Pick<Settings, "keyRing" | "databaseFile" | "production">;
  readonly keyService: KeyService | undefined;
  readonly store: Store;
  readonly clock: () => number;
  readonly log: Log;
};

/**
 * What seals and opens: the keys of `ANNEX_KEY_RING`, or those that a key service wraps. The service is not asked yet.
 *
 * @throws EnvironmentError when the ring is wrong.
 */
export function openVaults({ settings, keyService, store, clock, log }: VaultsParts): Vaults {
  if (keyService === undefined) return fixedVault(createVault(parseKeyRing(keyRingText(settings))));
  const older = settings.keyRing === undefined ? [] : [...parseKeyRing(settings.keyRing).byId.values()];
  if (older.some(({ id }) => id.startsWith(wrappedIdPrefix)))
    throw new EnvironmentError(
      "ANNEX_KEY_RING",
      `must not have an id that begins with ${wrappedIdPrefix}: these are the key service's`,
    );
  return createWrappedVaults({ service: keyService, keys: store.wrappedKeys, older, clock, log });
}

/** The text of the ring; in development one that is made at the first start. */
export function keyRingText({ keyRing, databaseFile, production }: VaultsParts["settings"]): string {
  if (keyRing !== undefined) return keyRing;
  if (production)
    throw new EnvironmentError(
      "ANNEX_KEY_RING",
      "must be set in production, as id:base64 of 32 random bytes",
    );
  return developmentSecret(`${databaseFile}.key-ring`, generateKeyRing);
}
