/** Events and portal requests as Cloud would send them, each installation in an instance of its own. */
import { randomBytes, randomUUID } from "node:crypto";

export type Installed = { readonly id: string; readonly instance: string; readonly body: string };

export const application = "app_bench";
export const organization = "org_bench";
export const capability = "bench-capability-of-more-than-128-bits";
export const callbackPath = `/cloud/${capability}/callback`;
export const portalPath = `/cloud/${capability}/portal`;

export function newInstall(): Installed {
  const unique = randomUUID();
  const key = `blnk_${randomBytes(24).toString("hex")}`;
  const id = `instapp_${unique}`;
  const instance = `inst_${unique}`;
  const body = JSON.stringify({
    installed_app_id: id,
    app_id: application,
    organization_id: organization,
    instance_id: instance,
    api_key: key,
    api_key_prefix: key.slice(0, 8),
    granted_permissions: ["data:read"],
    idempotency_key: `install:${id}`,
  });
  return { id, instance, body };
}

export function portalBody(installed: Installed): string {
  return JSON.stringify({
    installed_app_id: installed.id,
    app_id: application,
    organization_id: organization,
    instance_id: installed.instance,
    user_id: "user_bench",
  });
}
