/**
 * From method and path to a handler, and from what the handler gives or throws to an answer
 * (contract section 1, "Routing rules").
 */
import type { LedgerContext } from "../context.ts";
import { UncountableNumber } from "../rules/number-texts.ts";
import { encodeJson } from "./encode.ts";
import { CoreFailure, encodeFailure } from "./errors.ts";
import { BodyError, decodeBody, type Shape } from "./shapes.ts";

/** What a handler gets of a request. */
export interface RouteRequest {
  readonly method: string;
  /** Values of `:name` segments, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a handler answers. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (request: RouteRequest, context: LedgerContext) => Promise<Answer> | Answer;

/** One route: `POST /identities/:id/tokenize`. Static segments win over `:name` ones. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly handle: Handler;
}

export const jsonType = "application/json; charset=utf-8";
const plainType = "text/plain; charset=utf-8";

/** An answer with a JSON body; `value` is encoded by `encode.ts`. */
export function json(status: number, value: unknown): Answer {
  return { status, contentType: jsonType, body: encodeJson(value) };
}

/** The largest body that is not an upload (contract section 3.4). */
const maximumBodyBytes = 5 * 1024 * 1024;

/**
 * Decodes a request's JSON body.
 *
 * @throws BodyError with the parser text; `decodeOr400` makes the usual answer of it.
 */
export function decodeRequest<T>(request: RouteRequest, shape: Shape<T>): T {
  if (request.body.byteLength > maximumBodyBytes) throw new BodyError("http: request body too large");
  return decodeBody(
    Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString("utf8"),
    shape,
  );
}

/** Decodes a request's JSON body; a malformed one is GEN_MALFORMED_REQUEST with the parser text. */
export function decodeOr400<T>(
  request: RouteRequest,
  shape: Shape<T>,
  options: {
    readonly legacyKey?: "error" | "errors";
    readonly sniffed?: boolean;
    readonly prefix?: string;
  } = {},
): T {
  try {
    return decodeRequest(request, shape);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    const { prefix = "", ...rest } = options;
    throw new CoreFailure("GEN_MALFORMED_REQUEST", prefix + error.message, rest);
  }
}

interface Compiled {
  readonly route: Route;
  readonly segments: readonly string[];
}

/** Finds and runs handlers. `dispatch` never throws: whatever goes wrong becomes an answer. */
export interface Router {
  dispatch(
    method: string,
    pathWithQuery: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
  ): Promise<Answer>;
}

/** What Core answers when it breaks down on a request (contract section 1). */
const brokenDown: Answer = { status: 500, contentType: "", body: "" };

const notFound: Answer = { status: 404, contentType: "text/plain", body: "404 page not found" };

/** Builds the router over all routes. `onFault` hears of errors that are nobody's refusal. */
export function createRouter(
  routes: readonly Route[],
  context: LedgerContext,
  onFault: (error: unknown) => void,
): Router {
  const compiled = routes
    .map((route) => ({ route, segments: route.path.split("/").slice(1) }))
    .sort((first, second) => rank(first).localeCompare(rank(second)));
  return {
    async dispatch(method, pathWithQuery, headers, body) {
      const { path, query } = splitTarget(pathWithQuery);
      const decoded = decodePath(path);
      if (decoded === undefined) return { status: 400, contentType: plainType, body: "400 Bad Request" };
      const found = match(compiled, method, decoded);
      if (found === undefined) return redirect(compiled, method, decoded, path, query) ?? notFound;
      const request = {
        method,
        parameters: found.parameters,
        query: new URLSearchParams(query),
        headers,
        body,
      };
      return run(found.route, request, context, onFault);
    },
  };
}

/** Sorts static segments before `:name` ones, position by position. */
function rank(entry: Compiled): string {
  return entry.segments.map((segment) => (segment.startsWith(":") ? "~" : `!${segment}`)).join("/");
}

function splitTarget(target: string): { path: string; query: string } {
  const withoutFragment = target.split("#", 1)[0] ?? target;
  const mark = withoutFragment.indexOf("?");
  if (mark === -1) return { path: withoutFragment, query: "" };
  return { path: withoutFragment.slice(0, mark), query: withoutFragment.slice(mark + 1) };
}

function decodePath(path: string): string | undefined {
  try {
    return path.includes("%") ? decodeURIComponent(path) : path;
  } catch {
    return undefined;
  }
}

interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

function match(compiled: readonly Compiled[], method: string, path: string): Match | undefined {
  const parts = path.split("/").slice(1);
  for (const { route, segments } of compiled) {
    if (route.method !== method || segments.length !== parts.length) continue;
    const parameters = bind(segments, parts);
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

function bind(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    if (!segment.startsWith(":")) {
      if (segment !== part) return undefined;
    } else {
      if (part === "") return undefined;
      parameters[segment.slice(1)] = part;
    }
  }
  return parameters;
}

/** A path that is right but for its last slash is answered with the canonical one. */
function redirect(
  compiled: readonly Compiled[],
  method: string,
  decoded: string,
  path: string,
  query: string,
): Answer | undefined {
  const toggle = (value: string) => (value.endsWith("/") ? value.slice(0, -1) : `${value}/`);
  if (decoded === "/" || match(compiled, method, toggle(decoded)) === undefined) return undefined;
  const location = toggle(path) + (query === "" ? "" : `?${query}`);
  const headers = { Location: location };
  if (method !== "GET") return { status: 307, contentType: "", body: "", headers };
  const href = location
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&#34;");
  return {
    status: 301,
    contentType: "text/html; charset=utf-8",
    body: `<a href="${href}">Moved Permanently</a>.\n\n`,
    headers,
  };
}

async function run(
  route: Route,
  request: RouteRequest,
  context: LedgerContext,
  onFault: (error: unknown) => void,
): Promise<Answer> {
  try {
    return await route.handle(request, context);
  } catch (error) {
    if (error instanceof CoreFailure) return failureAnswer(error);
    if (error instanceof UncountableNumber) return brokenDown;
    onFault(error);
    return failureAnswer(new CoreFailure("GEN_INTERNAL", "internal server error"));
  }
}

/** The answer of a refusal. */
export function failureAnswer(failure: CoreFailure): Answer {
  const contentType = failure.options.sniffed === true ? plainType : jsonType;
  return { status: failure.status, contentType, body: encodeFailure(failure) };
}
