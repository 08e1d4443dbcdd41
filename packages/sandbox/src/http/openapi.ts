/** OpenAPI documents, made of the very schemas that calls are checked with. */
import { z } from "zod";
import { refusal } from "./shapes.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** An API as its document tells it. */
export type DescribedApi = {
  readonly title: string;
  /** How a caller shows who he is, by a name of its own. */
  readonly security: Readonly<Record<string, JsonObject>>;
};

/** A route as far as its document tells it. */
export type DescribedRoute = {
  readonly method: string;
  /** `:name` stands for one segment. */
  readonly path: string;
  readonly summary: string;
  readonly body: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly answer: z.ZodType;
  readonly status: number;
};

/** The OpenAPI 3.1 document of a list of routes. */
export function describeRoutes(api: DescribedApi, routes: readonly DescribedRoute[]): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:([a-z]+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: `Annex local Cloud: ${api.title}`, version: "1" },
    security: Object.keys(api.security).map((name) => ({ [name]: [] })),
    paths,
    components: {
      schemas: { Refusal: jsonSchema(refusal, "output") },
      securitySchemes: api.security,
    },
  };
}

function describeRoute(route: DescribedRoute): JsonObject {
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

function operationId({ method, path }: DescribedRoute): string {
  const words = path.split("/").filter((segment) => segment !== "" && !doors.has(segment));
  return [method.toLowerCase(), ...words.map((word) => word.replace(/^:/, "by_").replaceAll(".", "_"))].join(
    "_",
  );
}

/** Every path of a door begins with it. */
const doors = new Set(["admin", "api"]);

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
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: made }) => {
      if (zodSchema._zod.def.type === "bigint") made.type = "integer";
      delete made.readOnly;
    },
  });
  return described;
}
