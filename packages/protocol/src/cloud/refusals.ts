/** How the Cloud API says no: one shape for all. Contract section 8, Refusals. */
import { parseExactJson } from "../values/exact-json.ts";

/** The codes of the Cloud API with the HTTP status of each. */
export const cloudRefusalStatus = {
  unauthorized: 401,
  key_revoked: 401,
  missing_scope: 403,
  instance_mismatch: 403,
  instance_id_required: 400,
  instance_unavailable: 503,
  rate_limited: 429,
  not_found: 404,
} as const;

/** A code of the table above. */
export type CloudRefusalCode = keyof typeof cloudRefusalStatus;

/** The body of a refusal. Other codes than the table's can follow; an unknown one is shown as it is. */
export type CloudRefusal = {
  readonly error: string;
  readonly code: CloudRefusalCode | (string & {});
  readonly required_scope?: string;
};

/**
 * What the JSON of an answer of Cloud's says, and nothing where the answer is no JSON object or is a page: a page is a
 * proxy's, and nobody's word on anything, whatever is written on it. Contract section 5, "a 401 later on".
 *
 * @param contentType the header of the answer; some servers send JSON without one.
 * @example
 * ```ts
 * wordsOfCloud("application/json", '{"error":"…","code":"key_revoked"}')["code"]; // "key_revoked"
 * wordsOfCloud("text/html", '{"error":"…","code":"key_revoked"}')["code"]; // undefined
 * ```
 */
export function wordsOfCloud(contentType: string | null, body: string): Readonly<Record<string, unknown>> {
  if (isPage(contentType ?? "")) return {};
  try {
    const value = parseExactJson(body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Not JSON: the status is all there is to go by.
    return {};
  }
}

function isPage(contentType: string): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType);
}
