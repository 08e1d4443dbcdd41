/**
 * From method and path to a handler, and from what the handler gives or throws to an answer
 * (contract section 1, "Routing rules").
 */
import type { LedgerContext } from "../context.ts";
import { UncountableNumber } from "../rules/number-texts.ts";
import { isDataError } from "../store/database.ts";
import { endedInTurns, type Steps } from "../turns.ts";
import { encodeJson } from "./encode.ts";
import { CoreFailure, encodeFailure } from "./errors.ts";
import { parseQueryString, percentDecoded } from "./query-string.ts";
import { failureOf, hidden } from "./refusals.ts";
import { createRouteTree, type Placed } from "./route-tree.ts";
import { BodyError, decodeSteps, type Shape } from "./shapes.ts";

/** What a handler gets of a request. */
export interface RouteRequest {
  readonly method: string;
  /** Values of `:name` segments, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** In the pieces it came in. */
  readonly body: readonly Uint8Array[];
}

/** What a handler answers. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Given before the request was looked into: without the headers that every other answer has. */
  readonly bare?: boolean;
}

export type Handler = (request: RouteRequest, context: LedgerContext) => Promise<Answer> | Answer;

/** One route: `POST /identities/:id/tokenize`. Static segments win over `:name` ones. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly handle: Handler;
  /** The largest body it reads, in bytes; 5 MiB unless told otherwise. */
  readonly mostBytes?: number;
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
 * Decodes a request's JSON body. Whatever the route, anybody may send a long one: others have their turn meanwhile.
 *
 * @throws BodyError with the parser text; `decodeOr400` makes the usual answer of it.
 */
export function decodeRequest<T>(request: RouteRequest, shape: Shape<T>): Promise<T> {
  return endedInTurns(requestSteps(request, shape));
}

function* requestSteps<T>({ body }: RouteRequest, shape: Shape<T>): Steps<T> {
  try {
    return yield* decodeSteps(bodyText(body), shape);
  } catch (error) {
    // What ends or goes wrong within the limit is answered as such; only what goes on behind it is too large.
    const isCut = bodyLength(body) > maximumBodyBytes && error instanceof BodyError && error.isCut;
    throw isCut ? new BodyError("http: request body too large") : error;
  }
}

/** How many bytes a body has. */
export function bodyLength(body: readonly Uint8Array[]): number {
  return body.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** A body's text, as far as one that is no upload may go. */
export function bodyText(body: readonly Uint8Array[]): string {
  const length = Math.min(bodyLength(body), maximumBodyBytes);
  const [first = new Uint8Array()] = body;
  const whole = body.length === 1 ? first.subarray(0, length) : Buffer.concat(body, length);
  return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength).toString("utf8");
}

/** How a malformed body is answered. */
interface Malformed {
  readonly legacyKey?: "error" | "errors";
  readonly sniffed?: boolean;
  readonly prefix?: string;
}

/** Decodes a request's JSON body; a malformed one is GEN_MALFORMED_REQUEST with the parser text. */
export async function decodeOr400<T>(
  request: RouteRequest,
  shape: Shape<T>,
  malformed: Malformed = {},
): Promise<T> {
  try {
    return await decodeRequest(request, shape);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    const { prefix = "", ...rest } = malformed;
    throw new CoreFailure("GEN_MALFORMED_REQUEST", prefix + error.message, rest);
  }
}

/** Finds handlers. Neither finding nor running throws: whatever goes wrong becomes an answer. */
export interface Router {
  find(method: string, pathWithQuery: string): Found;
}

/** What the first line of a request leads to. */
export type Found =
  | { readonly kind: "answered"; readonly answer: Answer }
  | {
      readonly kind: "route";
      /** How many bytes of a body it wants: one more than it reads, so that it sees what is too large. */
      readonly bodyBytes: number;
      run(headers: Readonly<Record<string, string>>, body: readonly Uint8Array[]): Promise<Answer>;
    };

/** What Core answers when it breaks down on a request (contract section 1). */
const brokenDown: Answer = { status: 500, contentType: "", body: "" };

const badTarget: Answer = { status: 400, contentType: plainType, body: "400 Bad Request", bare: true };
const notFound: Answer = { status: 404, contentType: "text/plain", body: "404 page not found" };

/**
 * Builds the router over all routes. `unserved` are paths that Core has and this ledger has not: nothing is
 * there, but they are part of what decides on redirects.
 */
export function createRouter(
  routes: readonly Route[],
  unserved: readonly Placed[],
  context: LedgerContext,
): Router {
  const tree = createRouteTree<Route | Placed>([...routes, ...unserved]);
  return {
    find(method, pathWithQuery) {
      const { path, query } = splitTarget(pathWithQuery);
      const decoded = percentDecoded(path);
      if (decoded === undefined) return { kind: "answered", answer: badTarget };
      const found = tree.find(method, decoded);
      if (found.kind === "redirect") return { kind: "answered", answer: redirect(method, decoded, query) };
      if (found.kind === "nothing" || !("handle" in found.route))
        return { kind: "answered", answer: notFound };
      const { route } = found;
      const parameters = named(route, found.values);
      return {
        kind: "route",
        bodyBytes: (route.mostBytes ?? maximumBodyBytes) + 1,
        run(headers, body) {
          const request = { method, parameters, query: parseQueryString(query ?? ""), headers, body };
          return run(route, request, context);
        },
      };
    },
  };
}

/** The query is undefined without a question mark, and empty with nothing behind it. */
function splitTarget(target: string): { path: string; query: string | undefined } {
  const withoutFragment = target.split("#", 1)[0] ?? target;
  const mark = withoutFragment.indexOf("?");
  if (mark === -1) return { path: withoutFragment, query: undefined };
  return { path: withoutFragment.slice(0, mark), query: withoutFragment.slice(mark + 1) };
}

function named(route: Route, values: readonly string[]): Record<string, string> {
  const names = route.path.split("/").filter((segment) => segment.startsWith(":"));
  return Object.fromEntries(names.map((name, index) => [name.slice(1), values[index] ?? ""]));
}

/** To the same path with a slash less at its end, or a slash more. */
function redirect(method: string, path: string, query: string | undefined): Answer {
  const other = path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
  const location = cleaned(escapedPath(other)) + (query === undefined ? "" : `?${query}`);
  const headers = { Location: location };
  if (method !== "GET") return { status: 307, contentType: "", body: "", headers, bare: true };
  const href = location
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&#34;")
    .replace(/'/g, "&#39;");
  return {
    status: 301,
    contentType: "text/html; charset=utf-8",
    body: `<a href="${href}">Moved Permanently</a>.\n\n`,
    headers,
    bare: true,
  };
}

/** Percent-escapes what may not stand in a path, and only that. */
function escapedPath(path: string): string {
  return encodeURIComponent(path)
    .replace(/%(24|26|2B|2C|2F|3A|3B|3D|40)/g, (escaped) => decodeURIComponent(escaped))
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Without empty and dot segments; a slash at the end stays. */
function cleaned(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const joined = `/${kept.join("/")}`;
  return path.endsWith("/") && joined !== "/" ? `${joined}/` : joined;
}

async function run(route: Route, request: RouteRequest, context: LedgerContext): Promise<Answer> {
  try {
    return await route.handle(request, context);
  } catch (error) {
    if (error instanceof UncountableNumber) return brokenDown;
    if (isDataError(error) && namesNothing(request)) return failureAnswer(hidden());
    return failureAnswer(failureOf(error, context.onFault));
  }
}

/** No text of the database's holds a NUL, so nothing has such a name; Core breaks down on it without a word. */
function namesNothing({ parameters }: RouteRequest): boolean {
  return Object.values(parameters).some((value) => value.includes("\0"));
}

/** The answer of a refusal. */
export function failureAnswer(failure: CoreFailure): Answer {
  const contentType = failure.options.sniffed === true ? plainType : jsonType;
  return { status: failure.status, contentType, body: encodeFailure(failure) };
}
