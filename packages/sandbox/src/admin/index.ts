/**
 * The admin API: what a person does in the dashboard, for a test or a script in any
 * language. The doors document is its specification; every call goes through the same
 * services as the dashboard's, and only the token in the run file opens it.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { type ApiRoute, apiRoute } from "../http/api-route.ts";
import type { Door } from "../http/mount.ts";
import type { Services } from "../services.ts";
import type { AdminCaller } from "./caller.ts";
import { describeRoutes } from "./openapi.ts";
import { adminRoutes } from "./routes.ts";

const descriptionPath = "/admin/openapi.json";

/** The admin API behind its token. */
export function adminDoor(services: Services, token: string): Door<AdminCaller> {
  const described = adminRoutes(services);
  const organizations = new Set(services.instances.list().map(({ organizationId }) => organizationId));
  const description: ApiRoute<AdminCaller> = apiRoute({
    method: "GET",
    path: descriptionPath,
    summary: "This description",
    answer: z.record(z.string(), z.unknown()),
    handle: async () => describeRoutes([...described, description]),
  });
  return {
    prefix: "/admin",
    routes: [...described, description],
    identify: async (request, { path }) => {
      if (path !== descriptionPath && !isToken(request.headers.get("authorization"), token))
        throw unauthorized();
      return "admin";
    },
    // With one organization, what a script did belongs into that organization's log.
    actor: () => (organizations.size === 1 ? { organizationId: [...organizations][0] } : {}),
    recorded: ({ method }, refused) => method !== "GET" || refused !== undefined,
  };
}

function isToken(header: string | null, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
}

function unauthorized(): Refusal {
  return new Refusal(
    401,
    "unauthorized",
    "The admin token is missing or wrong. Send it as Authorization: Bearer <admin_token of annex.json>.",
  );
}
