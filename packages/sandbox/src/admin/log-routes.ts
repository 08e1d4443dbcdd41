/** What was sent to apps, and who did what. */
import { z } from "zod";
import { deliveryKinds } from "../deliveries/index.ts";
import { maskKeys } from "../masking.ts";
import { type ApiRoute, apiRoute } from "../server/api-route.ts";
import { pageQuery } from "../server/paging.ts";
import { redeliverySchema, redeliveryViews, statusFilter } from "../server/requests.ts";
import { deliverySubject } from "../server/subjects.ts";
import type { Services } from "../services.ts";
import { auditViews } from "../views.ts";
import * as answers from "./answers.ts";
import type { AdminCaller } from "./caller.ts";

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

export function logRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  const { deliveries, installing, audit } = services;
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
        const { answers: sent } = await installing.redeliver(id, body);
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
