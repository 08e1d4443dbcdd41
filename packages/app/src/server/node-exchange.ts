/** Node's own request as an exchange: bare, because the layer between costs more than an event does. */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { BodyTooLarge, BrokenOff, type Exchange } from "../http/exchange.ts";

/** An exchange over a request. */
export function nodeExchange(request: IncomingMessage): Exchange {
  const target = originForm(request.url ?? "/");
  const query = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: query === -1 ? target : target.slice(0, query),
    search: query === -1 ? "" : target.slice(query),
    peer: () => request.socket.remoteAddress,
    header: (name) => headerText(request.headers[name]),
    body: (limit) => readBody(request, limit),
    request: () => webRequest(request, target),
  };
}

// `GET http://app.example.com/portal HTTP/1.1` is what a proxy may send, and every server has to take it.
function originForm(target: string): string {
  if (target.startsWith("/") || !URL.canParse(target)) return target;
  const { pathname, search } = new URL(target);
  return `${pathname}${search}`;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}

function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  if (request.readableEnded) return Promise.resolve(alreadyRead(request, limit));
  if (request.destroyed) return Promise.reject(new BrokenOff());
  return new Promise((resolve, reject) => {
    // Who says so beforehand is not waited for.
    if (Number(request.headers["content-length"]) > limit) reject(new BodyTooLarge(limit));
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(new BodyTooLarge(limit));
    });
    request.on("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    request.on("error", (error) => reject(new BrokenOff(error)));
    request.on("close", () => {
      // It comes after each body's end too, where an error, with its stack, would be made for nobody.
      if (!request.readableEnded) reject(new BrokenOff());
    });
  });
}

/** Where servers and their parsers put a body that they have read. */
type ParsedRequest = IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown };

// Behind `express.json()` nothing is left to read; an install would look empty, and Cloud would cancel it.
function alreadyRead({ rawBody, body }: ParsedRequest, limit: number): Uint8Array {
  const bytes = bytesIn(rawBody ?? body);
  if (bytes.length > limit) throw new BodyTooLarge(limit);
  return bytes;
}

function bytesIn(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function webRequest(request: IncomingMessage, target: string): Request {
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    headerText(value) ?? "",
  ]);
  const bodiless = request.method === "GET" || request.method === "HEAD";
  return new Request(`${baseOf(request)}${target}`, {
    method: request.method ?? "GET",
    headers,
    // Node's and the browser's stream types differ in name only.
    ...(bodiless ? {} : { body: webBody(request), duplex: "half" }),
  } as RequestInit);
}

function webBody(request: IncomingMessage): ReadableStream<Uint8Array> | Uint8Array {
  if (request.readableEnded) return alreadyRead(request, Number.POSITIVE_INFINITY);
  return Readable.toWeb(request) as ReadableStream<Uint8Array>;
}

// The header is the sender's own; one that names no host must not keep a handler from its request.
function baseOf(request: IncomingMessage): string {
  const base = `http://${request.headers.host ?? "localhost"}`;
  return URL.canParse(base) && new URL(base).pathname === "/" ? base : "http://localhost";
}
