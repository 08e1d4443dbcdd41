/**
 * What cannot be read as HTTP is told so, and hung up on. Node alone does it at once, over the heads of the requests
 * that came before on the same connection: an install that was carried out would get the 400 of the bytes behind it,
 * and Cloud would cancel it.
 */
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import { responseOn } from "./connections.ts";

type Refusal = { readonly status: string; readonly code: string; readonly error: string };

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

/** Refuses what is no HTTP, after the answers of what was. */
export function refuseUnreadable(server: Server): void {
  const refused = new WeakSet<Duplex>();
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Each further byte is another error.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === "ECONNRESET") socket.destroy();
    else refuseNext(socket, refusals[error.code ?? ""] ?? unreadable);
  });
}

function refuseNext(socket: Duplex, refusal: Refusal): void {
  const underWay = responseOn(socket);
  // One whose request never came whole is the one that cannot be read.
  if (underWay?.req.complete === true) underWay.once("close", () => refuseNext(socket, refusal));
  else if (!socket.writable || underWay?.headersSent === true) socket.destroy();
  else socket.end(answerOf(refusal));
}

function answerOf({ status, code, error }: Refusal): string {
  const body = JSON.stringify({ error, code, next: "Send one whole HTTP/1.1 request after the other." });
  const headers = [
    "Connection: close",
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `HTTP/1.1 ${status}\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
}
