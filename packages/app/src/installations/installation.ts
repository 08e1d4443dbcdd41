import type { Scope } from "@annex/protocol";

/**
 * Where an installation stands. `active` is the only state in which anything is
 * allowed; the others never come back, except that a `revoked` one takes a new
 * key (contract section 5).
 *
 * - `uninstalled`: Cloud said so.
 * - `superseded`: a newer installation is there, and Cloud refuses the key of this one.
 * - `cancelled`: its event arrived, but Cloud had given up on it; an older installation goes on.
 * - `revoked`: Cloud said that its key is revoked.
 */
export type InstallationStatus = "active" | "uninstalled" | "superseded" | "cancelled" | "revoked";

/** One installation of the app, without anything secret. Contract sections 1 and 3. */
export type Installation = {
  readonly installedAppId: string;
  readonly appId: string;
  /** Absent in the later edition of the payloads. */
  readonly organizationId?: string;
  readonly instanceId: string;
  readonly grantedPermissions: readonly Scope[];
  /** First characters of the key, safe to show. */
  readonly apiKeyPrefix: string;
  readonly installedAt: Date;
  readonly status: InstallationStatus;
};
