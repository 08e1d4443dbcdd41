/** The calls of the admin API, each through the same code as the dashboard's. */
import {
  applicationIdSchema,
  instanceIdSchema,
  organizationIdSchema,
  scopeSchema,
  userIdSchema,
} from "@annex/protocol";
import { z } from "zod";
import { deliveryKinds } from "../deliveries/index.ts";
import { Refusal } from "../errors.ts";
import { maskKeys } from "../masking.ts";
import { type ApiRoute, apiRoute } from "../server/api-route.ts";
import { pageQuery } from "../server/paging.ts";
import { redeliverySchema, redeliveryViews, stateSchema, statusFilter } from "../server/requests.ts";
import { deliverySubject, installationSubject } from "../server/subjects.ts";
import type { Services } from "../services.ts";
import { findMember, listMembers } from "../tenants/index.ts";
import { appView, auditViews, installationView, instanceView, memberView } from "../views.ts";
import * as answers from "./answers.ts";
import type { AdminCaller } from "./caller.ts";
import { dayRoutes } from "./day-routes.ts";

const installSchema = z.object({
  app_id: applicationIdSchema,
  instance_id: instanceIdSchema,
  granted_permissions: z.array(scopeSchema, { error: "must be a list of scopes" }).max(64).optional(),
  user_id: userIdSchema.optional(),
});

const deliveryQuery = z.object({
  ...pageQuery,
  kind: z.enum(deliveryKinds, { error: `must be one of ${deliveryKinds.join(", ")}` }).optional(),
  installed_app_id: z.string().max(128).optional(),
  app_id: z.string().max(128).optional(),
  instance_id: z.string().max(128).optional(),
});

const auditQuery = z.object({
  ...pageQuery,
  organization_id: z.string().max(128).optional(),
  instance_id: z.string().max(128).optional(),
  category: z.string().max(40).optional(),
  actor: z.string().max(128).optional(),
  method: z.string().max(10).optional(),
  status: statusFilter.optional(),
});

/** Every route of the admin API but its own description. */
export function adminRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  return [
    ...tenantRoutes(services),
    ...installationRoutes(services),
    ...logRoutes(services),
    ...dayRoutes(services),
  ];
}

function tenantRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  const { registry, instances } = services;
  return [
    apiRoute({
      method: "GET",
      path: "/admin/state",
      summary: "Everything there is: organizations, instances, members, apps, installations",
      answer: answers.state,
      handle: () => readState(services),
    }),
    apiRoute({
      method: "POST",
      path: "/admin/apps",
      summary: "Register an app by its manifest",
      body: z.object({ organization_id: organizationIdSchema, manifest: z.record(z.string(), z.unknown()) }),
      answer: z.object({ app_id: z.string() }),
      status: 201,
      handle: async ({ body, about }) => {
        const known = instances.list(body.organization_id).length > 0;
        if (!known) throw noSuch("organization", "organization_id");
        about({ organizationId: body.organization_id });
        const app = await registry.register(body.organization_id, body.manifest);
        about({ appId: app.appId });
        await services.changed();
        return { app_id: app.appId };
      },
    }),
    apiRoute({
      method: "PATCH",
      path: "/admin/instances/:id",
      summary: "Start or stop an instance",
      body: stateSchema,
      answer: answers.instance,
      handle: async ({ parameters, body, about }) => {
        const instance = await instances.setState(parameters["id"] ?? "", body.state);
        about({ organizationId: instance.organizationId, instanceId: instance.instanceId });
        await services.changed();
        return instanceView(instance);
      },
    }),
  ];
}

function installationRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  const { instances, installing, installations, launching, database } = services;
  return [
    apiRoute({
      method: "POST",
      path: "/admin/installations",
      summary: "Install an app into an instance; everything it asks for is granted unless named",
      body: installSchema,
      answer: answers.installed,
      status: 201,
      handle: async ({ body, about }) => {
        const instance = instances.find(body.instance_id);
        if (instance === undefined) throw noSuch("instance", "instance_id");
        const { organizationId } = instance;
        if (body.user_id !== undefined) await requireMember(services, body.user_id, organizationId);
        const { app_id: appId, instance_id: instanceId, user_id: userId } = body;
        about({ organizationId, appId, instanceId, userId });
        const request = {
          organizationId,
          appId,
          instanceId,
          userId,
          grantedPermissions: body.granted_permissions,
        };
        const installed = await installing.install(request);
        about({ installedAppId: installed.installed_app_id });
        return installed;
      },
    }),
    apiRoute({
      method: "DELETE",
      path: "/admin/installations/:id",
      summary: "Uninstall",
      answer: answers.uninstalled,
      handle: async ({ parameters, about }) => {
        const id = parameters["id"] ?? "";
        about(await installationSubject(services, id));
        return installing.uninstall(id);
      },
    }),
    apiRoute({
      method: "POST",
      path: "/admin/installations/:id/launch",
      summary: "Launch an installed app as a member, without asking for the password again",
      body: z.object({ user_id: userIdSchema }),
      answer: answers.launched,
      handle: async ({ parameters, body, about }) => {
        const installation = await installations.find(parameters["id"] ?? "");
        if (installation === undefined) throw noSuch("installation");
        const { organizationId, installedAppId } = installation;
        about({ ...(await installationSubject(services, installedAppId)), userId: body.user_id });
        await requireMember({ database }, body.user_id, organizationId);
        return launching.launch({ installedAppId, organizationId, userId: body.user_id });
      },
    }),
  ];
}

function logRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  const { deliveries, audit } = services;
  return [
    apiRoute({
      method: "GET",
      path: "/admin/deliveries",
      summary: "What was sent to apps, newest first; secrets masked",
      query: deliveryQuery,
      answer: answers.deliveries,
      handle: ({
        query: { installed_app_id: installedAppId, app_id: appId, instance_id: instanceId, ...query },
      }) => deliveries.list({ ...query, installedAppId, appId, instanceId }),
    }),
    apiRoute({
      method: "POST",
      path: "/admin/deliveries/:id/redeliver",
      summary: "Send the very same body again, key included",
      body: redeliverySchema,
      answer: answers.redelivered,
      handle: async ({ parameters, body, about }) => {
        const id = parameters["id"] ?? "";
        about(await deliverySubject(services, id));
        const { answers: sent } = await deliveries.redeliver(id, body);
        return { data: redeliveryViews(sent, maskKeys) };
      },
    }),
    apiRoute({
      method: "GET",
      path: "/admin/audit",
      summary: "Every call of the Cloud API and every change, newest first",
      query: auditQuery,
      answer: answers.audit,
      handle: async ({ query: { organization_id: organizationId, instance_id: instanceId, ...query } }) => {
        const { data, total } = await audit.list({ ...query, organizationId, instanceId });
        return { data: await auditViews(services, data), total };
      },
    }),
  ];
}

async function readState({ database, instances, registry, installations }: Services) {
  const rows = await database.selectFrom("organizations").selectAll().orderBy("position").execute();
  const organizations = await Promise.all(
    rows.map(async ({ organization_id, name }) => ({
      organization_id,
      name,
      instances: instances.list(organization_id).map(instanceView),
      members: (await listMembers(database, organization_id)).map(memberView),
    })),
  );
  const apps = await registry.list();
  return {
    organizations,
    instances: instances
      .list()
      .map((instance) => ({ ...instanceView(instance), organization_id: instance.organizationId })),
    members: organizations.flatMap(({ organization_id, members }) =>
      members.map((member) => ({ ...member, organization_id })),
    ),
    apps: apps.map((app) => ({ ...appView(app), organization_id: app.organizationId })),
    installations: (await installations.list()).map(installationView),
  };
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

function noSuch(thing: string, field?: string): Refusal {
  return new Refusal(404, "not_found", `There is no such ${thing}.`, field === undefined ? {} : { field });
}
