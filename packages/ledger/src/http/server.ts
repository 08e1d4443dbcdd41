/**
 * The HTTP server: reads requests, asks the handler, writes answers with the headers of contract section 4.
 * Plain `node:http`, because each request of a ledger is small and there are many.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Bodies, createBodies, mostBodyBytes, NoRoomForBody } from "./bodies.ts";
import type { Door } from "./door.ts";
import type { CoreResponse } from "./exchange.ts";

/** A server that answers; `close` lets running requests end first. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens on a port; 0 takes a free one.
 *
 * @throws Error when the port is taken.
 */
export async function listen(
  door: Door,
  options: { readonly port: number; readonly host?: string },
): Promise<Listening> {
  const bodies = createBodies(mostBodyBytes);
  const server = createServer((incoming, outgoing) => {
    respond(door, bodies, incoming, outgoing).catch((error: unknown) => outgoing.destroy(asError(error)));
  });
  server.keepAliveTimeout = 65_000;
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, () => resolve());
  });
  const address = server.address() as AddressInfo;
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return { url: `http://${shown}:${address.port}`, close: () => closeServer(server) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

async function respond(
  door: Door,
  bodies: Bodies,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const head = {
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers: singleHeaders(incoming),
  };
  const entered = door.enter(head, peerOf(incoming));
  if (entered.kind === "answered") return send(entered.answer, incoming, outgoing);
  try {
    const answer = await bodies.with(incoming, entered.bodyBytes, (body) => entered.answer(body));
    send(answer, incoming, outgoing);
  } catch (error) {
    if (!(error instanceof NoRoomForBody)) throw error;
    outgoing.writeHead(503, { "Retry-After": "1", Connection: "close" }).end();
  }
}

/** What is still to come of a body is read to nowhere, so that the connection serves on. */
function send(answer: CoreResponse, incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  outgoing.writeHead(answer.status, { ...answer.headers, "Content-Length": String(answer.body.byteLength) });
  outgoing.end(incoming.method === "HEAD" ? undefined : answer.body);
}

/** The other end's address and port. */
function peerOf({ socket: { remoteAddress = "", remotePort = 0 } }: IncomingMessage): string {
  return remoteAddress.includes(":") ? `[${remoteAddress}]:${remotePort}` : `${remoteAddress}:${remotePort}`;
}

function singleHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}
