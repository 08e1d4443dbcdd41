/**
 * One call to the Cloud API, from the permission check before the wire to the parsed answer: time-out, size limit,
 * exact JSON, typed refusals, retries. The only file that touches the network or reveals the key. Contract section 8.
 */
import { parseExactJson, type Scope, type Secret, stringifyExactJson } from "@annex/protocol";
import { type CloudError, CloudUnreachable, KeyRevoked, MissingScope, UnexpectedAnswer } from "./errors.ts";
import { networkFailure, readRefusal } from "./refusals.ts";
import { backoff, nextWait, type Repeat, type RetryPolicy } from "./retry.ts";

/** A key that Cloud answered 401 to. `rejections` counts those of this one call. */
export interface KeyRejection {
  readonly code: string;
  readonly requestId: string;
  readonly rejections: number;
}

/**
 * The app's verdict on a rejected key: `retry` while the installation is younger than its grace time (contract
 * section 5), `revoked` after that. The client waits with backoff before each further try.
 */
export type KeyVerdict = "retry" | "revoked";

/** What a transport is made of; `createClient` fills it from its options. */
export interface TransportParts {
  readonly baseUrl: string;
  readonly instanceId: string;
  readonly apiKey: () => Secret | Promise<Secret>;
  readonly grantedPermissions: readonly Scope[] | undefined;
  readonly timeoutMilliseconds: number;
  readonly maximumAnswerBytes: number;
  readonly retry: RetryPolicy;
  readonly fetch: typeof fetch;
  readonly clock: () => Date;
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random: () => number;
  readonly requestId: () => string;
  readonly onKeyRejected: (rejection: KeyRejection) => KeyVerdict | Promise<KeyVerdict>;
}

/** What a caller can say about any call. */
export interface CallOptions {
  /** Ends the call, waits included; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below the base URL, its segments already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A JSON value, exact; or a form for an upload. */
  readonly body?: unknown;
  readonly scope: Scope;
  readonly repeat: Repeat;
  readonly options?: CallOptions | undefined;
}

export interface Answer {
  readonly status: number;
  /** Parsed JSON with whole numbers exact; undefined when the body is empty. */
  readonly value: unknown;
  readonly requestId: string;
}

/** How a call ended, and whether an earlier try may have been carried out without our hearing of it. */
export interface Outcome {
  readonly result: Answer | CloudError;
  readonly earlierTryUnknown: boolean;
}

export interface Transport {
  /** Sends a call. @throws CloudError, or the signal's reason. */
  send(call: Call): Promise<Answer>;
  /** As `send`, for callers that must know about earlier tries. */
  attempt(call: Call): Promise<Outcome>;
  readonly sleep: TransportParts["sleep"];
}

/** Makes the transport of one installation. */
export function createTransport(parts: TransportParts): Transport {
  const attempt = (call: Call) => sendWithRetries(parts, call);
  return {
    attempt,
    sleep: parts.sleep,
    async send(call) {
      const { result } = await attempt(call);
      if (result instanceof Error) throw result;
      return result;
    },
  };
}

async function sendWithRetries(parts: TransportParts, call: Call): Promise<Outcome> {
  const missing = missingScope(parts, call.scope);
  if (missing !== undefined) return { result: missing, earlierTryUnknown: false };
  let failures = 0;
  let rejections = 0;
  let earlierTryUnknown = false;
  for (;;) {
    call.options?.signal?.throwIfAborted();
    const result = await sendOnce(parts, call);
    if (!(result instanceof Error)) return { result, earlierTryUnknown };
    let wait: number | undefined;
    if (result instanceof KeyRevoked) {
      rejections += 1;
      wait = await waitAfterRejection(parts, result, rejections);
    } else {
      failures += 1;
      wait = nextWait(result, failures, call.repeat, parts.retry, parts.random);
    }
    if (wait === undefined) return { result, earlierTryUnknown };
    earlierTryUnknown ||= mayHaveBeenCarriedOut(result);
    await parts.sleep(wait, call.options?.signal);
  }
}

function missingScope(parts: TransportParts, scope: Scope): MissingScope | undefined {
  if (parts.grantedPermissions === undefined || parts.grantedPermissions.includes(scope)) return undefined;
  return new MissingScope(scope);
}

async function waitAfterRejection(
  parts: TransportParts,
  error: KeyRevoked,
  rejections: number,
): Promise<number | undefined> {
  const requestId = error.requestId ?? "";
  const verdict = await parts.onKeyRejected({ code: error.code, requestId, rejections });
  return verdict === "retry"
    ? parts.retry.baseMilliseconds + backoff(parts.retry, rejections, parts.random)
    : undefined;
}

function mayHaveBeenCarriedOut(error: CloudError): boolean {
  if (error instanceof CloudUnreachable) return !error.notSent;
  return (error.status ?? 500) >= 500;
}

async function sendOnce(parts: TransportParts, call: Call): Promise<Answer | CloudError> {
  const requestId = parts.requestId();
  const timeout = AbortSignal.timeout(parts.timeoutMilliseconds);
  const callerSignal = call.options?.signal;
  const signal = callerSignal === undefined ? timeout : AbortSignal.any([timeout, callerSignal]);
  // Outside of the try: what goes wrong in here is no matter of the network.
  const request = await prepareRequest(parts, call, requestId, signal);
  try {
    const response = await parts.fetch(request.url, request.init);
    const text = await readText(response, parts.maximumAnswerBytes);
    return readAnswer(response, text, parts, response.headers.get("x-request-id") ?? requestId);
  } catch (error) {
    if (error instanceof UnexpectedAnswer) return new UnexpectedAnswer(error.reason, { requestId });
    if (callerSignal?.aborted === true && !timeout.aborted) throw callerSignal.reason;
    return networkFailure(error, timeout.aborted ? parts.timeoutMilliseconds : undefined, requestId);
  }
}

async function prepareRequest(parts: TransportParts, call: Call, requestId: string, signal: AbortSignal) {
  const url = new URL(parts.baseUrl + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  // Last, so that no caller can put another instance in its place.
  url.searchParams.set("instance_id", parts.instanceId);
  const headers = new Headers({ accept: "application/json", "x-request-id": requestId });
  setKey(headers, await parts.apiKey());
  const init: RequestInit = {
    method: call.method,
    headers,
    signal,
    // The key is for this address alone: a redirect is an unexpected answer.
    redirect: "manual",
  };
  if (call.body instanceof FormData) return { url, init: { ...init, body: call.body } };
  if (call.body === undefined) return { url, init };
  headers.set("content-type", "application/json");
  return { url, init: { ...init, body: stringifyExactJson(call.body) } };
}

function setKey(headers: Headers, key: Secret): void {
  try {
    headers.set("authorization", `Bearer ${key.reveal()}`);
  } catch {
    // The platform's own message would quote the key, so it is dropped.
    throw new KeyRevoked();
  }
}

async function readText(response: Response, maximumBytes: number): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest of the body.
    if (bytes > maximumBytes) throw new UnexpectedAnswer(`it is larger than ${maximumBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function readAnswer(
  response: Response,
  text: string,
  parts: TransportParts,
  requestId: string,
): Answer | CloudError {
  const { status } = response;
  if (status < 200 || status > 299)
    return readRefusal({ status, headers: response.headers, text, now: parts.clock(), requestId });
  if (text.trim() === "") return { status, value: undefined, requestId };
  try {
    return { status, value: parseExactJson(text), requestId };
  } catch {
    return new UnexpectedAnswer("it is not JSON", { requestId, status });
  }
}
