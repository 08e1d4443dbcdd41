/** Node's own HTTP objects as exchanges: bare, because the layer between costs more than an event does. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import {
  type Answer,
  type AnyAnswer,
  BodyTooLarge,
  BrokenOff,
  type Exchange,
  type Handle,
} from "./exchange.ts";

/** So much of a body that is too large is still read, so that the sender gets to hear why it was refused. */
const drainedBytes = 32 * 1024 * 1024;

/** A listener for `node:http` over a handler. */
export function nodeListener(handle: Handle): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    handle(nodeExchange(request)).then(
      (answer) => send(answer, request, response),
      () => response.destroy(),
    );
  };
}

function nodeExchange(request: IncomingMessage): Exchange {
  const target = request.url ?? "/";
  const query = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: query === -1 ? target : target.slice(0, query),
    search: query === -1 ? "" : target.slice(query),
    header: (name) => headerText(request.headers[name]),
    body: (limit) => readBody(request, limit),
    request: () => webRequest(request, target),
  };
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}

function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> {
  if (request.destroyed && !request.readableEnded) return Promise.reject(new BrokenOff());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else if (size > drainedBytes) request.destroy();
      else reject(new BodyTooLarge(limit));
    });
    request.on("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    request.on("error", (error) => reject(new BrokenOff(error)));
    request.on("close", () => reject(new BrokenOff()));
  });
}

function webRequest(request: IncomingMessage, target: string): Request {
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    headerText(value) ?? "",
  ]);
  const bodiless = request.method === "GET" || request.method === "HEAD";
  const host = request.headers.host ?? "localhost";
  return new Request(new URL(target, `http://${host}`), {
    method: request.method ?? "GET",
    headers,
    // Node's and the browser's stream types differ in name only.
    ...(bodiless ? {} : { body: Readable.toWeb(request) as ReadableStream<Uint8Array>, duplex: "half" }),
  } as RequestInit);
}

function send(answer: AnyAnswer, request: IncomingMessage, response: ServerResponse): void {
  if (answer instanceof Response) sendResponse(answer, response);
  else if (request.complete) sendAnswer(answer, request, response);
  else sendEarly(answer, request, response);
}

function sendAnswer(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body = "" } = answer;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}

// The answer came before the body did: read on for a while, then hang up.
function sendEarly(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.status, { ...answer.headers, connection: "close" });
  response.end(answer.body);
  request.resume();
}

function sendResponse(answer: Response, response: ServerResponse): void {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) {
    response.end();
    return;
  }
  // Node's and the browser's stream types differ in name only.
  const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  body.on("error", () => response.destroy());
  response.on("close", () => body.destroy());
  body.pipe(response);
}
