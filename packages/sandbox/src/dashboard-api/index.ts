/**
 * What the dashboard's page calls: JSON on the same origin, behind a session,
 * scoped to the member's organization and role. It decides who may do what and hands
 * over to the same services as the admin API.
 */
import { z } from "zod";
import type { ApiRoute } from "../http/api-route.ts";
import type { Door } from "../http/mount.ts";
import { describeRoutes } from "../http/openapi.ts";
import type { Services } from "../services.ts";
import { appRoutes } from "./app-routes.ts";
import { type DashboardCaller, dashboardRoute, identifyMember, requireSession } from "./caller.ts";
import { dayRoutes } from "./day-routes.ts";
import { instanceRoutes } from "./instance-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { sessionRoutes } from "./session-routes.ts";

const secretPath = "/api/apps/:id/urls";
const descriptionPath = "/api/openapi.json";
const sessionPath = "/api/session";
const open = new Set(["/api/login", "/api/logout", sessionPath, descriptionPath]);

/** Every route but the description itself; the page's types are made of it. */
function dashboardRoutes(services: Services) {
  return [
    ...sessionRoutes(services),
    ...appRoutes(services),
    ...dayRoutes(services),
    ...logRoutes(services),
    ...instanceRoutes(services),
  ];
}

/** A route of the dashboard's own API: its method, path, and what goes in and comes out. */
export type DashboardRoute = ReturnType<typeof dashboardRoutes>[number];

const described = {
  title: "Dashboard API",
  security: { session: { type: "apiKey", in: "header", name: "X-Annex-Dashboard" } },
};

/** The Dashboard API of one local Cloud. */
export function dashboardDoor(services: Services): Door<DashboardCaller> {
  const routes: readonly ApiRoute<DashboardCaller>[] = dashboardRoutes(services);
  const description: ApiRoute<DashboardCaller> = dashboardRoute({
    method: "GET",
    path: descriptionPath,
    summary: "This description",
    answer: z.record(z.string(), z.unknown()).readonly(),
    handle: async () => describeRoutes(described, [...routes, description]),
  });
  return {
    prefix: "/api",
    routes: [...routes, description],
    identify: (request, route) => identify(services, request, route),
    actor: (caller) => ({ organizationId: caller?.member.organizationId, userId: caller?.member.userId }),
    // Pages read again and again: a read stands in the log where it shows a secret, or was refused. That
    // nobody is logged in is no refusal to the page that asks who is.
    recorded: ({ method, path }, refused) =>
      method !== "GET" ||
      path === secretPath ||
      (refused !== undefined && !(path === sessionPath && refused === "not_logged_in")),
  };
}

/** Nobody's call is refused before its body is looked at. */
async function identify(services: Services, request: Request, route: ApiRoute<DashboardCaller>) {
  const caller = await identifyMember(services, request);
  return open.has(route.path) ? caller : requireSession(caller);
}
