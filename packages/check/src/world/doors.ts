/** Knocking at an app's doors as Cloud does. Every request has an end. Contract sections 3, 4 and 7. */
import { connect } from "node:net";
import { type Answer, describeAnswer } from "../evidence/index.ts";
import { type Knock, note, noteKnock, noteLate } from "./trace.ts";

/** How long Cloud waits for an answer, in milliseconds. Contract sections 3, 4 and 7. */
export const longestAnswer = 10_000;
/** A little more, so that "too late" and "never" can be told apart. */
const longestWait = 12_000;
const longestBody = 2 * 1024 * 1024;

export type SendOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined;
  readonly milliseconds?: number;
  /** Only whether anything answers yet: no part of what a rule does. */
  readonly isProbe?: true;
  /** How it was sent; a GET is a page's, whatever else is odd. */
  readonly manner?: Knock["manner"];
};

/** One request to the app. Never throws: what went wrong is in the answer. Redirects are not followed. */
export async function send(method: string, url: string, options: SendOptions = {}): Promise<Answer> {
  if (options.isProbe === true) return ask(method, url, options);
  const knock = noteKnock(url, options.manner ?? (method === "GET" ? "page" : "odd"));
  const answer = await ask(method, url, options);
  knock.isAnswered = answer.status !== null;
  knock.isInVain = answer.error?.includes(refusedConnection) === true;
  const size = options.body === undefined ? "" : ` (${options.body.length} bytes)`;
  note(`${method} ${url}${size} → ${describeAnswer(answer)} [${Math.round(answer.milliseconds)} ms]`);
  // What ends a connection may be another rule that ended the app.
  if (answer.status === null || answer.milliseconds > longestAnswer)
    noteLate(`${method} ${new URL(url).pathname}`);
  return answer;
}

async function ask(method: string, url: string, options: SendOptions): Promise<Answer> {
  const started = performance.now();
  const longest = options.milliseconds ?? longestWait;
  try {
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: { "user-agent": "Annex-Check", connection: "close", ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
      signal: AbortSignal.timeout(longest),
    });
    const read = await readLimited(response);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      cookies: response.headers.getSetCookie(),
      ...read,
      milliseconds: performance.now() - started,
      error: null,
    };
  } catch (cause) {
    const error = problemOf(cause, longest);
    return {
      status: null,
      headers: {},
      cookies: [],
      text: "",
      milliseconds: performance.now() - started,
      error,
    };
  }
}

async function readLimited(response: Response): Promise<Pick<Answer, "text" | "isCut">> {
  if (response.body === null) return { text: "" };
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body) {
    parts.push(part);
    length += part.length;
    if (length > longestBody) break;
  }
  const text = Buffer.concat(parts).toString("utf8");
  return length > longestBody ? { text, isCut: true } : { text };
}

/** Nobody listens where it was sent. */
export const refusedConnection = "ECONNREFUSED";

/** What took longer than anybody waits. */
const tooLong = "gave no whole answer within";

/** Whether an answer was waited for in vain; where nobody was there to give one is another matter. */
export function isUnanswered({ error }: Pick<Answer, "error">): boolean {
  return error?.startsWith(tooLong) === true;
}

/** The few words of a network failure that help. */
function problemOf(cause: unknown, longest: number): string {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (error.name === "TimeoutError" || error.name === "AbortError") return `${tooLong} ${longest / 1000} s`;
  const inner = error.cause instanceof Error ? error.cause : error;
  const code = "code" in inner && typeof inner.code === "string" ? inner.code : inner.message;
  return `gave no answer (${code})`;
}

/** An event, as Cloud posts it. */
export async function deliver(
  callback: string,
  event: unknown,
  options: Omit<SendOptions, "body"> = {},
): Promise<Answer> {
  return post(callback, event, options);
}

/** A portal request, as Cloud posts it. */
export async function requestPortal(
  portal: string,
  request: unknown,
  options: Omit<SendOptions, "body"> = {},
): Promise<Answer> {
  return post(portal, request, options);
}

function post(url: string, body: unknown, options: Omit<SendOptions, "body">): Promise<Answer> {
  const headers = { "content-type": "application/json", accept: "application/json", ...options.headers };
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return send("POST", url, { ...options, headers, body: text });
}

type RawOptions = {
  readonly pauseMilliseconds?: number;
  readonly milliseconds?: number;
  readonly ends?: Promise<unknown>;
};

/**
 * Bytes straight onto a connection, for HTTP that no client library writes.
 *
 * @param ends when it comes about, the connection is broken off.
 * @returns what came back, no more than is read of any answer.
 */
export async function sendRaw(
  url: string,
  chunks: readonly string[],
  { pauseMilliseconds = 60, milliseconds = 6000, ends }: RawOptions = {},
): Promise<string> {
  const { hostname, port, protocol } = new URL(url);
  const knock = noteKnock(url, "odd");
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || (protocol === "https:" ? 443 : 80),
    });
    const timer = setTimeout(() => socket.destroy(), milliseconds);
    void ends?.then(() => socket.destroy());
    socket.on("data", (data) => {
      received += data.toString("latin1");
      if (received.length > longestBody) socket.destroy();
    });
    socket.on("error", ({ message }) => {
      knock.isInVain = message.includes(refusedConnection);
      socket.destroy();
    });
    socket.on("close", () => {
      clearTimeout(timer);
      knock.isAnswered = received !== "";
      note(`raw HTTP to ${url} → ${received.split("\r\n", 1)[0] ?? ""}`);
      resolve(received);
    });
    chunks.forEach((chunk, position) => {
      setTimeout(() => socket.writable && socket.write(chunk), position * pauseMilliseconds);
    });
  });
}
