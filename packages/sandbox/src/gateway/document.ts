/** The OpenAPI document of the Cloud API, as an app sees it: every route there is, with the scope it wants. */
import { alertStatusUpdateSchema, flagRequestSchema } from "@annex/protocol";
import { z } from "zod";
import { type DescribedRoute, describeRoutes } from "../http/openapi.ts";
import * as shapes from "../http/shapes.ts";
import type { GatewayRoute } from "./call.ts";
import { filterBody, proxyBodies } from "./proxy/bodies.ts";
import { gatewayRoutes } from "./routes.ts";

const api = {
  title: "Cloud API",
  security: { apiKey: { type: "http", scheme: "bearer", description: "the api_key of the install event" } },
};

const alertBodies: Readonly<Record<string, z.ZodType>> = {
  "POST /alerts/flag/:id": flagRequestSchema,
  "PUT /alerts/flag/:id": alertStatusUpdateSchema,
};

const alertAnswers: Readonly<Record<string, z.ZodType>> = {
  "GET /alerts": shapes.listed(shapes.alert),
  "GET /alerts/statuses": shapes.alertStatuses,
  "GET /alerts/:id": shapes.alert,
  "POST /alerts/flag/:id": shapes.alert,
  "PUT /alerts/flag/:id": shapes.alert,
};

const instance = { instance_id: z.string() };
const paging = { page: z.int().min(1).optional(), pageSize: z.int().min(1).max(200).optional() };
const anything = z.unknown();
const lists = /^\/(data|alerts)(\/[a-z-]+)?$|\/filter$/;

/** The document; what the Proxy answers is Core's own, and stands in Core's. */
export function describeCloudApi(): Readonly<Record<string, unknown>> {
  return describeRoutes(api, gatewayRoutes.map(described));
}

function described(route: GatewayRoute): DescribedRoute {
  const { method, path } = route;
  const name = `${method} ${path}`;
  return {
    method,
    path,
    summary: `Needs ${route.scope}${route.forbidden === undefined ? "" : ", and is not for apps"}`,
    body: bodyOf(name),
    query: z.object({ ...(route.instanceRequired ? instance : {}), ...(lists.test(path) ? paging : {}) }),
    answer: alertAnswers[name] ?? anything,
    status: 200,
  };
}

function bodyOf(name: string): z.ZodType | undefined {
  if (name.endsWith("/filter") && !name.includes("/proxy/")) return filterBody;
  return alertBodies[name] ?? proxyBodies[name.replace("/proxy", "")];
}
