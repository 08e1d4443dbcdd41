/** What was sent to apps, and who did what. */

import { eventStream } from "../http/event-stream.ts";
import { auditQuery, deliveryQuery, timelineQuery } from "../http/log-queries.ts";
import { redeliverySchema, redeliveryViews } from "../http/requests.ts";
import * as shapes from "../http/shapes.ts";
import { deliverySubject } from "../http/subjects.ts";
import { maskKeys } from "../masking.ts";
import type { Services } from "../services.ts";
import { readTimeline } from "../timeline/index.ts";
import { auditViews, eventView, timelineView } from "../views.ts";
import { adminRoute } from "./caller.ts";

export function logRoutes(services: Services) {
  const { deliveries, installing, audit } = services;
  return [
    adminRoute({
      method: "GET",
      path: "/admin/deliveries",
      summary: "What was sent to apps, newest first; secrets masked",
      query: deliveryQuery,
      answer: shapes.listed(shapes.delivery),
      handle: ({ query }) => deliveries.list(query),
    }),
    adminRoute({
      method: "POST",
      path: "/admin/deliveries/:id/redeliver",
      summary: "Send the very same body again, key included",
      body: redeliverySchema,
      answer: shapes.redelivered,
      handle: async ({ parameters, body, trace, about }) => {
        const id = parameters.id;
        about(await deliverySubject(services, id));
        const { answers: sent } = await installing.redeliver(id, { ...body, trace });
        return { data: redeliveryViews(sent, maskKeys) };
      },
    }),
    adminRoute({
      method: "GET",
      path: "/admin/audit",
      summary: "Every call of the Cloud API and every change, newest first",
      query: auditQuery,
      answer: shapes.listed(shapes.auditEntry),
      handle: async ({ query }) => {
        const page = await audit.list(query);
        return { ...page, data: await auditViews(services, page.data) };
      },
    }),
    adminRoute({
      method: "GET",
      path: "/admin/timeline",
      summary: "Everything that one click caused, oldest first: by trace, by request or by delivery",
      query: timelineQuery,
      answer: shapes.timeline,
      handle: async ({ query }) => timelineView(services, await readTimeline(services, query)),
    }),
    adminRoute({
      method: "GET",
      path: "/admin/events",
      summary: "What happens from now on, as server-sent events: every recorded call, every delivery",
      answer: shapes.event,
      handle: async () => eventStream(services.feed.stream({ show: (event) => eventView(services, event) })),
    }),
  ];
}
