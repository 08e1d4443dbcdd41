/**
 * Reads the bodies that Cloud really sends without waiting for the schemas: loading
 * them is half of a start, and the first event must not wait for it. Takes a part
 * of what the schemas take and never anything else (quick-reading.test.ts holds the
 * two against each other); whatever it does not know goes to the schemas, which
 * say what is wrong.
 */
import type { InstallEvent, PortalRequest } from "@annex/protocol";
import { apiKeyPrefixLength, isScope, Secret } from "@annex/protocol/words";

type Fields = Readonly<Record<string, unknown>>;

let schemas: typeof import("@annex/protocol") | undefined;

/** The schemas, loaded at the first body that needs them. */
export async function loadSchemas(): Promise<typeof import("@annex/protocol")> {
  schemas ??= await import("@annex/protocol");
  return schemas;
}

const installationForm = /^instapp_[A-Za-z0-9_-]{1,100}$/;
const applicationForm = /^app_[A-Za-z0-9_-]{1,100}$/;
const organizationForm = /^org_[A-Za-z0-9_-]{1,100}$/;
const instanceForm = /^inst(?:ance)?_[A-Za-z0-9_-]{1,100}$/;
const userForm = /^user_[A-Za-z0-9_-]{1,100}$/;
const keyForm = /^blnk_[\x21-\x7e]{4,500}$/;
const keyPrefixForm = /^blnk_[\x21-\x7e]{1,11}$/;
const idempotencyKeyForm = /^install:[\x20-\x7e]{1,240}$/;

/** An install event that is well-formed at first sight. */
export function readInstallQuickly(body: unknown): InstallEvent | undefined {
  if (!isFields(body)) return undefined;
  const { api_key: key, idempotency_key: idempotencyKey } = body;
  const ids = addressed(body);
  const grantedPermissions = scopesIn(body["granted_permissions"]);
  if (ids === undefined || grantedPermissions === undefined) return undefined;
  if (!fits(key, keyForm) || !fits(body["api_key_prefix"], keyPrefixForm)) return undefined;
  if (!fits(idempotencyKey, idempotencyKeyForm)) return undefined;
  const apiKey = new Secret(key, key.slice(0, apiKeyPrefixLength));
  return { kind: "install", ...ids, idempotencyKey, apiKey, apiKeyPrefix: apiKey.prefix, grantedPermissions };
}

/** A portal request that is well-formed at first sight. */
export function readPortalRequestQuickly(body: unknown): PortalRequest | undefined {
  if (!isFields(body)) return undefined;
  const ids = addressed(body);
  const userId = body["user_id"] ?? undefined;
  if (ids === undefined || !fitsOrAbsent(userId, userForm)) return undefined;
  return { ...ids, userId };
}

function isFields(body: unknown): body is Fields {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

function addressed(body: Fields) {
  const { installed_app_id: installedAppId, app_id: appId, instance_id: instanceId } = body;
  const organizationId = body["organization_id"] ?? undefined;
  if (!fits(installedAppId, installationForm) || !fits(appId, applicationForm)) return undefined;
  if (!fits(instanceId, instanceForm) || !fitsOrAbsent(organizationId, organizationForm)) return undefined;
  return { installedAppId, appId, organizationId, instanceId };
}

function scopesIn(list: unknown) {
  if (!Array.isArray(list) || list.length > 16 || !list.every(isScope)) return undefined;
  return [...new Set(list)];
}

function fits(value: unknown, form: RegExp): value is string {
  return typeof value === "string" && form.test(value);
}

function fitsOrAbsent(value: unknown, form: RegExp): value is string | undefined {
  return value === undefined || fits(value, form);
}
