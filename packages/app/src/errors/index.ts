/**
 * Errors: a family with stable codes, what happened and what to do next, and the
 * two ways to show one: as a page inside the frame and as JSON for the portal's
 * calls, each with a reference that is in the log. Implements contract section 10;
 * the words of its nine states are the protocol's.
 */
import { type Answer, jsonAnswer, noStore } from "../http/exchange.ts";
import { randomBytes } from "../process/random-bytes.ts";
import type { AppError } from "./app-error.ts";

/** A reference to tell a person's report from others in the log. */
export function newReference(): string {
  return `ref_${randomBytes(8).toString("hex")}`;
}

/** The error as JSON: the shape every refused portal call has. */
export function errorAnswer(error: AppError, reference: string): Answer {
  const body = {
    error: error.whatHappened,
    code: error.code,
    next: error.whatToDo,
    reference,
    ...error.details,
  };
  return jsonAnswer(error.status, JSON.stringify(body), {
    ...noStore,
    ...retryAfterHeader(error),
    ...encodingHeader(error.status),
  });
}

function retryAfterHeader(error: AppError): Record<string, string> {
  const { retry_after } = error.details;
  return retry_after === undefined ? {} : { "retry-after": String(Math.ceil(retry_after)) };
}

/** What a body may be encoded with, for who sent one that is: not at all. */
export function encodingHeader(status: number): Readonly<Record<string, string>> {
  return status === 415 ? { "accept-encoding": "identity" } : {};
}

/** What any unknown path answers, and a wrong secret too: the two cannot be told apart. */
export const notFound: Answer = jsonAnswer(
  404,
  JSON.stringify({ error: "There is nothing at this address.", code: "not_found" }),
);
