/** Installing, uninstalling and launching, as the doors document names them. Contract sections 3, 4 and 7. */
import {
  applicationIdSchema,
  instanceIdSchema,
  organizationIdSchema,
  scopeSchema,
  userIdSchema,
} from "@annex/protocol";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { pageQuery } from "../http/paging.ts";
import * as shapes from "../http/shapes.ts";
import { installationSubject } from "../http/subjects.ts";
import { installationStatuses } from "../installing/index.ts";
import type { Services } from "../services.ts";
import { findMember } from "../tenants/index.ts";
import { installationView } from "../views.ts";
import { adminRoute } from "./caller.ts";
import { noSuch } from "./no-such.ts";

/** Nothing else: a mistyped `granted_permissions` would grant everything. */
const installSchema = z.strictObject({
  app_id: applicationIdSchema,
  instance_id: instanceIdSchema,
  organization_id: organizationIdSchema.optional().describe("the instance's, where it is named at all"),
  granted_permissions: z.array(scopeSchema, { error: "must be a list of scopes" }).max(64).optional(),
  user_id: userIdSchema.optional(),
});

const installationQuery = z.object({
  ...pageQuery,
  app_id: z.string().max(128).optional(),
  instance_id: z.string().max(128).optional(),
  status: z.enum(installationStatuses, `must be one of ${installationStatuses.join(", ")}`).optional(),
});

export function installationRoutes(services: Services) {
  const { instances, installing, installations, launching, database } = services;
  return [
    adminRoute({
      method: "GET",
      path: "/admin/installations",
      summary: "The installations, newest first",
      query: installationQuery,
      answer: shapes.listed(shapes.installation),
      handle: async ({ query: { app_id: appId, instance_id: instanceId, status, ...page } }) => {
        const { data, total } = await installations.page({ appId, instanceId, status }, page);
        return { data: data.map(installationView), total };
      },
    }),
    adminRoute({
      method: "POST",
      path: "/admin/installations",
      summary: "Install an app into an instance; everything it asks for is granted unless named",
      body: installSchema,
      answer: shapes.installed,
      status: 201,
      handle: async ({ body, trace, about }) => {
        const instance = instances.find(body.instance_id);
        if (instance === undefined) throw noSuch("instance", "instance_id");
        const { organizationId } = instance;
        if (organizationId !== (body.organization_id ?? organizationId))
          throw noSuch("instance", "instance_id");
        if (body.user_id !== undefined) await requireMember(services, body.user_id, organizationId);
        const { app_id: appId, instance_id: instanceId, user_id: userId } = body;
        about({ organizationId, appId, instanceId, userId });
        const request = {
          organizationId,
          appId,
          instanceId,
          userId,
          grantedPermissions: body.granted_permissions,
          trace,
        };
        const installed = await installing.install(request);
        about({ installedAppId: installed.installed_app_id });
        return installed;
      },
    }),
    adminRoute({
      method: "DELETE",
      path: "/admin/installations/:id",
      summary: "Uninstall",
      answer: shapes.uninstalled,
      handle: async ({ parameters, trace, about }) => {
        const id = parameters.id;
        about(await installationSubject(services, id));
        return installing.uninstall(id, { trace });
      },
    }),
    adminRoute({
      method: "POST",
      path: "/admin/installations/:id/launch",
      summary: "Launch an installed app as a member, without asking for the password again",
      body: z.object({ user_id: userIdSchema }),
      answer: shapes.launched,
      handle: async ({ parameters, body, trace, about }) => {
        const installation = await installations.find(parameters.id);
        if (installation === undefined) throw noSuch("installation");
        const { organizationId, installedAppId } = installation;
        about({ ...(await installationSubject(services, installedAppId)), userId: body.user_id });
        await requireMember({ database }, body.user_id, organizationId);
        return launching.launch({ installedAppId, organizationId, userId: body.user_id, trace });
      },
    }),
  ];
}

async function requireMember(
  { database }: Pick<Services, "database">,
  userId: string,
  organizationId: string,
) {
  const member = await findMember(database, userId);
  if (member?.organizationId === organizationId) return;
  throw new Refusal(422, "invalid_request", "user_id: is no member of this organization.", {
    field: "user_id",
  });
}
