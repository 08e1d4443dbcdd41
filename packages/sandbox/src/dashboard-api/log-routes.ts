/** What was sent to apps, and who did what: the delivery log and the audit log. */
import { z } from "zod";
import { auditCategories } from "../audit/index.ts";
import { deliveryKinds, shownAnswer } from "../deliveries/index.ts";
import { type ApiRoute, apiRoute } from "../server/api-route.ts";
import { pageQuery } from "../server/paging.ts";
import { redeliverySchema, redeliveryViews, statusFilter } from "../server/requests.ts";
import { deliverySubject } from "../server/subjects.ts";
import type { Services } from "../services.ts";
import { auditViews, deliveryView } from "../views.ts";
import { type DashboardCaller, requireRight, requireSession } from "./caller.ts";

const anything = z.unknown();
/** A filter of the page that is left empty is none. */
const optional = <Type extends z.ZodType>(schema: Type) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());

const deliveryQuery = z.object({
  ...pageQuery,
  kind: optional(z.enum(deliveryKinds, { error: `must be one of ${deliveryKinds.join(", ")}` })),
  installed_app_id: optional(z.string().max(128)),
  app_id: optional(z.string().max(128)),
  instance_id: optional(z.string().max(128)),
});

const auditQuery = z.object({
  ...pageQuery,
  instance_id: optional(z.string().max(128)),
  category: optional(z.enum(auditCategories, { error: `must be one of ${auditCategories.join(", ")}` })),
  actor: optional(z.string().max(128)),
  method: optional(z.string().max(10)),
  status: optional(statusFilter),
});

export function logRoutes(services: Services): readonly ApiRoute<DashboardCaller>[] {
  return [...deliveryRoutes(services), auditRoute(services)];
}

function deliveryRoutes(services: Services): readonly ApiRoute<DashboardCaller>[] {
  const { deliveries, installing } = services;
  return [
    apiRoute({
      method: "GET",
      path: "/api/deliveries",
      summary: "What was sent to apps, newest first",
      query: deliveryQuery,
      answer: anything,
      handle: async ({
        caller,
        query: { installed_app_id, app_id: appId, instance_id: instanceId, ...query },
      }) => {
        const { organizationId } = requireSession(caller).member;
        const filter = { ...query, installedAppId: installed_app_id, appId, instanceId, organizationId };
        const { data, total } = await deliveries.list(filter);
        return { data: data.map(deliveryView), total };
      },
    }),
    apiRoute({
      method: "GET",
      path: "/api/deliveries/:id",
      summary: "One delivery",
      answer: anything,
      handle: async ({ caller, parameters }) => {
        const { organizationId } = requireSession(caller).member;
        return deliveryView(await deliveries.find(parameters["id"] ?? "", organizationId));
      },
    }),
    apiRoute({
      method: "POST",
      path: "/api/deliveries/:id/redeliver",
      summary: "Send the very same body again",
      body: redeliverySchema,
      answer: anything,
      handle: async ({ caller, parameters, body, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        const id = parameters["id"] ?? "";
        about(await deliverySubject(services, id, member.organizationId));
        const how = { ...body, organizationId: member.organizationId };
        const { kind, answers } = await installing.redeliver(id, how);
        // A portal URL opens the session of the member who launched: it is not for whoever sends again.
        return { data: redeliveryViews(answers, (answer) => shownAnswer(kind, answer)) };
      },
    }),
  ];
}

function auditRoute(services: Services): ApiRoute<DashboardCaller> {
  return apiRoute({
    method: "GET",
    path: "/api/audit",
    summary: "Every call and every change in the organization, newest first",
    query: auditQuery,
    answer: anything,
    handle: async ({ caller, query: { instance_id: instanceId, ...query } }) => {
      const { organizationId } = requireSession(caller).member;
      const { data, total } = await services.audit.list({ ...query, instanceId, organizationId });
      return { data: await auditViews(services, data), total };
    },
  });
}
