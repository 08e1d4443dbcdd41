import type { Vault } from "./index.ts";

/** The vault as it is at the moment: always the same under `ANNEX_KEY_RING`, a kept one under a key service. */
export type Vaults = {
  /**
   * The one that seals, with every key in it.
   *
   * @throws KeyServiceUnavailable
   */
  current(): Vault | Promise<Vault>;
  /**
   * One that opens what is sealed, even by a key that another replica has made since.
   *
   * @throws KeyServiceUnavailable
   */
  opening(sealed: Uint8Array): Vault | Promise<Vault>;
  /** Asks for keys that came meanwhile; whether there were any. */
  renewed(): Promise<boolean>;
  /** Makes the next key that seals, where a key service wraps it; otherwise the ring says which one it is. */
  advance(): Promise<void>;
  /** Whether what is sealed can be opened at once; undefined before it was tried. */
  isReady(): boolean | undefined;
};

/** A vault that is there for good. */
export function fixedVault(vault: Vault): Vaults {
  return {
    current: () => vault,
    opening: () => vault,
    renewed: async () => false,
    advance: async () => undefined,
    isReady: () => true,
  };
}
