/**
 * What cannot be read as HTTP is told so, and hung up on, with a reference that is in the log. Node alone does it at
 * once, over the heads of the requests that came before on the same connection: an install that was carried out would
 * get the 400 of the bytes behind it, and Cloud would cancel it.
 */
import type { Server } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { newReference } from "../errors/index.ts";
import type { LimitedLines } from "../log/limited-lines.ts";
import { responseOn } from "./connections.ts";

type Refusal = {
  /** With its words. */
  readonly status: string;
  readonly code: string;
  readonly error: string;
  readonly next?: string;
};

const unreadable: Refusal = {
  status: "400 Bad Request",
  code: "bad_request",
  error: "What was sent cannot be read as an HTTP request.",
};

/** What Node says of a request that it gave up. */
const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "headers_too_large",
    error: "The request's headers are larger than the app reads.",
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: "413 Payload Too Large",
    code: "body_too_large",
    error: "The request's chunk extensions are larger than the app reads.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "request_timeout",
    error: "The request did not arrive in time.",
  },
};

/** Who takes the app for a proxy. */
const tunnel: Refusal = {
  status: "405 Method Not Allowed",
  code: "method_not_allowed",
  error: "The app is no proxy: CONNECT is not possible here.",
  next: "Ask the app itself, at its own address.",
};

/** Refuses what is no HTTP, after the answers of what was; and a tunnel, on which Node would hang up without a word. */
export function refuseUnreadable(server: Server, log: LimitedLines): void {
  const refused = new WeakSet<Duplex>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Each further byte is another error.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === "ECONNRESET" || isSpare(error, socket)) socket.destroy();
    else refuseNext(socket, refusals[error.code ?? ""] ?? unreadable, log);
  });
  server.on("connect", (_request, socket) => {
    // Who has hung up meanwhile is nothing to end for.
    socket.on("error", () => undefined);
    refuse(socket, tunnel, log);
  });
}

/** A connection that a browser or a balancer opened to have one, and that nothing ever came over. */
function isSpare({ code }: NodeJS.ErrnoException, socket: Duplex): boolean {
  return code === "ERR_HTTP_REQUEST_TIMEOUT" && socket instanceof Socket && socket.bytesRead === 0;
}

function refuseNext(socket: Duplex, refusal: Refusal, log: LimitedLines): void {
  const underWay = responseOn(socket);
  // One whose request never came whole is the one that cannot be read.
  if (underWay?.req.complete === true) underWay.once("close", () => refuseNext(socket, refusal, log));
  else if (!socket.writable || underWay?.headersSent === true) socket.destroy();
  else refuse(socket, refusal, log);
}

function refuse(socket: Duplex, refusal: Refusal, log: LimitedLines): void {
  const reference = newReference();
  log("A request was refused before it could be read.", { reference, code: refusal.code });
  socket.end(answerOf(refusal, reference));
}

function answerOf({ status, code, error, next }: Refusal, reference: string): string {
  const body = JSON.stringify({
    error,
    code,
    next: next ?? "Send one whole HTTP/1.1 request after the other.",
    reference,
  });
  const headers = [
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    "Cache-Control: no-store",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `HTTP/1.1 ${status}\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
}
