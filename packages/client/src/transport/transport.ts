/**
 * One call to the Cloud API, from the permission check before the wire to the parsed answer: time-out, size limit,
 * exact JSON, typed refusals, retries. The only file that touches the network or reveals the key. Contract section 8.
 */
import { parseExactJson, type Scope, type Secret, stringifyExactJson } from "@annex/protocol/words";
import {
  type CloudError,
  CloudRefused,
  CoreError,
  InvalidRequest,
  KeyRefused,
  KeyRevoked,
  MissingScope,
  UnexpectedAnswer,
} from "../errors/index.ts";
import { type CloudClock, datedAt } from "./cloud-clock.ts";
import { type KnownPages, knownPages } from "./known-pages.ts";
import { networkFailure, readRefusal } from "./refusals.ts";
import { backoff, nextWait, type Repeat, type RetryPolicy } from "./retry.ts";

/** A call that was answered 401. Contract section 5, the two rows on a 401. */
export interface KeyRejection {
  /** `key_revoked` is Cloud's own word and a verdict on the key; `key_refused` is any other 401 and is none. */
  readonly code: "key_revoked" | "key_refused";
  /** The call's id in Cloud's audit log, or the client's own where the answer names none. */
  readonly requestId: string;
  /** How often this one call was answered 401 so far, from 1. */
  readonly rejections: number;
  /** The key that this call was sent with: another one may have taken its place since. */
  readonly apiKey: Secret;
}

/**
 * What the app says to a rejected key: `retry` while the installation is younger than its grace time (contract
 * section 5), `final` after that. The client waits with backoff before each further try, and tries a `key_refused`
 * as often as any fault that may pass, whatever the verdict.
 */
export type KeyVerdict = "retry" | "final";

/** What a transport is made of; `createClient` fills it from its options. Times in milliseconds. */
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
  readonly cloudClock: CloudClock;
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly random: () => number;
  readonly requestId: () => string;
  readonly onKeyRejected: (rejection: KeyRejection) => KeyVerdict | Promise<KeyVerdict>;
}

/** What a caller can say about any call. Contract section 8. */
export interface CallOptions {
  /** Ends the call, waits included; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** One call as it is sent. */
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

/** An answer that was read whole. */
export interface Answer {
  readonly status: number;
  /** Parsed JSON with whole numbers exact; undefined when the body is empty. */
  readonly value: unknown;
  readonly requestId: string;
}

/** How a call ended, and whether an earlier try may have been carried out without our hearing of it. */
export interface Attempt {
  readonly result: Answer | CloudError;
  readonly earlierTryUnknown: boolean;
}

/** What every call of the client goes through. */
export interface Transport {
  /** Sends a call. @throws CloudError, or the signal's reason. */
  send(call: Call): Promise<Answer>;
  /** As `send`, for callers that must know about earlier tries. */
  attempt(call: Call): Promise<Attempt>;
  /** Opens the key, and rejects as a call would where there is none. */
  ready(): Promise<void>;
  readonly sleep: TransportParts["sleep"];
  readonly cloudClock: Pick<CloudClock, "now" | "toCloud">;
  /** What the server has shown of its pages. */
  readonly knownPages: (collection: string) => KnownPages;
}

/** Makes the transport of one installation. */
export function createTransport(parts: TransportParts): Transport {
  const attempt = (call: Call) => sendWithRetries(parts, call);
  return {
    attempt,
    sleep: parts.sleep,
    cloudClock: parts.cloudClock,
    knownPages: knownPages(parts.fetch, parts.baseUrl),
    async ready() {
      await parts.apiKey();
    },
    async send(call) {
      const { result } = await attempt(call);
      if (result instanceof Error) throw result;
      return result;
    },
  };
}

async function sendWithRetries(parts: TransportParts, call: Call): Promise<Attempt> {
  const missing = missingScope(parts, call.scope);
  if (missing !== undefined) return { result: missing, earlierTryUnknown: false };
  let failures = 0;
  let rejections = 0;
  let earlierTryUnknown = false;
  for (;;) {
    call.options?.signal?.throwIfAborted();
    const apiKey = await parts.apiKey();
    const result = await sendOnce(parts, call, apiKey);
    if (!(result instanceof Error)) return { result, earlierTryUnknown };
    let wait: number | undefined;
    if (isRejection(result)) {
      rejections += 1;
      wait = await waitAfterRejection(parts, result, rejections, apiKey);
    }
    if (wait === undefined) {
      failures += 1;
      wait = nextWait(result, failures, call.repeat, parts.retry, parts.random);
    }
    if (wait === undefined)
      return { result: earlierTryUnknown ? stillUnknown(result) : result, earlierTryUnknown };
    earlierTryUnknown ||= result.outcome === "unknown";
    await parts.sleep(wait, call.options?.signal);
  }
}

/** A last try that was not sent, or turned away at the door, says nothing of one before it whose answer was lost. */
function stillUnknown(error: CloudError): CloudError {
  if (error instanceof CoreError || error instanceof CloudRefused) return error;
  return Object.assign(error, { outcome: "unknown" as const });
}

function missingScope(parts: TransportParts, scope: Scope): MissingScope | undefined {
  if (parts.grantedPermissions === undefined || parts.grantedPermissions.includes(scope)) return undefined;
  return new MissingScope(scope);
}

function isRejection(error: CloudError): error is KeyRevoked | KeyRefused {
  return error instanceof KeyRevoked || error instanceof KeyRefused;
}

async function waitAfterRejection(
  parts: TransportParts,
  error: KeyRevoked | KeyRefused,
  rejections: number,
  apiKey: Secret,
): Promise<number | undefined> {
  const requestId = error.requestId ?? "";
  const verdict = await parts.onKeyRejected({ code: error.code, requestId, rejections, apiKey });
  return verdict === "retry"
    ? parts.retry.baseMilliseconds + backoff(parts.retry, rejections, parts.random)
    : undefined;
}

async function sendOnce(parts: TransportParts, call: Call, apiKey: Secret): Promise<Answer | CloudError> {
  const requestId = parts.requestId();
  const timeout = AbortSignal.timeout(parts.timeoutMilliseconds);
  const callerSignal = call.options?.signal;
  const signal = callerSignal === undefined ? timeout : AbortSignal.any([timeout, callerSignal]);
  // Outside of the try: what goes wrong in here is no matter of the network.
  const request = prepareRequest(parts, call, { requestId, signal, apiKey });
  try {
    const response = await parts.fetch(request.url, request.init);
    parts.cloudClock.hear(response.headers);
    const text = await readText(response, parts.maximumAnswerBytes);
    const answeredId = response.headers.get("x-request-id") ?? requestId;
    return readAnswer(response, text, parts, { requestId: answeredId, coreWrite: isCoreWrite(call) });
  } catch (error) {
    if (error instanceof UnexpectedAnswer) return new UnexpectedAnswer(error.reason, { requestId });
    if (callerSignal?.aborted === true && !timeout.aborted) throw callerSignal.reason;
    return networkFailure(error, timeout.aborted ? parts.timeoutMilliseconds : undefined, requestId);
  }
}

type Sending = { readonly requestId: string; readonly signal: AbortSignal; readonly apiKey: Secret };

function prepareRequest(parts: TransportParts, call: Call, { requestId, signal, apiKey }: Sending) {
  const url = new URL(parts.baseUrl + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  // Last, so that no caller can put another instance in its place.
  url.searchParams.set("instance_id", parts.instanceId);
  const headers = new Headers({ accept: "application/json", "x-request-id": requestId });
  setKey(headers, apiKey);
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
    throw new InvalidRequest("apiKey", "holds a character that no header can carry");
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

/** A date that an answer names, such as until when to wait, is one of the clock that dated the answer. */
function timeOf({ headers }: Response, { clock }: TransportParts): Date {
  return datedAt(headers) ?? clock();
}

function isCoreWrite(call: Call): boolean {
  return call.scope === "data:write" && call.path.startsWith("/proxy/");
}

function readAnswer(
  response: Response,
  text: string,
  parts: TransportParts,
  known: { readonly requestId: string; readonly coreWrite: boolean },
): Answer | CloudError {
  const { status } = response;
  const { requestId } = known;
  if (status < 200 || status > 299)
    return readRefusal({ status, headers: response.headers, text, now: timeOf(response, parts), ...known });
  if (text.trim() === "") return { status, value: undefined, requestId };
  try {
    return { status, value: parseExactJson(text), requestId };
  } catch {
    return new UnexpectedAnswer("it is not JSON", { requestId, status });
  }
}
