/** What there is, and whether an instance runs. */
import { stateSchema } from "../http/requests.ts";
import * as shapes from "../http/shapes.ts";
import { streamedLists } from "../http/streamed.ts";
import type { Services } from "../services.ts";
import { membersByOrganization } from "../tenants/index.ts";
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

/**
 * At a thousand organizations this is tens of megabytes of text: what there is is read first, and each
 * piece is written as it is sent.
 */
async function readState({ database, instances, registry, installations }: Services) {
  const rows = await database.selectFrom("organizations").selectAll().orderBy("position").execute();
  const members = await membersByOrganization(database);
  const allInstances = instances.list();
  const instancesOf = Map.groupBy(allInstances, ({ organizationId }) => organizationId);
  const membersOf = (organization_id: string) => (members.get(organization_id) ?? []).map(memberView);
  const organizationOf = ({ organization_id, name }: (typeof rows)[number]) => ({
    organization_id,
    name,
    instances: (instancesOf.get(organization_id) ?? []).map(instanceView),
    members: membersOf(organization_id),
  });
  const apps = await registry.list();
  const installed = await installations.list();
  return streamedLists({
    organizations: rows.values().map(organizationOf),
    instances: allInstances
      .values()
      .map((instance) => ({ ...instanceView(instance), organization_id: instance.organizationId })),
    members: rows
      .values()
      .flatMap(({ organization_id }) =>
        membersOf(organization_id).map((member) => ({ ...member, organization_id })),
      ),
    apps: apps.values().map((app) => ({ ...appView(app), organization_id: app.organizationId })),
    installations: installed.values().map(installationView),
  });
}
