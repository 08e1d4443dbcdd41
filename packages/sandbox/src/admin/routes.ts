import type { Services } from "../services.ts";
import { appRoutes } from "./app-routes.ts";
import { dayRoutes } from "./day-routes.ts";
import { installationRoutes } from "./installation-routes.ts";
import { logRoutes } from "./log-routes.ts";
import { tenantRoutes } from "./tenant-routes.ts";

/** The routes, in the order of the doors document. */
export function adminRoutes(services: Services) {
  return [
    ...tenantRoutes(services),
    ...appRoutes(services),
    ...installationRoutes(services),
    ...logRoutes(services),
    ...dayRoutes(services),
  ];
}
