/**
 * What the framework refuses a page's call with besides the states of `error-states.ts`: mistakes in what was asked,
 * each with the field and the way out in its answer. A closed set, with the states a `switch` can exhaust. Codes of an
 * app's own, and Core's words that an app hands on, are beside it. Contract sections 5, 7 and 10.
 */
import { type ErrorStateCode, errorStateStatus } from "./error-states.ts";

/** All of them. */
export const callRefusalCodes = [
  "answer_gone",
  "body_too_large",
  "call_under_way",
  "charset_unknown",
  "content_encoding_unknown",
  "data_conflict",
  "database_unavailable",
  "idempotency_key_reused",
  "invalid_body",
  "invalid_idempotency_key",
  "invalid_input",
  "invalid_json",
  "invalid_key",
  "invalid_limit",
  "invalid_query",
  "invalid_secret",
  "member_unknown",
  "method_not_allowed",
  "no_such_effect",
  "no_such_job",
  "no_such_run",
  "not_found",
  "run_state",
] as const;

/** The name of a refusal. */
export type CallRefusalCode = (typeof callRefusalCodes)[number];

/** Every code that the framework itself gives: a state, or a refusal of what was asked. */
export type KnownErrorCode = ErrorStateCode | CallRefusalCode;

/**
 * Whether a code is one of the framework's own. After it a `switch` over the code is one that the compiler can call
 * complete.
 *
 * @example
 * ```ts
 * if (isKnownErrorCode(error.code)) show(pageOf(error.code)); // KnownErrorCode
 * else show(error.whatHappened); // a code of the app's own
 * ```
 */
export function isKnownErrorCode(code: string): code is KnownErrorCode {
  return Object.hasOwn(errorStateStatus, code) || callRefusalCodes.some((known) => known === code);
}
