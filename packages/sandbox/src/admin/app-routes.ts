/** The registry: apps registered by manifest, changed, removed. Contract section 2. */
import { organizationIdSchema } from "@annex/protocol";
import { z } from "zod";
import * as shapes from "../http/shapes.ts";
import { appSubject } from "../http/subjects.ts";
import type { Services } from "../services.ts";
import { appView } from "../views.ts";
import { adminRoute } from "./caller.ts";
import { noSuch } from "./no-such.ts";

const manifest = z.record(z.string(), z.unknown(), "must be a JSON object");
/** What the run file says of an app's process: given by whoever started it. */
const process = z.object({
  url: z.url().optional(),
  pid: z.int().positive().optional(),
  database: z.string().optional(),
  log: z.string().optional(),
});
const appId = z.object({ app_id: z.string() });

export function appRoutes(services: Services) {
  const { registry, instances } = services;
  return [
    adminRoute({
      method: "GET",
      path: "/admin/apps",
      summary: "The registered apps, oldest first",
      answer: shapes.listed(shapes.app),
      handle: async () => {
        const apps = await registry.list();
        const data = apps.map((app) => ({ ...appView(app), organization_id: app.organizationId }));
        return { data, total: data.length };
      },
    }),
    adminRoute({
      method: "POST",
      path: "/admin/apps",
      summary: "Register an app by its manifest",
      body: z.object({ organization_id: organizationIdSchema, manifest, process: process.optional() }),
      answer: shapes.registered,
      status: 201,
      handle: async ({ body, about }) => {
        const known = instances.list(body.organization_id).length > 0;
        if (!known) throw noSuch("organization", "organization_id");
        about({ organizationId: body.organization_id });
        const app = await registry.register(body.organization_id, body.manifest);
        about({ appId: app.appId });
        if (body.process !== undefined) services.processes.set(app.appId, body.process);
        await services.changed();
        const { app_id, notices } = appView(app);
        return { app_id, notices };
      },
    }),
    adminRoute({
      method: "PATCH",
      path: "/admin/apps/:id",
      summary: "Replace the given fields of an app's manifest; URLs that are given are checked",
      body: z.object({ manifest, process: process.optional() }),
      answer: shapes.app,
      handle: async ({ parameters, body, about }) => {
        const id = parameters.id;
        about(await appSubject(services, id));
        const app = await registry.update(id, body.manifest);
        if (body.process !== undefined) services.processes.set(id, body.process);
        await services.changed();
        return { ...appView(app), organization_id: app.organizationId };
      },
    }),
    adminRoute({
      method: "DELETE",
      path: "/admin/apps/:id",
      summary: "Remove an app that is installed nowhere",
      answer: appId,
      handle: async ({ parameters, about }) => {
        const id = parameters.id;
        about(await appSubject(services, id));
        await registry.remove(id);
        services.processes.delete(id);
        await services.changed();
        return { app_id: id };
      },
    }),
  ];
}
