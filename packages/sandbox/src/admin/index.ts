/**
 * The admin API: what a person does in the dashboard, for a test or a script in any
 * language. The doors document is its specification; every call goes through the same
 * services as the dashboard's, and only the token in the run file opens it.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { describeCloudApi } from "../gateway/index.ts";
import type { ApiRoute } from "../http/api-route.ts";
import { bearerToken } from "../http/bearer.ts";
import type { Door } from "../http/mount.ts";
import { describeRoutes } from "../http/openapi.ts";
import type { Services } from "../services.ts";
import { type AdminCaller, adminRoute } from "./caller.ts";
import { adminRoutes } from "./routes.ts";

const descriptionPath = "/admin/openapi.json";
const cloudDescriptionPath = "/admin/cloud-openapi.json";
/** What says only how to call, whoever reads it. */
const open = new Set([descriptionPath, cloudDescriptionPath]);

const adminApi = { title: "admin API", security: { adminToken: { type: "http", scheme: "bearer" } } };

/** The admin API behind its token. */
export function adminDoor(services: Services, token: string): Door<AdminCaller> {
  const organizations = new Set(services.instances.list().map(({ organizationId }) => organizationId));
  const document = (path: string, summary: string, make: () => Readonly<Record<string, unknown>>) =>
    adminRoute({
      method: "GET",
      path,
      summary,
      answer: z.record(z.string(), z.unknown()).readonly(),
      handle: async () => make(),
    });
  const routes: readonly ApiRoute<AdminCaller>[] = [
    ...adminRoutes(services),
    document(descriptionPath, "This description", () => describeRoutes(adminApi, routes)),
    document(cloudDescriptionPath, "The Cloud API's description, as an app sees it", describeCloudApi),
  ];
  return {
    prefix: "/admin",
    routes,
    identify: async (request, { path }) => {
      if (!open.has(path) && !isToken(request.headers.get("authorization"), token)) throw unauthorized();
      return "admin";
    },
    // With one organization, what a script did belongs into that organization's log.
    actor: () => (organizations.size === 1 ? { organizationId: [...organizations][0] } : {}),
    recorded: ({ method }, refused) => method !== "GET" || refused !== undefined,
  };
}

function isToken(header: string | null, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(bearerToken(header) ?? ""), digest(token));
}

function unauthorized(): Refusal {
  return new Refusal(
    401,
    "unauthorized",
    "The admin token is missing or wrong. Send it as Authorization: Bearer <admin_token of annex.json>.",
  );
}
