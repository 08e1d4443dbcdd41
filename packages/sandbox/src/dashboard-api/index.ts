/**
 * What the dashboard's page calls: JSON on the same origin, behind a session cookie,
 * scoped to the member's organization and role. It decides who may do what and hands
 * over to the same services as the admin API.
 */
import type { ApiRoute } from "../http/api-route.ts";
import type { Door } from "../http/mount.ts";
import type { Services } from "../services.ts";
import { appRoutes } from "./app-routes.ts";
import { type DashboardCaller, identifyMember, requireSession } from "./caller.ts";
import { dayRoutes } from "./day-routes.ts";
import { instanceRoutes } from "./instance-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { sessionRoutes } from "./session-routes.ts";

const secretPath = "/api/apps/:id/urls";
const open = new Set(["/api/login", "/api/logout", "/api/session"]);

/** The Dashboard API of one local Cloud. */
export function dashboardDoor(services: Services): Door<DashboardCaller> {
  return {
    prefix: "/api",
    routes: [
      ...sessionRoutes(services),
      ...appRoutes(services),
      ...dayRoutes(services),
      ...logRoutes(services),
      ...instanceRoutes(services),
    ],
    identify: (request, route) => identify(services, request, route),
    actor: (caller) => ({ organizationId: caller?.member.organizationId, userId: caller?.member.userId }),
    // Pages read again and again: a read stands in the log where it shows a secret, or was refused to somebody.
    recorded: ({ method, path }, refused) =>
      method !== "GET" || path === secretPath || (refused !== undefined && refused !== "not_logged_in"),
  };
}

/** Nobody's call is refused before its body is looked at. */
async function identify(services: Services, request: Request, route: ApiRoute<DashboardCaller>) {
  const caller = await identifyMember(services, request);
  return open.has(route.path) ? caller : requireSession(caller);
}
