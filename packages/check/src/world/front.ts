/**
 * What the app takes for Cloud's API: passes each call to the local Cloud under the tenant's own
 * installation there and writes it down. Bad days are the local Cloud's own faults. Only what depends on one call, and
 * a network that takes calls and never answers, is weather of this front.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CloudCall } from "../evidence/index.ts";
import type { Cloud } from "./cloud.ts";
import type { Backing } from "./planting.ts";
import type { Tenant } from "./tenants.ts";

/**
 * What happens to a call besides passing it on; once the ledger has done it `cut` ends its connection, `held` keeps the
 * answer back, and `late` does so until the weather ends. `dated` writes when to ask again as a date, as HTTP allows.
 */
export type Weather = "hang" | "cut" | "held" | "late" | "dated";

/** A fault of the local Cloud, by its name and values in the doors. */
export type Fault = {
  readonly fault:
    | "instance-stopped"
    | "key-revoked"
    | "gateway-401"
    | "gateway-status"
    | "gateway-rate-limited"
    | "gateway-cut";
  readonly times?: number;
  readonly status?: number;
  readonly retry_after?: number;
  readonly after?: "commit" | "request";
};

/** Decides for one call; nothing means fair weather. */
type Forecast = (call: CloudCall) => Weather | undefined;

export type Front = {
  readonly url: string;
  /** Milliseconds since the check began, as calls are dated. */
  now(): number;
  /** Calls with a key that no tenant has. */
  readonly strangers: readonly CloudCall[];
  /** Has a tenant's calls meet a fault of the local Cloud until the returned function is called. The first one set decides. */
  meets(tenant: Tenant, fault: Fault): Promise<() => Promise<void>>;
  /** Has a tenant's calls meet this weather until the returned function is called, which also ends hanging calls. */
  weather(tenant: Tenant, forecast: Forecast): () => void;
  /** The tenant's installation in the local Cloud. */
  backing(tenant: Tenant): Promise<Backing>;
  admit(tenant: Tenant): void;
  close(): Promise<void>;
};

/** An app gives each of its calls some seconds. What is answered later may have been given up, in milliseconds. */
const surelyHeard = 2000;

type Known = {
  readonly tenant: Tenant;
  backing?: Promise<Backing>;
  forecast?: Forecast | undefined;
  hanging: Set<ServerResponse>;
  /** Gives answers that are kept back. */
  late: Set<() => void>;
};

/** Opens a front on a free port of the loopback address. */
export async function openFront(cloud: Cloud, began: number): Promise<Front> {
  const known = new Map<string, Known>();
  const strangers: CloudCall[] = [];

  const backing = (entry: Known): Promise<Backing> => {
    const known = entry.backing ?? cloud.back(entry.tenant.ledger, entry.tenant.grant);
    entry.backing = known;
    // On a machine that is too busy the local Cloud may not hear itself in time; the next call finds it.
    known.catch(() => {
      if (entry.backing === known) delete entry.backing;
    });
    return known;
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrived = performance.now();
    const body = await readAll(request);
    const entry = known.get(bearer(request));
    const call = recordCall(request, body, performance.now() - began);
    (entry?.tenant.calls ?? strangers).push(call);
    response.once("finish", () => {
      call.heard = performance.now() - arrived < surelyHeard;
    });
    response.once("close", () => {
      call.endedAt = performance.now() - began;
    });
    const weather = entry?.forecast?.(call);
    if (weather === "hang") entry?.hanging.add(response);
    else await pass({ request, response, body, call, entry, weather });
  }

  async function pass({ request, response, body, call, entry, weather }: Passing): Promise<void> {
    const { url } = await cloud.ready;
    if (entry !== undefined && call.method !== "GET") cloud.written(entry.tenant.ledger);
    const behind = entry === undefined ? undefined : await backing(entry);
    const answer = await fetch(`${url}${pathBehind(call, entry, behind)}`, {
      method: call.method,
      headers: headersBehind(request, behind),
      ...(body.length > 0 && call.method !== "GET" ? { body } : {}),
      redirect: "manual",
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    call.status = answer.status;
    call.answerBody = bytes.toString("utf8");
    if (weather === "cut") request.socket.destroy();
    else if (weather === "held") entry?.hanging.add(response);
    else {
      const headers = headersBack(answer.headers);
      const given = weather === "dated" ? withDate(headers) : headers;
      const give = () => response.writeHead(answer.status, given).end(bytes);
      // Its weather may have ended meanwhile.
      if (weather === "late" && entry?.forecast !== undefined) entry.late.add(give);
      else give();
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  // Whatever an app keeps open stays open: a call that is lost as its connection ends says nothing of the app.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    now: () => performance.now() - began,
    strangers,
    meets: async (tenant, fault) => {
      const { installedAppId } = await backing(known.get(tenant.key) ?? entryOf(tenant));
      const set = await cloud.admin("POST", "/admin/faults", { ...fault, installed_app_id: installedAppId });
      const id = set.body["fault_id"];
      if (typeof id !== "string")
        throw new Error(`The local Cloud took no fault ${fault.fault}: ${JSON.stringify(set.body)}`);
      return async () => void (await cloud.admin("DELETE", `/admin/faults/${id}`));
    },
    weather: (tenant, forecast) => {
      const entry = known.get(tenant.key);
      if (entry === undefined) return () => undefined;
      entry.forecast = forecast;
      return () => {
        entry.forecast = undefined;
        for (const response of entry.hanging) response.destroy();
        entry.hanging.clear();
        for (const give of entry.late) give();
        entry.late.clear();
      };
    },
    backing: (tenant) => backing(known.get(tenant.key) ?? entryOf(tenant)),
    admit: (tenant) => known.set(tenant.key, entryOf(tenant)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function entryOf(tenant: Tenant): Known {
  return { tenant, hanging: new Set(), late: new Set() };
}

type Passing = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer<ArrayBuffer>;
  readonly call: CloudCall;
  readonly entry: Known | undefined;
  readonly weather: Weather | undefined;
};

async function readAll(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}

function bearer(request: IncomingMessage): string {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
}

function recordCall(request: IncomingMessage, body: Buffer, at: number): CloudCall {
  const path = request.url ?? "/";
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const instanceId = new URL(path, "http://cloud").searchParams.get("instance_id");
  return {
    at,
    method: request.method ?? "GET",
    path,
    instanceId,
    headers,
    body: body.toString("utf8"),
    status: null,
    answerBody: "",
    endedAt: null,
    heard: false,
  };
}

/** The same path with the instance's id in the local Cloud; a foreign id stays as it is, for the Cloud to refuse. */
function pathBehind(call: CloudCall, entry: Known | undefined, behind: Backing | undefined): string {
  if (entry === undefined || behind === undefined) return call.path;
  return call.path.replaceAll(encodeURIComponent(entry.tenant.instanceId), behind.instanceId);
}

const notPassedOn = new Set([
  "host",
  "connection",
  "content-length",
  "authorization",
  "accept-encoding",
  "keep-alive",
  "transfer-encoding",
  "expect",
  "te",
  "upgrade",
]);

function headersBehind(request: IncomingMessage, behind: Backing | undefined): Record<string, string> {
  const passed = Object.entries(request.headers).filter(([name]) => !notPassedOn.has(name));
  const { authorization } = request.headers;
  const credentials = behind === undefined ? authorization : `Bearer ${behind.key}`;
  return {
    ...Object.fromEntries(passed.map(([name, value]) => [name, String(value)])),
    ...(credentials === undefined ? {} : { authorization: credentials }),
  };
}

/** In full seconds, and no sooner. */
function withDate(headers: Record<string, string>): Record<string, string> {
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  if (Number.isNaN(seconds)) return headers;
  const date = new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000);
  return { ...headers, "retry-after": date.toUTCString() };
}

function headersBack(headers: Headers): Record<string, string> {
  const dropped = new Set([
    "connection",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "keep-alive",
  ]);
  return Object.fromEntries([...headers].filter(([name]) => !dropped.has(name)));
}
