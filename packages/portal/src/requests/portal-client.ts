/**
 * Calls from the page to the app's own backend: each carries the session of this tab, and every number comes
 * back exact. Contract section 7: the browser never talks to Cloud and never holds the key.
 */
import {
  concludedCallHeader,
  idempotencyKeyHeader,
  parseExactJson,
  passiveCallHeader,
  stringifyExactJson,
} from "@annex/protocol";
import {
  errorFromAnswer,
  noSessionError,
  type PortalError,
  unreachableError,
} from "../refusals/portal-error.ts";
import { portalBase } from "../session/base.ts";
import type { PortalSession } from "../session/session.ts";
import type { PressMemory } from "./press-memory.ts";
import { createPresses } from "./presses.ts";

const TIME_LIMIT_MILLISECONDS = 30_000;

/** Values for the query of an address; what is `undefined` or empty is left out. */
export type QueryValues = Readonly<Record<string, string | number | undefined>>;

/** An answer as it was last given, so that an unchanged one need not be sent again. */
interface RememberedAnswer {
  readonly tag: string;
  readonly body: unknown;
}

const REMEMBERED_ANSWERS = 40;

/** What can be said about a call that reads. */
export interface ReadOptions {
  readonly query?: QueryValues;
  readonly signal?: AbortSignal;
  /** For how long an answer is waited for; 30 s unless told. Later the app counts as out of reach. */
  readonly timeLimitMilliseconds?: number;
}

/** What can be said about a call that changes something. */
export interface PressOptions {
  /**
   * 1 to 255 printable characters without blanks. All calls under one key are one call to the app. Left out, a press has
   * a key of its own, and the very same call within a second, or while the first is under way, is the same press: give a
   * key to each where the very same call is meant several times in a row.
   */
  readonly idempotencyKey?: string;
  /** Gives the call up; the app carries it out all the same. */
  readonly signal?: AbortSignal;
}

/**
 * Calls to the app's backend. Paths are below `/portal`, such as `/api/runs`. All reject with a `PortalError`, but for a
 * body that is no JSON.
 *
 * What changes something is done once for a press: a double press, a repeated request and the next try after a lost
 * answer are one call to the app.
 *
 * @throws TypeError (as a rejection, and nothing is sent) where a `FormData`, `Blob`, `File`, `URLSearchParams`, `Map`,
 * `Set`, `ArrayBuffer` or `Promise` stands anywhere in a body: JSON makes an empty object of it.
 */
export interface PortalClient {
  get<T>(path: string, options?: ReadOptions): Promise<T>;
  post<T>(path: string, body?: unknown, options?: PressOptions): Promise<T>;
  put<T>(path: string, body?: unknown, options?: PressOptions): Promise<T>;
  patch<T>(path: string, body?: unknown, options?: PressOptions): Promise<T>;
  delete<T>(path: string, options?: PressOptions): Promise<T>;
}

/** What a client needs. `fetch` can be replaced; `base` is what the page says of itself unless told: see `portalBase`. */
export interface PortalClientOptions {
  readonly session: PortalSession | undefined;
  readonly fetch?: typeof globalThis.fetch;
  readonly base?: string;
  /** Now, in milliseconds. */
  readonly clock?: () => number;
  /** What remembers a press whose answer was not seen when the page is gone; `browserMemory` in a browser. */
  readonly presses?: PressMemory;
  /** Whether a person did anything since the last call; a read without that does not prolong the session. */
  readonly attended?: () => boolean;
  /** What ended the page: nothing is sent any more then, and each call rejects with it. */
  readonly ended?: () => PortalError | undefined;
}

interface Call {
  readonly method: string;
  readonly address: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly timeLimitMilliseconds?: number | undefined;
}

/** How a call is sent: under which answer it is already known, and whether nobody asked for it. */
interface Sending {
  readonly tag: string | undefined;
  readonly passive: boolean;
  /** Of the press, where it changes something. */
  readonly key: string | undefined;
}

/** The address of a path with its query, without what is empty. */
export function addressOf(base: string, path: string, query: QueryValues = {}): string {
  const values = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(values.map(([name, value]) => [name, String(value)])).toString();
  return `${base}${path}${text === "" ? "" : `?${text}`}`;
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : parseExactJson(text);
  } catch {
    // Not JSON: a proxy in between answered. The status still says enough.
    return undefined;
  }
}

/** All of a call as one text: the same text is the same call. */
function textOf({ method, address, body }: Call): string {
  return `${method} ${address}\n${body === undefined ? "" : stringifyExactJson(body)}`;
}

/** JSON makes an empty object of each of these, and nobody would know what became of the file. */
const lostInJson = [FormData, Blob, URLSearchParams, Map, Set, ArrayBuffer, Promise];

/**
 * Looks at all of a body, as JSON is made of it.
 *
 * @throws TypeError
 */
function refuseWhatJsonLoses(body: unknown): void {
  JSON.stringify(body, (name, value: unknown) => {
    const kind = lostInJson.find((each) => value instanceof each);
    if (kind === undefined) return typeof value === "bigint" ? 0 : value;
    const place = name === "" ? "" : `, as ${JSON.stringify(name)} of the body is`;
    throw new TypeError(
      `A call of the portal client carries JSON, which cannot hold a ${kind.name}${place}. Send what is in it, such as { text: await file.text() } of a file.`,
    );
  });
}

/** The last answers by address, the oldest forgotten first. Only this client's: another session must not see them. */
function answerMemory() {
  const answers = new Map<string, RememberedAnswer>();
  return {
    get: (call: Call) => (call.method === "GET" ? answers.get(call.address) : undefined),
    keep(call: Call, tag: string | null, body: unknown): void {
      if (call.method !== "GET" || tag === null) return;
      answers.delete(call.address);
      answers.set(call.address, { tag, body });
      const [oldest] = answers.keys();
      if (answers.size > REMEMBERED_ANSWERS && oldest !== undefined) answers.delete(oldest);
    },
  };
}

function requestOf(call: Call, session: PortalSession, { tag, passive, key }: Sending): RequestInit {
  const hasBody = call.body !== undefined;
  const limit = AbortSignal.timeout(call.timeLimitMilliseconds ?? TIME_LIMIT_MILLISECONDS);
  return {
    method: call.method,
    credentials: "omit",
    cache: "no-store",
    signal: call.signal === undefined ? limit : AbortSignal.any([call.signal, limit]),
    headers: {
      Accept: "application/json",
      Authorization: session.authorization(),
      ...(hasBody ? { "Content-Type": "application/json" } : {}),
      ...(tag === undefined ? {} : { "If-None-Match": tag }),
      ...(passive ? { [passiveCallHeader]: "1" } : {}),
      ...(key === undefined ? {} : { [idempotencyKeyHeader]: key }),
    },
    ...(hasBody ? { body: stringifyExactJson(call.body) } : {}),
  };
}

async function answerOf(call: Call, request: RequestInit, fetch: typeof globalThis.fetch) {
  try {
    const response = await fetch(call.address, request);
    return { response, body: parsed(await response.text()) };
  } catch (error) {
    // Given up by the page itself, not failed: let the caller tell the two apart.
    if (call.signal?.aborted === true) throw error;
    throw unreachableError(error);
  }
}

/**
 * Makes the client of a page.
 *
 * @example
 * const client = createPortalClient({ session });
 * const runs = await client.get<RunList>("/api/runs", { query: { status: "failed" } });
 */
export function createPortalClient(options: PortalClientOptions): PortalClient {
  const { session, base = portalBase() } = options;
  const fetch: typeof globalThis.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const attended = options.attended ?? (() => true);
  const memory = answerMemory();
  const presses = createPresses({ memory: options.presses, now: options.clock });
  const underWay = new Map<string, Promise<unknown>>();

  async function send<T>(call: Call, key?: string): Promise<T> {
    const over = options.ended?.();
    if (over !== undefined) throw over;
    if (session === undefined) throw noSessionError();
    const known = memory.get(call);
    const sending = { tag: known?.tag, passive: !attended() && call.method === "GET", key };
    const { response, body } = await answerOf(call, requestOf(call, session, sending), fetch);
    if (key !== undefined && response.headers.has(concludedCallHeader)) presses.conclude(textOf(call), key);
    const unchanged = response.status === 304 && known !== undefined;
    if (!response.ok && !unchanged) {
      const refused = errorFromAnswer(response.status, body, response.headers.get("Retry-After"));
      // It came with something else once, and never will be carried out: what comes next is another press.
      if (key !== undefined && refused.details.code === "idempotency_key_reused")
        presses.conclude(textOf(call), key);
      throw refused;
    }
    if (unchanged) return known.body as T;
    memory.keep(call, response.headers.get("ETag"), body);
    return body as T;
  }

  /** A call that changes something; pressed twice it is sent once. */
  async function press<T>(call: Call): Promise<T> {
    refuseWhatJsonLoses(call.body);
    if (call.idempotencyKey !== undefined || call.signal !== undefined)
      return send(call, call.idempotencyKey ?? presses.keyOf(textOf(call)));
    const text = textOf(call);
    const known = underWay.get(text);
    if (known !== undefined) return known as Promise<T>;
    const sent = send<T>(call, presses.keyOf(text));
    underWay.set(text, sent);
    try {
      return await sent;
    } finally {
      underWay.delete(text);
    }
  }

  return {
    get: (path, { query, ...given } = {}) =>
      send({ method: "GET", address: addressOf(base, path, query), ...given }),
    post: (path, body, given) => press({ method: "POST", address: base + path, body, ...given }),
    put: (path, body, given) => press({ method: "PUT", address: base + path, body, ...given }),
    patch: (path, body, given) => press({ method: "PATCH", address: base + path, body, ...given }),
    delete: (path, given) => press({ method: "DELETE", address: base + path, ...given }),
  };
}
