/** The headers of every answer, and the key asked for (contract section 4). */
import { createHash, timingSafeEqual } from "node:crypto";
import { CoreFailure } from "./errors.ts";

const securityHeaders: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cache-Control": "no-store",
  "X-Rate-Limit-Limit": "5000000.00",
  "X-Rate-Limit-Duration": "1",
  "RateLimit-Limit": "5000000",
  "RateLimit-Reset": "1",
  "RateLimit-Remaining": "10000000",
};

/** Security and rate headers for an answer to a request from `peer`. */
export function answerHeaders(
  requestHeaders: Readonly<Record<string, string>>,
  peer: string,
): Record<string, string> {
  const headers: Record<string, string> = { ...securityHeaders, "X-Rate-Limit-Request-Remote-Addr": peer };
  const forwardedFor = requestHeaders["x-forwarded-for"];
  if (forwardedFor !== undefined) headers["X-Rate-Limit-Request-Forwarded-For"] = forwardedFor;
  if (requestHeaders["x-forwarded-proto"] === "https") {
    headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains";
  }
  return headers;
}

/**
 * Checks `X-Blnk-Key` against the ledger's key; the root and the health check are open.
 *
 * @throws CoreFailure AUTH_MISSING_API_KEY or AUTH_INVALID_API_KEY.
 */
export function checkKey(
  key: string | undefined,
  path: string,
  requestHeaders: Readonly<Record<string, string>>,
): void {
  if (key === undefined || path === "/" || path === "/health") return;
  const sent = requestHeaders["x-blnk-key"] ?? "";
  if (sent === "") {
    throw new CoreFailure("AUTH_MISSING_API_KEY", "Authentication required. Use X-Blnk-Key header");
  }
  if (!timingSafeEqual(digest(sent), digest(key))) {
    throw new CoreFailure("AUTH_INVALID_API_KEY", "Invalid API key");
  }
}

function digest(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
