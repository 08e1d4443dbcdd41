/** The root and the health check, open without a key (contract sections 1 and 4). */
import { json, type Route } from "../router.ts";

export const rootRoutes: readonly Route[] = [
  { method: "GET", path: "/", handle: () => json(200, "server running...") },
  {
    method: "GET",
    path: "/health",
    async handle(_request, { database }) {
      await database.query("SELECT 1", []);
      return json(200, { status: "UP" });
    },
  },
];
