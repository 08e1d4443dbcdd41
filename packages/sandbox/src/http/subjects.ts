/** What a call about an installation or a delivery is about, for the audit log. */
import type { Services } from "../services.ts";
import type { Subject } from "./api-route.ts";

/** Of an installation by id; nothing of one that is unknown, or of another organization than the caller's. */
export async function installationSubject(
  { installations }: Pick<Services, "installations">,
  installedAppId: string,
  organizationId?: string,
): Promise<Subject> {
  const found = await installations.find(installedAppId);
  if (found === undefined || found.organizationId !== (organizationId ?? found.organizationId)) return {};
  const { appId, instanceId } = found;
  return { organizationId: found.organizationId, installedAppId, appId, instanceId };
}

/** Of an app by id; nothing of one that is unknown, or of another organization than the caller's. */
export async function appSubject(
  { registry }: Pick<Services, "registry">,
  appId: string,
  organizationId?: string,
): Promise<Subject> {
  const app = await registry.find(appId);
  if (app === undefined || app.organizationId !== (organizationId ?? app.organizationId)) return {};
  return { organizationId: app.organizationId, appId };
}

/** Of a delivery by id. @throws Refusal 404 as finding it does. */
export async function deliverySubject(
  services: Pick<Services, "installations" | "deliveries">,
  deliveryId: string,
  organizationId?: string,
): Promise<Subject> {
  const delivery = await services.deliveries.find(deliveryId, organizationId);
  return installationSubject(services, delivery.installed_app_id, organizationId);
}
