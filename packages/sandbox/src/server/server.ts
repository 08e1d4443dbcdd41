/** All doors on one origin: the Cloud API, the admin API, the Dashboard API and the dashboard's page. */
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { adminDoor } from "../admin/index.ts";
import { dashboardDoor } from "../dashboard-api/index.ts";
import { Refusal, SandboxStartError } from "../errors.ts";
import { type Gateway, gatewayRoutes } from "../gateway/index.ts";
import { asRefusal } from "../http/answers.ts";
import { mountDoor, refusalAnswer, refuseOnRecord } from "../http/mount.ts";
import type { Services } from "../services.ts";
import { newRequestId } from "../surroundings.ts";
import { answerCall, isCloudCall } from "./gateway-door.ts";
import { addressUnderOwnName, announcedAddress, isForeign, meansPage, showsKey } from "./page-addresses.ts";
import { createStaticPages } from "./static-pages.ts";

export type Doors = {
  readonly services: Services;
  readonly gateway: Gateway;
  readonly adminToken: string;
  readonly dashboardDirectory: string;
};

type Router = Hono<{ Bindings: HttpBindings }>;
export type ListedRoute = { readonly method: string; readonly path: string };

/** All doors, without a socket. */
export type CloudServer = {
  readonly listener: RequestListener;
  /** Every route there is; `:name` stands for one segment. */
  readonly routes: readonly ListedRoute[];
};

/** The server's routes, without a socket. */
export function createServer(doors: Doors): CloudServer {
  const router = createRouter(doors);
  const others = getRequestListener(router.fetch, { overrideGlobalObjects: false });
  const { gateway, services } = doors;
  return {
    routes: listRoutes(router),
    listener: (incoming, outgoing) => {
      if (isCloudCall(incoming.url ?? "")) void answerCall(gateway, incoming, outgoing, services.tools);
      else void others(incoming, outgoing);
    },
  };
}

/** What people, scripts and browsers ask for. */
function createRouter({ services, gateway, adminToken, dashboardDirectory }: Doors): Router {
  const server: Router = new Hono();
  const { audit, tools } = services;
  const refuse = (context: Context, refusal: Refusal) => refuseOnRecord(context, refusal, audit, tools);
  for (const door of ["/admin/*", "/api/*"])
    server.use(door, async (context, next) =>
      isForeign(context.req.url) ? refuse(context, foreignHost(context)) : next(),
    );
  mountDoor(server, adminDoor(services, adminToken), audit, tools);
  server.use("/api/*", async (context, next) =>
    addressUnderOwnName(context.req.url) === undefined ? next() : refuse(context, wrongHost()),
  );
  mountDoor(server, dashboardDoor(services), audit, tools);
  const pages = createStaticPages(dashboardDirectory);
  server.get("*", async (context, next) => {
    const { raw, path } = context.req;
    if (showsKey(raw)) return next();
    if (isForeign(context.req.url)) return refuse(context, foreignHost(context));
    if (!meansPage(raw, path)) return (await pages.file(raw, path)) ?? next();
    const own = addressUnderOwnName(context.req.url);
    return own === undefined
      ? ((await pages.file(raw, path)) ?? pages.page(raw))
      : context.redirect(own, 308);
  });
  // What no door knows is a call of the Cloud API that does not exist, and recorded as one.
  server.all("*", async ({ env: { incoming, outgoing } }) => {
    await answerCall(gateway, incoming, outgoing, tools);
    return RESPONSE_ALREADY_SENT;
  });
  server.onError((error) => {
    const reference = newRequestId(tools);
    return refusalAnswer(asRefusal(error, reference, tools.log), reference);
  });
  return server;
}

/** On localhost, where apps are, their frames would be of the dashboard's own site. */
function wrongHost(): Refusal {
  return new Refusal(421, "wrong_host", "The dashboard answers at 127.0.0.1 only. Open it there.");
}

/** A site whose name was made to point here is told nothing but that. */
function foreignHost({ req, env }: Context<{ Bindings: HttpBindings }>): Refusal {
  const { hostname } = new URL(req.url);
  const own = announcedAddress(env.incoming.socket.localPort ?? 0);
  const sentence = `The local Cloud has no name ${hostname.slice(0, 100)}. Open ${own}; a proxy in front of it has to send that as the Host.`;
  return new Refusal(421, "wrong_host", sentence);
}

/** Read from the router itself and from the gateway's table. */
function listRoutes(server: Router): readonly ListedRoute[] {
  const own = server.routes.filter(({ method, path }) => method !== "ALL" && !path.includes("*"));
  return [...own, ...gatewayRoutes].map(({ method, path }) => ({ method, path }));
}

/** A server that listens, and how to end it. */
export type ListeningServer = { readonly port: number; close(graceMilliseconds: number): Promise<void> };

const loopback = "127.0.0.1";
const idleCheckMilliseconds = 25;
const keepAliveMilliseconds = 75_000;

/**
 * Listens on the loopback address only.
 *
 * @throws SandboxStartError `port_in_use` or `port_not_allowed`.
 */
export async function listen({ listener }: CloudServer, port: number): Promise<ListeningServer> {
  const http = createHttpServer(listener);
  // Longer than clients keep a connection, so that none is reused just as it ends here.
  http.keepAliveTimeout = keepAliveMilliseconds;
  await new Promise<void>((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => reject(startError(error, port)));
    http.listen(port, loopback, resolve);
  });
  return {
    port: (http.address() as AddressInfo).port,
    close: (grace) => closeServer(http, grace),
  };
}

/** Lets what is being answered finish, for so long; idle connections end at once. */
async function closeServer(http: Server, graceMilliseconds: number): Promise<void> {
  const idle = setInterval(() => http.closeIdleConnections(), idleCheckMilliseconds);
  const deadline = setTimeout(() => http.closeAllConnections(), graceMilliseconds);
  await new Promise<void>((resolve) => http.close(() => resolve()));
  clearInterval(idle);
  clearTimeout(deadline);
}

function startError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new SandboxStartError(
      "port_in_use",
      `Port ${port} is in use.`,
      "Stop what uses it, or take another one (--port N; 0 takes a free one).",
    );
  if (error.code === "EACCES")
    return new SandboxStartError("port_not_allowed", `Port ${port} may not be used.`, "Take one above 1023.");
  return error;
}
