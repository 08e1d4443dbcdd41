/** What was sent to apps, and who did what. */

import { type ApiRoute, apiRoute } from "../http/api-route.ts";
import { eventStream } from "../http/event-stream.ts";
import { auditQuery, deliveryQuery, timelineQuery } from "../http/log-queries.ts";
import { redeliverySchema, redeliveryViews } from "../http/requests.ts";
import { deliverySubject } from "../http/subjects.ts";
import { maskKeys } from "../masking.ts";
import type { Services } from "../services.ts";
import { readTimeline } from "../timeline/index.ts";
import { auditViews, timelineView } from "../views.ts";
import * as answers from "./answers.ts";
import type { AdminCaller } from "./caller.ts";

export function logRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  const { deliveries, installing, audit } = services;
  return [
    apiRoute({
      method: "GET",
      path: "/admin/deliveries",
      summary: "What was sent to apps, newest first; secrets masked",
      query: deliveryQuery,
      answer: answers.deliveries,
      handle: ({ query }) => deliveries.list(query),
    }),
    apiRoute({
      method: "POST",
      path: "/admin/deliveries/:id/redeliver",
      summary: "Send the very same body again, key included",
      body: redeliverySchema,
      answer: answers.redelivered,
      handle: async ({ parameters, body, trace, about }) => {
        const id = parameters["id"] ?? "";
        about(await deliverySubject(services, id));
        const { answers: sent } = await installing.redeliver(id, { ...body, trace });
        return { data: redeliveryViews(sent, maskKeys) };
      },
    }),
    apiRoute({
      method: "GET",
      path: "/admin/audit",
      summary: "Every call of the Cloud API and every change, newest first",
      query: auditQuery,
      answer: answers.audit,
      handle: async ({ query }) => {
        const page = await audit.list(query);
        return { ...page, data: await auditViews(services, page.data) };
      },
    }),
    apiRoute({
      method: "GET",
      path: "/admin/timeline",
      summary: "Everything that one click caused, oldest first: by trace, by request or by delivery",
      query: timelineQuery,
      answer: answers.timeline,
      handle: async ({ query }) => timelineView(services, await readTimeline(services, query)),
    }),
    apiRoute({
      method: "GET",
      path: "/admin/events",
      summary: "What happens from now on, as server-sent events: every recorded call, every delivery",
      answer: answers.event,
      handle: async () => eventStream(services.feed.stream()),
    }),
  ];
}
