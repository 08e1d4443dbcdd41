/** Why a request to an app got no answer, in words. */

/** What the codes of Node and of its client mean; the code is said beside it, for whoever looks it up. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "its host name does not resolve",
  EAI_AGAIN: "its host name cannot be resolved at the moment",
  EHOSTUNREACH: "there is no way to its host",
  ENETUNREACH: "there is no network",
  ECONNRESET: "the connection ended before the answer",
  EPIPE: "the connection ended before the answer",
  UND_ERR_SOCKET: "the connection ended before the answer",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the connection ended in the middle of the answer",
  UND_ERR_HEADERS_OVERFLOW: "the head of its answer is too large",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is another host's",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody who is trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is signed by nobody who is trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is signed by nobody who is trusted",
};

export const noAnswerInTime = "no answer in time";

/** Whether a problem is that nobody listened: then nothing was received. */
export function isNobodyThere(problem: string): boolean {
  return problem === inWords("ECONNREFUSED");
}

/** What a network failure means, with the system's code. */
export function networkProblem(cause: unknown): string {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (error.name === "TimeoutError" || error.name === "AbortError") return noAnswerInTime;
  if (isNoHttp(error) || isNoHttp(error.cause)) return "what answers there is no HTTP";
  const code = systemCode(error) ?? systemCode(error.cause);
  return code === undefined ? "the connection failed" : inWords(code);
}

function isNoHttp(error: unknown): boolean {
  return error instanceof Error && error.name === "HTTPParserError";
}

function inWords(code: string): string {
  return `${meanings[code] ?? "the connection failed"} (${code})`;
}

function systemCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
