/**
 * The one way to the Dashboard API: same origin, the page's session, exact JSON in
 * and out, every refusal an `ApiError`.
 */
import { parseExactJson, stringifyExactJson } from "@annex/protocol/words";
import { pageHeaders } from "./own-session.ts";
import type { AnswerOf, CallOf, RouteName } from "./routes.ts";

type Refusal = Readonly<Record<string, unknown>>;

/** A refusal of the Dashboard API, or its absence: code `unreachable`, status 0. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  readonly reference: string | undefined;
  readonly details: Refusal;

  constructor(status: number, details: Refusal) {
    super(textOf(details["error"]) ?? `The local Cloud answered ${status} without an explanation.`);
    this.name = "ApiError";
    this.status = status;
    this.code = textOf(details["code"]) ?? "unknown";
    this.field = textOf(details["field"]);
    this.reference = textOf(details["reference"]);
    this.details = details;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A text field of a refusal's body, such as `delivery_id`. */
export function detailOf(error: ApiError, name: string): string | undefined {
  const value = error.details[name];
  return typeof value === "number" ? String(value) : textOf(value);
}

/** Query parameters; empty and absent ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** A path with its query. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/**
 * Calls a route of the Dashboard API; what it takes and answers is typed by the route itself.
 *
 * @throws ApiError for every answer but 2xx, and when there is none.
 * @example
 * ```ts
 * const { name } = await callApi("GET /api/apps/:id", { parameters: { id: "app_1" } });
 * ```
 */
export async function callApi<const Name extends RouteName>(
  route: Name,
  call: CallOf<Name>,
): Promise<AnswerOf<Name>> {
  const { parameters = {}, query = {}, body, signal } = call as AnyCall;
  const [method = "GET", path = "/"] = route.split(" ");
  const response = await send(method, withQuery(withParameters(path, parameters), query), body, signal);
  const answer = parsed(await response.text());
  if (!response.ok) throw new ApiError(response.status, isObject(answer) ? answer : {});
  // The server is of the same release as the page, and is held to its shapes by the compiler.
  return answer as AnswerOf<Name>;
}

type AnyCall = {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: Query;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
};

/** A path with its open segments filled. */
export function withParameters(path: string, parameters: Readonly<Record<string, string>>): string {
  return path.replace(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ""));
}

async function send(
  method: string,
  path: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const headers: Record<string, string> = { ...pageHeaders(), accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  try {
    return await fetch(path, {
      method,
      headers,
      credentials: "omit",
      ...(body === undefined ? {} : { body: stringifyExactJson(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, {
      code: "unreachable",
      error: "The local Cloud does not answer. Look whether it still runs in its terminal, then try again.",
    });
  }
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
