/**
 * The way of an app's call through Node's own server: decision record 2 keeps the router away from where many small
 * calls come. Reads what the gateway asks for, writes what it answers, and ends a connection where a fault wants that.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { filterCollections } from "@annex/protocol";
import type { Logger } from "pino";
import type { Gateway, GatewayReply } from "../gateway/index.ts";
import { asRefusal, guards, refusalBody } from "../http/answers.ts";
import { readIncoming } from "../http/bodies.ts";
import { newRequestId, type Surroundings } from "../surroundings.ts";

const families = new RegExp(
  `^/(?:(?:data|proxy|alerts)(?:[/?]|$)|(?:${filterCollections.join("|")})/filter(?:\\?|$))`,
);

/**
 * Whether a request target belongs to the Cloud API whoever asks, and however. One that is written in a
 * roundabout way belongs to it too, and names none of its routes: no other door is to read it as its own.
 *
 * @example
 * ```ts
 * isCloudCall("/proxy/ledgers?instance_id=inst_1"); // true
 * isCloudCall("/x/%2e%2e/admin/state");             // true: 404 there
 * isCloudCall("/assets/main.js");                   // false
 * ```
 */
export function isCloudCall(target: string): boolean {
  return families.test(target) || !isPlain(targetOf(target));
}

const roundabout = new RegExp(
  [
    // A step, as it is or encoded in part.
    "/(?:\\.|%2e){1,2}(?:/|$)",
    // A letter, digit or mark that needs no encoding.
    "%(?:4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae]|3[0-9]|2[de])",
    // What ends or parts a path for some readers and not for others.
    "[\\\\#]|%(?:00|5c)",
  ].join("|"),
  "i",
);

/** Whether a path is written as it is read: no steps, nothing encoded that need not be. */
function isPlain(target: string): boolean {
  const [path = ""] = target.split("?", 1);
  return path.startsWith("/") && !roundabout.test(path);
}

type Tools = Pick<Surroundings, "clock" | "random"> & { readonly log: Logger };

/** Answers a call of the Cloud API. Never throws. */
export async function answerCall(
  gateway: Gateway,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  tools: Tools,
): Promise<void> {
  const reply = await gateway
    .answer({
      method: incoming.method ?? "GET",
      target: targetOf(incoming.url ?? "/"),
      header: (name) => headerOf(incoming, name),
      body: (limit) => readIncoming(incoming, limit),
    })
    .catch((error: unknown) => failed(error, tools));
  send(reply, tools.clock(), incoming, outgoing);
}

/** Path and query as they were written; a proxy may be asked with the whole URL. */
function targetOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?]*/i, "");
  return path === "" || path.startsWith("?") ? `/${path}` : path;
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}

function failed(error: unknown, tools: Tools): GatewayReply {
  const reference = newRequestId(tools);
  const refusal = asRefusal(error, reference, tools.log);
  const body = JSON.stringify({ ...refusalBody(refusal), reference });
  const headers = { ...guards, "content-type": "application/json; charset=utf-8" };
  return { status: refusal.status, headers, body };
}

function send(
  { status, headers, body, cut }: GatewayReply,
  now: Date,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  if (cut === "all") {
    outgoing.destroy();
    return;
  }
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  // What is still to come of a body is read to nowhere, and nothing else is read from this connection.
  const unread = incoming.complete ? undefined : { connection: "close" };
  const length = hasNoBody(status) ? undefined : { "content-length": bytes.byteLength };
  // Node would tell the machine's time, and the records bear the Cloud's.
  outgoing.writeHead(status, { ...headers, date: now.toUTCString(), ...length, ...unread });
  incoming.resume();
  if (cut === "half") outgoing.write(bytes.subarray(0, bytes.byteLength >> 1), () => outgoing.destroy());
  else outgoing.end(hasNoBody(status) ? undefined : bytes);
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
