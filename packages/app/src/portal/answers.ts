/** What the app's own handlers answer, made fit to be sent. */
import { stringifyExactJson } from "@annex/protocol/words";
import type { HtmlAnswer, JsonAnswer } from "../context.ts";
import { type AnyAnswer, isResponse, jsonAnswer } from "../exchange.ts";
import { privateHeaders } from "./headers.ts";

/** Statuses that have no body, whatever a handler says. */
const bodiless: readonly number[] = [204, 205, 304];

/**
 * A handler's answer as it is sent. Handlers are not always checked by a compiler,
 * and what reaches the server has to be possible.
 *
 * @throws TypeError saying what is wrong with it; it is in the log then, and the page gets `app_failed`.
 */
export async function toAnswer(
  answer: unknown,
  toPage: (page: HtmlAnswer) => Promise<AnyAnswer>,
): Promise<AnyAnswer> {
  if (isResponse(answer)) return passedOn(answer);
  if (isHtmlAnswer(answer)) return toPage({ html: answer.html, status: checkedStatus(answer.status) });
  if (!isJsonAnswer(answer))
    throw new TypeError("A handler answered neither with c.json nor with a Response.");
  const { json } = answer;
  const status = checkedStatus(answer.status);
  if (bodiless.includes(status)) return { status, headers: privateHeaders };
  // The types promise a text, but there is none for undefined, a function or a symbol.
  const text: string | undefined = stringifyExactJson(json);
  if (text === undefined)
    throw new TypeError(`A handler answered ${status} with a value that JSON does not have.`);
  return jsonAnswer(status, text, privateHeaders);
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

async function passedOn(answer: Response): Promise<Response> {
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(privateHeaders))
    if (!headers.has(name)) headers.set(name, value);
  // What is sent is as long as it is: the length may be that of compressed bytes.
  headers.delete("content-length");
  const body = headers.has("content-encoding") ? await decompressed(answer, headers) : answer.body;
  return new Response(body, { status: answer.status, headers });
}

async function decompressed(answer: Response, headers: Headers): Promise<Response["body"]> {
  const { trueBody } = await import("./handed-on.ts");
  return trueBody(answer, headers);
}
