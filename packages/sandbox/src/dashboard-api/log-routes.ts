import { shownAnswer } from "../deliveries/index.ts";
import type { FeedEvent } from "../feed/index.ts";
import { eventStream } from "../http/event-stream.ts";
import { auditQuery, deliveryQuery, timelineQuery } from "../http/log-queries.ts";
import { redeliverySchema, redeliveryViews } from "../http/requests.ts";
import * as shapes from "../http/shapes.ts";
import { deliverySubject } from "../http/subjects.ts";
import type { Services } from "../services.ts";
import { readTimeline } from "../timeline/index.ts";
import { auditViews, deliveryView, eventView, timelineView } from "../views.ts";
import { dashboardRoute, requireRight, requireSession } from "./caller.ts";

export function logRoutes(services: Services) {
  return [...deliveryRoutes(services), auditRoute(services), timelineRoute(services), eventRoute(services)];
}

function deliveryRoutes(services: Services) {
  const { deliveries, installing } = services;
  return [
    dashboardRoute({
      method: "GET",
      path: "/api/deliveries",
      summary: "What was sent to apps, newest first",
      query: deliveryQuery,
      answer: shapes.listed(shapes.ownDelivery),
      handle: async ({ caller, query }) => {
        const { organizationId } = requireSession(caller).member;
        const { data, total } = await deliveries.list({ ...query, organizationId });
        return { data: data.map(deliveryView), total };
      },
    }),
    dashboardRoute({
      method: "GET",
      path: "/api/deliveries/:id",
      summary: "One delivery",
      answer: shapes.ownDelivery,
      handle: async ({ caller, parameters }) => {
        const { organizationId } = requireSession(caller).member;
        return deliveryView(await deliveries.find(parameters.id, organizationId));
      },
    }),
    dashboardRoute({
      method: "POST",
      path: "/api/deliveries/:id/redeliver",
      summary: "Send the very same body again",
      body: redeliverySchema,
      answer: shapes.redelivered,
      handle: async ({ caller, parameters, body, trace, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-apps");
        const id = parameters.id;
        about(await deliverySubject(services, id, member.organizationId));
        const how = { ...body, trace, organizationId: member.organizationId };
        const { kind, answers } = await installing.redeliver(id, how);
        // A portal URL opens the session of the member who launched: it is not for whoever sends again.
        return { data: redeliveryViews(answers, (answer) => shownAnswer(kind, answer)) };
      },
    }),
  ];
}

function auditRoute(services: Services) {
  return dashboardRoute({
    method: "GET",
    path: "/api/audit",
    summary: "Every call and every change in the organization, newest first",
    query: auditQuery,
    answer: shapes.listed(shapes.auditEntry),
    handle: async ({ caller, query }) => {
      const { organizationId } = requireSession(caller).member;
      const page = await services.audit.list({ ...query, organizationId });
      return { ...page, data: await auditViews(services, page.data) };
    },
  });
}

function timelineRoute(services: Services) {
  return dashboardRoute({
    method: "GET",
    path: "/api/timeline",
    summary: "Everything that one click caused, oldest first: by trace, by request or by delivery",
    query: timelineQuery,
    answer: shapes.timeline,
    handle: async ({ caller, query }) => {
      const { organizationId } = requireSession(caller).member;
      return timelineView(services, await readTimeline(services, { ...query, organizationId }));
    },
  });
}

function eventRoute(services: Services) {
  return dashboardRoute({
    method: "GET",
    path: "/api/events",
    summary: "What happens in the organization from now on, as server-sent events",
    answer: shapes.event,
    handle: async ({ caller }) => {
      const { organizationId } = requireSession(caller).member;
      const show = (event: FeedEvent) => eventView(services, event);
      return eventStream(services.feed.stream({ organizationId, show }));
    },
  });
}
