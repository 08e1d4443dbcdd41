/**
 * Secrets of the app's own, each of one installation: what a member types into a settings page so that the app can
 * reach a provider. They are sealed in the vault like Cloud's key, are opened for who asks and never kept open, and are
 * no documents: nothing that lists or exports data shows more of them than a name and a prefix.
 *
 * An installation's secrets end with it, once `onUninstall` has cleaned up at the provider. A tenant's (organization
 * and instance) are found by its next installation, and are erased with its documents (`tenantDataDays`).
 *
 * Implements "store API keys securely" of the best practices for keys that Cloud knows nothing of. Touches the vault
 * and the store only.
 */
import type { Secret } from "@annex/protocol";

/** What is shown of a secret that is kept. */
export type KeptSecret = {
  readonly name: string;
  /** Its first characters, for a person to tell which one it is. */
  readonly prefix: string;
  readonly setAt: Date;
  /** The member who set it; absent where it was set outside the portal, or Cloud does not name its members. */
  readonly setBy?: string;
};

/** Secrets under names. */
export type Secrets = {
  /**
   * Seals a secret under a name, durably; what was there is gone.
   *
   * @throws SecretNameError for a name that is not 1 to 100 letters, digits, '.', '_' or '-'.
   * @throws AppError 422 `invalid_secret` for one that is empty, is no text or has over 16 KiB; 403 when the
   * installation has ended.
   * @example
   * ```ts
   * app.portal.put("/api/stripe-key", async (c) => {
   *   const { key } = await c.body(z.object({ key: z.string() }));
   *   await c.secrets.set("stripe", key);
   *   return c.noContent();
   * });
   * ```
   */
  set(name: string, secret: Secret | string): Promise<void>;
  /**
   * The secret, opened; `undefined` where there is none. `reveal()` it where it goes onto the wire, nowhere else.
   *
   * @example
   * ```ts
   * const key = await secrets.get("stripe");
   * if (key === undefined) throw new AppError({ code: "no_stripe_key", status: 409, whatHappened: "…", whatToDo: "…" });
   * const stripe = connect({ headers: { authorization: `Bearer ${key.reveal()}` } });
   * ```
   */
  get(name: string): Promise<Secret | undefined>;
  /** Whether there was one. Nothing of it is left in the database's files. */
  remove(name: string): Promise<boolean>;
  /** All of them in the order of their names, without what they hide. */
  list(): Promise<readonly KeptSecret[]>;
};

/** The secrets of one installation, and of its tenant. */
export type InstallationSecrets = Secrets & {
  /** What the tenant's next installation finds too, such as the one that a change of permissions asks for. */
  readonly tenant: Secrets;
};
