/** Who calls the admin API: whoever has the token in the run file, and nobody else. */
import { routesFor } from "../http/api-route.ts";

export type AdminCaller = "admin";

/** Defines a route of the admin API. */
export const adminRoute = routesFor<AdminCaller>();
