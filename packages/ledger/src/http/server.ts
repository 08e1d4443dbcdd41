/**
 * The HTTP server: reads requests, asks the handler, writes answers with the headers of contract section 4.
 * Plain `node:http`, because each request of a ledger is small and there are many.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CoreRequest, CoreResponse } from "./exchange.ts";

/** A server that answers; `close` lets running requests end first. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** Uploads may be this large (contract section 15.1); anything beyond is cut off unread. */
const maximumUploadBytes = 256 * 1024 * 1024 + 1024 * 1024;

/**
 * Listens on a port; 0 takes a free one.
 *
 * @throws Error when the port is taken.
 */
export async function listen(
  handle: (request: CoreRequest, peer: string) => Promise<CoreResponse>,
  options: { readonly port: number; readonly host?: string },
): Promise<Listening> {
  const server = createServer((incoming, outgoing) => {
    respond(handle, incoming, outgoing).catch((error: unknown) => outgoing.destroy(asError(error)));
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
  handle: (request: CoreRequest, peer: string) => Promise<CoreResponse>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await readBody(incoming);
  const request = {
    method: incoming.method ?? "GET",
    path: incoming.url ?? "/",
    headers: singleHeaders(incoming),
    body,
  };
  const answer = await handle(request, peerOf(incoming));
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

async function readBody(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    // Read to the end but kept no longer: the handler then refuses the size in Core's words.
    if (length <= maximumUploadBytes) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
