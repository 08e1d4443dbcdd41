import type { Scope } from "@annex/protocol";

/**
 * Where an installation stands. `active` is the only state in which anything is
 * allowed; the others never come back, except that a `revoked` one takes a new
 * key (contract section 5).
 */
export type InstallationStatus = "active" | "uninstalled" | "superseded" | "revoked";

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
