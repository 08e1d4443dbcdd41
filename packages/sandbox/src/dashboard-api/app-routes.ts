/** The Apps library: listing, registering, installing, uninstalling and launching apps. Contract sections 2, 3, 4 and 7. */
import { applicationIdSchema, instanceIdSchema, scopeSchema } from "@annex/protocol";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { pageQuery } from "../http/paging.ts";
import * as shapes from "../http/shapes.ts";
import { installationSubject } from "../http/subjects.ts";
import type { RegisteredApp } from "../registry/index.ts";
import type { Services } from "../services.ts";
import type { Member } from "../tenants/index.ts";
import { appView, installationView } from "../views.ts";
import { appInInstanceView } from "./app-in-instance.ts";
import { dashboardRoute, requireRight, requireSession } from "./caller.ts";

const instanceQuery = z.object({ instance_id: z.string().max(128).optional() });
/** A page of the library: apps whose name, developer or description holds a text; those installed here, or the others. */
const libraryQuery = instanceQuery.extend({
  ...pageQuery,
  search: z.string().max(200).optional(),
  show: z.enum(["installed", "available"], "must be installed or available").optional(),
});

/** Who somebody is, asked again before an install and an uninstall. */
const uninstallSchema = z.object({
  password: z.string({ error: "must be a text" }).max(1024),
  code: z.string({ error: "must be a text" }).max(16),
});

const installSchema = uninstallSchema.extend({
  app_id: applicationIdSchema,
  instance_id: instanceIdSchema,
  granted_permissions: z.array(scopeSchema, { error: "must be a list of scopes" }).max(64).readonly(),
});

const proofSchema = z.object({
  password: z.string({ error: "must be a text" }).max(1024).optional(),
  code: z.string({ error: "must be a text" }).max(16).optional(),
});

export function appRoutes(services: Services) {
  return [...libraryRoutes(services), ...installationRoutes(services)];
}

function libraryRoutes(services: Services) {
  const { registry, installations } = services;
  return [
    dashboardRoute({
      method: "GET",
      path: "/api/apps",
      summary: "The organization's apps, with their state in one instance",
      query: libraryQuery,
      answer: shapes.listed(shapes.appInInstance),
      handle: async ({ caller, query: { instance_id: instanceId, show, ...query } }) => {
        const { member } = requireSession(caller);
        const { organizationId } = member;
        const history =
          instanceId === undefined ? [] : await installations.list({ organizationId, instanceId });
        const here = history.filter(({ status }) => status === "active").map(({ appId }) => appId);
        const among = show === undefined ? {} : show === "installed" ? { only: here } : { except: here };
        const { data, total } = await registry.page({ ...query, ...among, organizationId });
        return {
          data: data.map((app) => appInInstanceView(services, member, app, history, instanceId)),
          total,
        };
      },
    }),
    dashboardRoute({
      method: "GET",
      path: "/api/apps/:id",
      summary: "One app, with all its installations",
      query: instanceQuery,
      answer: shapes.appWithHistory,
      handle: async ({ caller, parameters, query }) => {
        const app = await requireApp(services, requireSession(caller).member, parameters.id);
        const history = await installations.list({ appId: app.appId });
        const shown = appInInstanceView(
          services,
          requireSession(caller).member,
          app,
          history,
          query.instance_id,
        );
        return { ...shown, history: history.map(installationView) };
      },
    }),
    dashboardRoute({
      method: "POST",
      path: "/api/apps",
      summary: "Register an app by its manifest",
      body: z.object({ manifest: z.record(z.string(), z.unknown()) }),
      answer: shapes.appId,
      status: 201,
      handle: async ({ caller, body, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        const app = await registry.register(member.organizationId, body.manifest);
        about({ appId: app.appId });
        await services.changed();
        return { app_id: app.appId };
      },
    }),
    dashboardRoute({
      method: "PATCH",
      path: "/api/apps/:id",
      summary: "Replace the given fields of an app's manifest; URLs that are given are checked",
      body: z.object({ manifest: z.record(z.string(), z.unknown(), "must be a JSON object") }),
      answer: shapes.ownApp,
      handle: async ({ caller, parameters, body, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        const { appId } = await requireApp(services, member, parameters.id);
        about({ appId });
        const app = await registry.update(appId, body.manifest);
        await services.changed();
        return appView(app);
      },
    }),
    dashboardRoute({
      method: "DELETE",
      path: "/api/apps/:id",
      summary: "Remove an app that is installed nowhere",
      answer: shapes.appId,
      handle: async ({ caller, parameters, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        const { appId } = await requireApp(services, member, parameters.id);
        about({ appId });
        await registry.remove(appId);
        await services.changed();
        return { app_id: appId };
      },
    }),
    dashboardRoute({
      method: "GET",
      path: "/api/apps/:id/urls",
      summary: "The two URLs of an app, whole: whoever knows them can speak to it as Cloud does",
      answer: shapes.appUrls,
      handle: async ({ caller, parameters, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        const app = await requireApp(services, member, parameters.id);
        about({ appId: app.appId });
        return {
          registration_callback_url: app.registrationCallbackUrl.reveal(),
          portal_generator_url: app.portalGeneratorUrl.reveal(),
        };
      },
    }),
  ];
}

function installationRoutes(services: Services) {
  const { installing, launching, authentication } = services;
  return [
    dashboardRoute({
      method: "POST",
      path: "/api/installations",
      summary: "Install an app, proving again who installs it",
      body: installSchema,
      answer: shapes.installed,
      status: 201,
      handle: async ({ caller, body, trace, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        about({ appId: body.app_id, instanceId: body.instance_id });
        await authentication.proveAgain(member.userId, {
          password: body.password,
          code: body.code,
        });
        const installed = await installing.install({
          organizationId: member.organizationId,
          appId: body.app_id,
          instanceId: body.instance_id,
          grantedPermissions: body.granted_permissions,
          userId: member.userId,
          trace,
        });
        about({ installedAppId: installed.installed_app_id });
        return installed;
      },
    }),
    dashboardRoute({
      method: "DELETE",
      path: "/api/installations/:id",
      summary: "Uninstall, proving again who uninstalls it",
      body: uninstallSchema,
      answer: shapes.uninstalled,
      handle: async ({ caller, parameters, body, trace, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        const id = parameters.id;
        about(await installationSubject(services, id, member.organizationId));
        await authentication.proveAgain(member.userId, body);
        return installing.uninstall(id, { organizationId: member.organizationId, trace });
      },
    }),
    dashboardRoute({
      method: "POST",
      path: "/api/installations/:id/launch",
      summary: "Launch an installed app",
      body: proofSchema,
      answer: shapes.launched,
      handle: async ({ caller, parameters, body: { password, code }, trace, about }) => {
        const { member } = requireSession(caller);
        const { organizationId, userId } = member;
        const request = { installedAppId: parameters.id, organizationId, userId, trace };
        about(await installationSubject(services, request.installedAppId, organizationId));
        return launching.launch(request, async (app) => {
          if (!app.launchRequiresAuthentication) return;
          if (password === undefined) throw authenticationRequired();
          await authentication.proveAgain(userId, { password, code });
        });
      },
    }),
  ];
}

async function requireApp({ registry }: Services, member: Member, appId: string): Promise<RegisteredApp> {
  const app = await registry.find(appId);
  if (app?.organizationId === member.organizationId) return app;
  throw new Refusal(404, "not_found", "There is no such app.");
}

function authenticationRequired(): Refusal {
  return new Refusal(
    401,
    "authentication_required",
    "This app asks for the password and the second factor at each launch. Type both.",
  );
}
