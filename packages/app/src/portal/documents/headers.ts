import { embeddingHeader } from "@annex/protocol/words";
import { randomBytes } from "../../process/random-bytes.ts";
import { type ContentPolicy, checkContentPolicy, pageDirectives, scriptDirective } from "./content-policy.ts";

/** One for each document: only scripts that carry it run. */
export function newNonce(): string {
  return randomBytes(16).toString("base64");
}

/** Headers of a document, by what may run in it. */
export type DocumentHeaders = {
  /** A page of the app: its own files, and inline scripts with the nonce. Styles may be inline, as component libraries write them. */
  page(nonce: string): Readonly<Record<string, string>>;
  /** A page of the framework: no script, or one of the framework's with the nonce. */
  plain(nonce: string, hasScript?: boolean): Readonly<Record<string, string>>;
  /** The directive that says who may frame them. */
  readonly ancestors: string;
};

/**
 * The headers every document of the portal carries. Only Cloud may frame it, no
 * address leaves through `Referer`, nothing is kept by a cache. There is no
 * `X-Frame-Options`, which could only contradict. Contract section 7 (Embedding header).
 *
 * @param embedOrigins further origins that may frame it, while developing.
 * @param policy what the app's pages may load besides their own.
 */
export function createDocumentHeaders(
  embedOrigins: readonly string[],
  policy: ContentPolicy = {},
): DocumentHeaders {
  checkContentPolicy(policy);
  const ancestors = embeddingHeader(embedOrigins);
  const directives = pageDirectives(policy);
  return {
    ancestors,
    page: (nonce) => documentHeaders(`${ancestors}; ${directives} ${scriptDirective(policy, nonce)}`),
    plain: (nonce, hasScript = false) =>
      documentHeaders(
        `${ancestors}; ${plainPolicy} style-src 'nonce-${nonce}'${hasScript ? `; script-src 'nonce-${nonce}'` : ""}`,
      ),
  };
}

const plainPolicy = "default-src 'none'; base-uri 'none'; form-action 'self'; img-src 'self' data: blob:;";

function documentHeaders(policy: string): Readonly<Record<string, string>> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    ...privateHeaders,
  };
}

/**
 * What a handler answers by itself, or hands on from elsewhere, is shown inside Cloud's frame like the app's other
 * pages: its own policy stays, and who may frame it is said here. Contract section 7 (Embedding header).
 *
 * @param headers of the answer; changed here.
 * @param ancestors the directive.
 */
export function frameAlso(headers: Headers, ancestors: string): void {
  headers.delete("x-frame-options");
  const own = (headers.get("content-security-policy") ?? "").split(",").map(withoutAncestors);
  const policies = [...own.filter((policy) => policy !== ""), ancestors];
  headers.set("content-security-policy", policies.join(", "));
}

function withoutAncestors(policy: string): string {
  const directives = policy.split(";").map((directive) => directive.trim());
  return directives
    .filter((directive) => directive !== "" && !/^frame-ancestors(\s|$)/i.test(directive))
    .join("; ");
}

/** Headers of every answer of the portal, calls included. */
export const privateHeaders = {
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;
