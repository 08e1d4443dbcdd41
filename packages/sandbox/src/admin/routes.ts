/** Every call of the admin API but its own description, each through the same code as the dashboard's. */
import type { ApiRoute } from "../http/api-route.ts";
import type { Services } from "../services.ts";
import { appRoutes } from "./app-routes.ts";
import type { AdminCaller } from "./caller.ts";
import { dayRoutes } from "./day-routes.ts";
import { installationRoutes } from "./installation-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { tenantRoutes } from "./tenant-routes.ts";

/** The routes, in the order of the doors document. */
export function adminRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  return [
    ...tenantRoutes(services),
    ...appRoutes(services),
    ...installationRoutes(services),
    ...logRoutes(services),
    ...dayRoutes(services),
  ];
}
