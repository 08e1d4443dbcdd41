/** From what went wrong on the wire to the error a caller gets: pure functions. Contract section 8, Refusals. */
import { isScope, wordsOfCloud } from "@annex/protocol/words";
import {
  type CloudError,
  CloudRateLimited,
  CloudRefused,
  CloudUnreachable,
  CoreError,
  InstanceUnavailable,
  KeyRefused,
  KeyRevoked,
  MissingScope,
  type Outcome,
  UnexpectedAnswer,
} from "../errors/index.ts";
import { retryAfterSeconds } from "./retry.ts";

/** An answer outside 200 to 299. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly now: Date;
  readonly requestId: string;
  /** Whether the call was a write on its way to Core, which may have come through before Cloud lost the instance. */
  readonly coreWrite: boolean;
}

/** The error that an answer outside 200 to 299 stands for. */
export function readRefusal(answer: RefusedAnswer): CloudError {
  const { status, requestId } = answer;
  const facts = { status, requestId };
  const body = wordsOfCloud(answer.headers.get("content-type"), answer.text);
  const core = readCoreDetail(body);
  if (core !== undefined && core.coreCode !== "GEN_RATE_LIMITED") return new CoreError({ ...facts, ...core });
  const code = textOf(body["code"]);
  const wait = retryAfterSeconds(answer.headers.get("retry-after"), answer.now);
  if (status === 429) return new CloudRateLimited({ ...facts, retryAfterSeconds: wait });
  if (status === 401) return keyError(code, facts);
  if (status === 503 && code === "instance_unavailable") {
    const outcome: Outcome = answer.coreWrite ? "unknown" : "refused";
    return new InstanceUnavailable({ ...facts, retryAfterSeconds: wait, outcome });
  }
  if (code === "missing_scope") {
    const scope = body["required_scope"];
    return new MissingScope(isScope(scope) ? scope : undefined, facts);
  }
  if (code !== undefined) {
    const message = textOf(body["error"]) ?? `status ${status}`;
    return new CloudRefused({ ...facts, cloudCode: code, message });
  }
  return withoutBody(status, facts);
}

/** Only Cloud's own word is a verdict on a key: anything between here and Cloud can answer 401 too. */
function keyError(code: string | undefined, facts: { status: number; requestId: string }): CloudError {
  return code === "key_revoked" ? new KeyRevoked(facts) : new KeyRefused({ ...facts, word: code });
}

/** What a status means when its body says nothing that can be read. */
function withoutBody(status: number, facts: { status: number; requestId: string }): CloudError {
  if (status >= 500)
    return new CloudUnreachable({ ...facts, reason: `it answered ${status}`, outcome: "unknown" });
  if (status === 404)
    return new CloudRefused({
      ...facts,
      cloudCode: "not_found",
      message: "There is no such route or record.",
    });
  if (status >= 300 && status < 400)
    return new UnexpectedAnswer(`it redirects elsewhere (status ${status})`, {
      ...facts,
      outcome: "refused",
    });
  return new CloudRefused({
    ...facts,
    cloudCode: `http_${status}`,
    message: `It answered with status ${status}.`,
  });
}

function readCoreDetail(body: Readonly<Record<string, unknown>>) {
  const detail = body["error_detail"];
  if (typeof detail !== "object" || detail === null) return undefined;
  const fields = detail as Readonly<Record<string, unknown>>;
  const code = textOf(fields["code"]);
  if (code === undefined) return undefined;
  return { coreCode: code, message: textOf(fields["message"]) ?? code, details: fields["details"] };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Failures after which it is certain that no byte of the request was received. */
const notSentReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "its host name does not resolve",
  EAI_AGAIN: "its host name cannot be resolved at the moment",
  EHOSTUNREACH: "there is no route to its host",
  ENETUNREACH: "there is no network",
  UND_ERR_CONNECT_TIMEOUT: "the connection could not be opened in time",
};

/** The error for a request that got no answer. `timedOutAfter` in milliseconds, when that was the cause. */
export function networkFailure(
  error: unknown,
  timedOutAfter: number | undefined,
  requestId: string,
): CloudUnreachable {
  if (timedOutAfter !== undefined) {
    const reason = `it did not answer within ${timedOutAfter / 1000} seconds`;
    return new CloudUnreachable({ reason, outcome: "unknown", requestId });
  }
  const code = causeCode(error);
  const known = code === undefined ? undefined : notSentReasons[code];
  const reason = known ?? `the connection failed${code === undefined ? "" : ` (${code})`}`;
  const outcome = known === undefined ? "unknown" : "not-sent";
  return new CloudUnreachable({ reason, outcome, requestId, cause: error });
}

function causeCode(error: unknown): string | undefined {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 4;
    current = current.cause, depth += 1
  ) {
    const code = (current as { code?: unknown }).code;
    if (typeof code === "string") return code;
  }
  return undefined;
}
