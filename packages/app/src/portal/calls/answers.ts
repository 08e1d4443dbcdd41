/** What the app's own handlers answer, made fit to be sent, and to be kept for whoever asks the same again. */
import { stringifyExactJson } from "@annex/protocol/words";
import { type AnyAnswer, isResponse, jsonAnswer } from "../../http/exchange.ts";
import { frameAlso, privateHeaders } from "../documents/headers.ts";
import type { HtmlAnswer, JsonAnswer } from "../interface.ts";

/** A handler's answer that was found possible. */
export type CheckedAnswer =
  /** JSON text; none for a status without a body. */
  | { readonly kind: "json"; readonly status: number; readonly text?: string | undefined }
  | { readonly kind: "html"; readonly status: number; readonly html: string }
  | { readonly kind: "response"; readonly status: number; readonly response: Response };

/** An answer as plain JSON. */
export type KeptAnswer =
  | Exclude<CheckedAnswer, { readonly kind: "response" }>
  | {
      readonly kind: "bytes";
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      /** In base64; absent where there is no body. */
      readonly body?: string | undefined;
    }
  /** It was too large, or a stream without an end: who asked first got it, and nobody else can. */
  | { readonly kind: "gone"; readonly status: number; readonly isPage: boolean };

/** Statuses that have no body, whatever a handler says. */
const bodiless: readonly number[] = [204, 205, 304];
/** Larger answers are not kept, in bytes. */
const keptBytes = 512 * 1024;

/**
 * Looks at a handler's answer. Handlers are not always checked by a compiler,
 * and what reaches the server has to be possible.
 *
 * @throws TypeError saying what is wrong with it; it is in the log then, and the page gets `app_failed`.
 */
export function checkAnswer(answer: unknown): CheckedAnswer {
  if (isResponse(answer)) return { kind: "response", status: answer.status, response: answer };
  if (isHtmlAnswer(answer)) return { kind: "html", html: answer.html, status: checkedStatus(answer.status) };
  if (!isJsonAnswer(answer))
    throw new TypeError("A handler answered neither with c.json nor with a Response.");
  const { json } = answer;
  const status = checkedStatus(answer.status);
  if (bodiless.includes(status)) return { kind: "json", status };
  // The types promise a text, but there is none for undefined, a function or a symbol.
  const text: string | undefined = stringifyExactJson(json);
  if (text === undefined)
    throw new TypeError(`A handler answered ${status} with a value that JSON does not have.`);
  return { kind: "json", status, text };
}

/** What a page of a handler's own becomes, and who may frame what it answers. */
export type Presentation = {
  readonly toPage: (page: HtmlAnswer) => Promise<AnyAnswer>;
  /** The directive of the embedding header. */
  readonly ancestors: string;
};

/** An answer as it is sent. */
export async function toAnswer(
  answer: CheckedAnswer,
  { toPage, ancestors }: Presentation,
): Promise<AnyAnswer> {
  switch (answer.kind) {
    case "response":
      return passedOn(answer.response, ancestors);
    case "html":
      return toPage(answer);
    case "json":
      return answer.text === undefined
        ? { status: answer.status, headers: privateHeaders }
        : jsonAnswer(answer.status, answer.text, privateHeaders);
  }
}

/** An answer as it is kept, and as it is given to who asked first. */
export async function keepAnswer(
  answer: CheckedAnswer,
): Promise<{ readonly kept: KeptAnswer; readonly first: CheckedAnswer }> {
  const { status } = answer;
  if (answer.kind === "html" && answer.html.length > keptBytes)
    return { kept: { kind: "gone", status, isPage: true }, first: answer };
  if (answer.kind === "json" && (answer.text?.length ?? 0) > keptBytes)
    return { kept: { kind: "gone", status, isPage: false }, first: answer };
  return answer.kind === "response" ? keepResponse(answer.response) : { kept: answer, first: answer };
}

async function keepResponse(answer: Response) {
  // Before its bytes are read, since only the response that came from fetch says that they are decompressed.
  const response = await whole(answer);
  const { status, headers, body } = response;
  const head = { kind: "bytes", status, headers: [...headers] } as const;
  if (body === null) return { kept: head, first: checkAnswer(response) };
  const gone = { kind: "gone", status, isPage: isPageHead(headers) } as const;
  const isEndless = (headers.get("content-type") ?? "").startsWith("text/event-stream");
  if (isEndless || response.bodyUsed || Number(headers.get("content-length") ?? 0) > keptBytes)
    return { kept: gone, first: checkAnswer(response) };
  const { chunks, rest } = await readUpTo(body, keptBytes);
  const first = (read: BodyInit) => checkAnswer(new Response(read, { status, headers }));
  if (rest === undefined) {
    const bytes = Buffer.concat(chunks);
    return { kept: { ...head, body: bytes.toString("base64") }, first: first(bytes) };
  }
  return { kept: gone, first: first(joined(chunks, rest)) };
}

/**
 * Whether what is answered takes the place of the page, as a file does not: what is to be saved is one, also where it
 * is HTML.
 *
 * @param headers the answer's, with their names in small letters.
 */
export function isPageHead(headers: Iterable<readonly [string, string]>): boolean {
  const named = new Map(headers);
  const isHtml = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(named.get("content-type") ?? "");
  return isHtml && !/^\s*attachment\b/i.test(named.get("content-disposition") ?? "");
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function readUpTo(body: ReadableStream<Uint8Array>, limit: number) {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size <= limit; ) {
    const { done, value } = await reader.read();
    if (done) return { chunks, rest: undefined };
    chunks.push(value);
    size += value.byteLength;
  }
  return { chunks, rest: reader };
}

function joined(chunks: readonly Uint8Array[], rest: Reader): ReadableStream<Uint8Array> {
  const read = [...chunks];
  return new ReadableStream({
    pull: async (controller) => {
      const next = read.shift();
      const { done, value } = next === undefined ? await rest.read() : { done: false, value: next };
      if (done || value === undefined) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => rest.cancel(reason),
  });
}

/** An answer that was kept, for whoever asks the same again; nothing where it is gone. */
export function recallAnswer(kept: KeptAnswer): CheckedAnswer | undefined {
  if (kept.kind === "gone") return undefined;
  if (kept.kind !== "bytes") return kept;
  const { status, headers, body } = kept;
  const bytes = body === undefined ? null : Buffer.from(body, "base64");
  const response = new Response(bytes, { status, headers: headers.map(([name, value]) => [name, value]) });
  return { kind: "response", status, response };
}

function checkedStatus(status: unknown): number {
  if (Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599) return Number(status);
  throw new TypeError(`A handler answered with the status ${String(status)}; 200 to 599 are possible.`);
}

function isHtmlAnswer(answer: unknown): answer is HtmlAnswer {
  if (typeof answer !== "object" || answer === null || !("html" in answer)) return false;
  if (typeof answer.html === "string") return true;
  throw new TypeError("A handler answered with HTML that is no text.");
}

function isJsonAnswer(answer: unknown): answer is JsonAnswer {
  return typeof answer === "object" && answer !== null && "status" in answer && "json" in answer;
}

async function passedOn(answer: Response, ancestors: string): Promise<Response> {
  const response = await whole(answer);
  for (const [name, value] of Object.entries(privateHeaders))
    if (!response.headers.has(name)) response.headers.set(name, value);
  frameAlso(response.headers, ancestors);
  return response;
}

/** A response whose headers say what its body is. */
async function whole(answer: Response): Promise<Response> {
  const headers = new Headers(answer.headers);
  // What is sent is as long as it is: the length may be that of compressed bytes.
  headers.delete("content-length");
  const body = headers.has("content-encoding") ? await decompressed(answer, headers) : answer.body;
  return new Response(body, { status: answer.status, headers });
}

async function decompressed(answer: Response, headers: Headers): Promise<Response["body"]> {
  const { trueBody } = await import("./handed-on.ts");
  return trueBody(answer, headers);
}
