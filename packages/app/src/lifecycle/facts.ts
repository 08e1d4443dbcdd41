import { hash } from "node:crypto";
import type { InstallEvent, UninstallEvent } from "@annex/protocol";
import type { InstallFacts, UninstallFacts } from "../installations/decision.ts";
import type { Vault } from "../vault/index.ts";

/**
 * An event as the decision sees it: with a fingerprint of its body, and keyed
 * hashes in place of its key. Contract section 5 (Duplicates and order).
 */
export function installFacts(event: InstallEvent, vault: Vault): InstallFacts {
  const permissions = [...event.grantedPermissions].sort().join(" ");
  return {
    kind: "install",
    installedAppId: event.installedAppId,
    appId: event.appId,
    organizationId: event.organizationId,
    instanceId: event.instanceId,
    idempotencyKey: event.idempotencyKey,
    grantedPermissions: event.grantedPermissions,
    apiKeyPrefix: event.apiKeyPrefix,
    fingerprint: fingerprint("install", event, permissions),
    keyHashes: vault.hashes(event.apiKey),
  };
}

/** As `installFacts`; the time of the uninstall is left out, since a later try has a later one. */
export function uninstallFacts(event: UninstallEvent): UninstallFacts {
  return {
    kind: "uninstall",
    installedAppId: event.installedAppId,
    appId: event.appId,
    organizationId: event.organizationId,
    instanceId: event.instanceId,
    idempotencyKey: event.idempotencyKey,
    fingerprint: fingerprint("uninstall", event, ""),
  };
}

type Fingerprinted = {
  readonly installedAppId: string;
  readonly appId: string;
  readonly instanceId: string;
};

// Ids hold no line break, so joined lines are as good as a canonical document.
function fingerprint(kind: string, event: Fingerprinted, rest: string): string {
  const text = [kind, event.installedAppId, event.appId, event.instanceId, rest].join("\n");
  return hash("sha256", text, "base64url");
}
