/** Answers that pages ask for again and again, and that need not be sent twice. */
import { hash } from "node:crypto";
import { stringifyExactJson } from "@annex/protocol/words";
import type { PortalContext } from "../interface.ts";

/** JSON with an `ETag`, or 304 where the page has it already. */
export function tagged(c: PortalContext, value: unknown): Response {
  const body = stringifyExactJson(value);
  const tag = `"${hash("sha256", body, "base64url").slice(0, 27)}"`;
  const headers = { etag: tag, "cache-control": "no-store" };
  if (c.request.headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "content-type": "application/json; charset=utf-8" } });
}
