/**
 * Tenants: an organization, an instance, an installation and its key, as the app is told of them.
 * Instance ids are the checker's own, so that any number of tenants can stand on two ledgers.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { apiKeyPrefixLength, idempotencyPrefix, type Scope, scopes } from "@annex/protocol";
import type { CloudCall, Edition } from "../evidence/index.ts";

/** Which of the two marked ledgers the tenant's instance is. */
export type LedgerName = "a" | "b";

export type Tenant = {
  readonly name: string;
  readonly appId: string;
  readonly installedAppId: string;
  readonly organizationId: string;
  readonly instanceId: string;
  readonly userId: string;
  readonly key: string;
  readonly grant: readonly Scope[];
  readonly ledger: LedgerName;
  readonly edition: Edition;
  /** Other instances that the checker named to the app with this tenant's key, to see that it keeps to the first. */
  readonly misnamed: Set<string>;
  /** Whether the checker told the app of this tenant in wrong bodies: one that took one may name any instance for it, or none. */
  readonly toldWrongly: boolean;
  /** What the app asked of Cloud with this tenant's key, in order. */
  readonly calls: CloudCall[];
};

export type TenantOptions = {
  readonly grant?: readonly Scope[] | undefined;
  readonly ledger?: LedgerName | undefined;
  readonly edition?: Edition | undefined;
  /** The same organization and instance as this one, as after an install that Cloud cancelled. */
  readonly inPlaceOf?: Tenant | undefined;
  /** Another instance of the same organization, with the same member. */
  readonly beside?: Tenant | undefined;
  /** Its key says one thing again and again: what a cipher of blocks shows, which encrypts each by itself. */
  readonly keyOfBlocks?: boolean | undefined;
  /** To be told of in bodies that the app must refuse. */
  readonly toldWrongly?: boolean | undefined;
};

const keyBytes = 32;

/** A tenant nobody has heard of yet. */
export function newTenant(name: string, appId: string, options: TenantOptions): Tenant {
  const { inPlaceOf } = options;
  const workspace = inPlaceOf ?? options.beside;
  return {
    name,
    appId,
    installedAppId: `instapp_${randomUUID()}`,
    organizationId: workspace?.organizationId ?? `org_${randomUUID()}`,
    instanceId: inPlaceOf?.instanceId ?? `inst_${randomUUID()}`,
    userId: workspace?.userId ?? `user_${randomUUID()}`,
    key: options.keyOfBlocks === true ? keyOfBlocks() : newKey(),
    grant: options.grant ?? scopes,
    ledger: options.ledger ?? inPlaceOf?.ledger ?? "a",
    edition: options.edition ?? workspace?.edition ?? "guide",
    misnamed: new Set(),
    toldWrongly: options.toldWrongly ?? false,
    calls: [],
  };
}

/** The same tenant with another key and no calls yet. */
export function withOtherKey(tenant: Tenant): Tenant {
  return { ...tenant, name: `${tenant.name} with another key`, key: newKey(), calls: [] };
}

/** The field that names another instance than the tenant's, as in an event that must overwrite nothing. */
export function inAnotherInstance({ misnamed }: Tenant): { readonly instance_id: string } {
  const id = `inst_${randomUUID()}`;
  misnamed.add(id);
  return { instance_id: id };
}

function newKey(): string {
  return `blnk_${randomBytes(keyBytes).toString("hex")}`;
}

/** As long as every key, and no easier to guess than it takes. */
function keyOfBlocks(): string {
  return `blnk_${randomBytes(keyBytes / 4)
    .toString("hex")
    .repeat(4)}`;
}

/** A tenant's payload in its edition; what the later edition leaves out is left out. */
function addressed(tenant: Tenant) {
  return {
    installed_app_id: tenant.installedAppId,
    app_id: tenant.appId,
    ...(tenant.edition === "guide" ? { organization_id: tenant.organizationId } : {}),
    instance_id: tenant.instanceId,
  };
}

/** The install event of contract section 3. */
export function installBody(tenant: Tenant): Readonly<Record<string, unknown>> {
  return {
    ...addressed(tenant),
    api_key: tenant.key,
    api_key_prefix: tenant.key.slice(0, apiKeyPrefixLength),
    granted_permissions: tenant.grant,
    idempotency_key: `${idempotencyPrefix.install}${tenant.installedAppId}`,
  };
}

/** The uninstall event of contract section 4. */
export function uninstallBody(tenant: Tenant, at = new Date()): Readonly<Record<string, unknown>> {
  return {
    ...addressed(tenant),
    uninstalled_at: at.toISOString(),
    idempotency_key: `${idempotencyPrefix.uninstall}${tenant.installedAppId}`,
  };
}

/** The portal request of contract section 7. */
export function portalBody(tenant: Tenant, userId = tenant.userId): Readonly<Record<string, unknown>> {
  return { ...addressed(tenant), ...(tenant.edition === "guide" ? { user_id: userId } : {}) };
}
