/** What Cloud asks of an app's portal generator URL when a user launches the app. Contract section 7. */
import { z } from "zod";
import { type Parsed, parseWith } from "../values/validation.ts";
import {
  applicationIdSchema,
  installationIdSchema,
  instanceIdSchema,
  organizationIdSchema,
  userIdSchema,
} from "./identifiers.ts";

/**
 * The wire form. The later edition leaves `organization_id` and `user_id` out.
 *
 * @example
 * ```ts
 * portalRequestSchema.safeParse(body).success;
 * ```
 */
export const portalRequestSchema = z.object({
  installed_app_id: installationIdSchema,
  app_id: applicationIdSchema,
  organization_id: organizationIdSchema.nullish(),
  instance_id: instanceIdSchema,
  user_id: userIdSchema.nullish(),
});

/** Who launches which app of which instance. `userId` is absent in the later edition. */
export type PortalRequest = {
  readonly installedAppId: string;
  readonly appId: string;
  readonly organizationId: string | undefined;
  readonly instanceId: string;
  readonly userId: string | undefined;
};

/**
 * Reads the JSON value of a portal request's body.
 *
 * @example
 * ```ts
 * const parsed = parsePortalRequest({ installed_app_id: "instapp_1", app_id: "app_1", instance_id: "inst_1" });
 * if (parsed.ok) parsed.value.userId; // undefined in the later edition
 * ```
 */
export function parsePortalRequest(body: unknown): Parsed<PortalRequest> {
  const parsed = parseWith(portalRequestSchema, body);
  if (!parsed.ok) return parsed;
  const wire = parsed.value;
  const value = {
    installedAppId: wire.installed_app_id,
    appId: wire.app_id,
    organizationId: wire.organization_id ?? undefined,
    instanceId: wire.instance_id,
    userId: wire.user_id ?? undefined,
  };
  return { ok: true, value };
}
