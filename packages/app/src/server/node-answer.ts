/** Answers onto Node's own response. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { type Answer, type AnyAnswer, isResponse } from "../http/exchange.ts";

/** Sends an answer; resolves when there is no more to do, rejects when it could not be sent whole. */
export function send(
  answer: AnyAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): undefined | Promise<void> {
  // Who asked has hung up.
  if (response.destroyed) return undefined;
  if (isResponse(answer)) return sendResponse(answer, request, response);
  if (request.complete) sendAnswer(answer, request, response);
  else sendEarly(answer, request, response);
  return undefined;
}

function sendAnswer(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = answer;
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** So much is still read of a body that nobody wants, so that its sender gets to hear why. */
const drainedBytes = 32 * 1024 * 1024;
/** Who has sent nothing more of it for so long has heard, or sends no more. */
const drainedMilliseconds = 2000;
/** Statuses whose answers have no body, nor say how long it is. */
const bodiless = new Set([204, 304]);

/**
 * The answer came before the body did. It goes out whole, and its length says so; the connection ends when the body has
 * come too, or no longer comes. Ended at once it would be reset, and who is still writing would lose the answer with it.
 */
function sendEarly(answer: Answer, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = answer;
  const length = bodiless.has(status) ? {} : { "content-length": Buffer.byteLength(body ?? "") };
  response.writeHead(status, { ...headers, ...length, connection: "close" });
  if (body === undefined || request.method === "HEAD") response.flushHeaders();
  else response.write(body);
  const end = () => response.end();
  let drained = 0;
  request.on("data", ({ length }: Buffer) => {
    drained += length;
    if (drained > drainedBytes) end();
  });
  request.once("end", end).once("close", end).setTimeout(drainedMilliseconds, end);
}

async function sendResponse(
  answer: Response,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Hanging up in the middle is nothing to die of.
  response.on("error", () => undefined);
  if (!request.complete) request.resume();
  if (answer.body === null || request.method === "HEAD") {
    response.writeHead(answer.status, nodeHeaders(answer.headers)).end();
    await answer.body?.cancel();
    return;
  }
  const reader = answer.body.getReader();
  response.once("close", () => reader.cancel().catch(() => undefined));
  if (isEndless(answer)) endWithSender(request, response);
  await stream(reader, response, () => response.writeHead(answer.status, nodeHeaders(answer.headers)));
}

function isEndless(answer: Response): boolean {
  return (answer.headers.get("content-type") ?? "").startsWith("text/event-stream");
}

// Events for who has closed his side would be made for nobody, and for ever: there may be none whose sending fails.
function endWithSender({ socket }: IncomingMessage, response: ServerResponse): void {
  const end = () => response.destroy();
  if (socket.readableEnded) end();
  socket.once("end", end);
  response.once("close", () => socket.off("end", end));
}

async function stream(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  response: ServerResponse,
  writeHead: () => void,
): Promise<void> {
  const first = reader.read();
  // A stream that is broken from the start can still be told as what it is: a failure.
  const early = await Promise.race([first, nextTurn()]);
  if (early !== undefined) checkBytes(early);
  writeHead();
  if (early === undefined) response.flushHeaders();
  for (let part = early ?? (await first); !part.done; part = await reader.read()) {
    checkBytes(part);
    if (!response.write(part.value)) await drained(response);
  }
  response.end();
}

function checkBytes(part: ReadableStreamReadResult<unknown>): void {
  if (part.done || part.value instanceof Uint8Array || typeof part.value === "string") return;
  throw new TypeError("A stream of a handler's gave something else than bytes.");
}

function nextTurn(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(resolve, undefined));
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go);
      response.off("close", go);
      resolve();
    };
    if (response.destroyed) return resolve();
    response.on("drain", go);
    response.on("close", go);
  });
}

/** What another server said of its own connection. */
const ofTheConnection = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

function nodeHeaders(headers: Headers): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = Object.fromEntries(headers);
  for (const name of ofTheConnection) delete sent[name];
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) sent["set-cookie"] = cookies;
  return sent;
}
