/** The admin API's own description, made of the very schemas that its calls are checked with. */
import { z } from "zod";
import type { ApiRoute } from "../http/api-route.ts";
import { refusal } from "./answers.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of a list of routes. */
export function describeRoutes<Caller>(routes: readonly ApiRoute<Caller>[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:([a-z]+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Annex local Cloud: admin API", version: "1" },
    security: [{ adminToken: [] }],
    paths,
    components: {
      schemas: { Refusal: jsonSchema(refusal, "output") },
      securitySchemes: { adminToken: { type: "http", scheme: "bearer" } },
    },
  };
}

function describeRoute<Caller>(route: ApiRoute<Caller>): JsonObject {
  const content = (schema: JsonObject) => ({ content: { "application/json": { schema } } });
  const refused = { description: "Refused", ...content({ $ref: "#/components/schemas/Refusal" }) };
  return {
    summary: route.summary,
    operationId: operationId(route),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, ...content(jsonSchema(route.body, "input")) } }),
    responses: {
      [String(route.status)]: { description: "Done", ...content(jsonSchema(route.answer, "output")) },
      default: refused,
    },
  };
}

function operationId<Caller>({ method, path }: ApiRoute<Caller>): string {
  const words = path.split("/").filter((segment) => segment !== "" && segment !== "admin");
  return [method.toLowerCase(), ...words.map((word) => word.replace(/^:/, "by_").replaceAll(".", "_"))].join(
    "_",
  );
}

function pathParameters(path: string): readonly JsonObject[] {
  return [...path.matchAll(/:([a-z]+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodType | undefined): readonly JsonObject[] {
  if (query === undefined) return [];
  const { properties = {} } = jsonSchema(query, "input") as { properties?: Record<string, JsonObject> };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: false, schema }));
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return described;
}
