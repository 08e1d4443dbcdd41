/** What there is, and whether an instance runs. */
import { stateSchema } from "../http/requests.ts";
import * as shapes from "../http/shapes.ts";
import type { Services } from "../services.ts";
import { listMembers } from "../tenants/index.ts";
import { appView, installationView, instanceView, memberView } from "../views.ts";
import { adminRoute } from "./caller.ts";

export function tenantRoutes(services: Services) {
  const { instances } = services;
  return [
    adminRoute({
      method: "GET",
      path: "/admin/state",
      summary: "Everything there is: organizations, instances, members, apps, installations",
      answer: shapes.state,
      handle: () => readState(services),
    }),
    adminRoute({
      method: "PATCH",
      path: "/admin/instances/:id",
      summary: "Start or stop an instance",
      body: stateSchema,
      answer: shapes.instance,
      handle: async ({ parameters, body, about }) => {
        const instance = await instances.setState(parameters.id, body.state);
        about({ organizationId: instance.organizationId, instanceId: instance.instanceId });
        await services.changed();
        return instanceView(instance);
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
