/** What the Cloud says to an app, word for word, in both editions. Contract sections 3, 4 and 7. */
import { idempotencyPrefix, type Scope, type Secret } from "@annex/protocol";
import type { Edition } from "../settings/index.ts";

/** The ids that every payload carries. */
export type Addressed = {
  readonly installedAppId: string;
  readonly appId: string;
  readonly organizationId: string;
  readonly instanceId: string;
};

/** The install event as JSON text. It holds the key in clear: only a delivery may see it. */
export function installPayload(
  about: Addressed & { readonly grantedPermissions: readonly Scope[] },
  key: Secret,
  edition: Edition,
): string {
  return JSON.stringify({
    ...addressed(about, edition),
    api_key: key.reveal(),
    api_key_prefix: key.prefix,
    granted_permissions: about.grantedPermissions,
    idempotency_key: `${idempotencyPrefix.install}${about.installedAppId}`,
  });
}

/** The uninstall event. A second try carries the same idempotency key and a later time. */
export function uninstallPayload(about: Addressed, at: Date, edition: Edition): string {
  return JSON.stringify({
    ...addressed(about, edition),
    uninstalled_at: at.toISOString(),
    idempotency_key: `${idempotencyPrefix.uninstall}${about.installedAppId}`,
  });
}

/** The portal request: who launches what. */
export function portalPayload(about: Addressed, userId: string, edition: Edition): string {
  return JSON.stringify({
    ...addressed(about, edition),
    ...(edition === "guide" ? { user_id: userId } : {}),
  });
}

function addressed(about: Addressed, edition: Edition) {
  return {
    installed_app_id: about.installedAppId,
    app_id: about.appId,
    ...(edition === "guide" ? { organization_id: about.organizationId } : {}),
    instance_id: about.instanceId,
  };
}
