/** One request to an app: the 10 s rule over the whole answer, no redirect followed, a limit on what is read. */
import { callbackBodyLimit, type Secret } from "@annex/protocol";
import { isNobodyThere, networkProblem, noAnswerInTime } from "../registry/index.ts";
import type { Surroundings } from "../surroundings.ts";
import { type TraceContext, traceHeader, traceparent } from "../trace-context.ts";

/** What came back. `status` is null and `error` set where no answer came, or not all of it in time. */
export type AppAnswer = {
  readonly status: number | null;
  readonly body: string;
  readonly durationMilliseconds: number;
  readonly error: string | null;
};

export type Posting = {
  readonly url: Secret;
  /** The exact text; it is sent as it is. */
  readonly body: string;
  readonly trace: TraceContext;
  /** Milliseconds for the whole answer. */
  readonly limit: number;
};

/** Whether the app accepted: any 2xx, complete and in time. */
export function isAccepted(answer: AppAnswer): boolean {
  return answer.error === null && answer.status !== null && answer.status >= 200 && answer.status < 300;
}

/** Whether nothing listened where the app is to be: it has not received anything then. */
export function isNotThere({ error }: AppAnswer): boolean {
  return error?.startsWith(noAnswer) === true && isNobodyThere(error.slice(noAnswer.length));
}

/**
 * Whether what stands before the app, such as a tunnel, found nobody there; or the app itself answered so, which looks
 * the same.
 */
export function mayNotBeThere({ status }: AppAnswer): boolean {
  return status === badGateway;
}

const badGateway = 502;

/**
 * Posts a JSON text to one of an app's URLs. Never throws: whatever goes wrong is in the answer.
 */
export async function sendToApp(
  { url, body, trace, limit }: Posting,
  tools: Pick<Surroundings, "fetch" | "time">,
): Promise<AppAnswer> {
  const deadline = tools.time.deadline(limit);
  const started = performance.now();
  const duration = () => Math.round((performance.now() - started) * 10) / 10;
  try {
    const response = await tools.fetch(url.reveal(), {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        "user-agent": "Annex-Local-Cloud",
        [traceHeader]: traceparent(trace),
        // A kept connection to an app that was just restarted would look like an app that does not answer.
        connection: "close",
      },
      body,
      signal: deadline.signal,
    });
    const text = await readLimited(response);
    return {
      status: response.status,
      body: text,
      durationMilliseconds: duration(),
      error: statusProblem(response),
    };
  } catch (cause) {
    return {
      status: null,
      body: "",
      durationMilliseconds: duration(),
      error: describe(cause, limit),
    };
  } finally {
    deadline.release();
  }
}

/** What is over the limit is left unread: the status has been answered by then. */
async function readLimited(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < callbackBodyLimit) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(parts).toString("utf8");
    parts.push(value);
    length += value.length;
  }
  await reader.cancel();
  return Buffer.concat(parts).subarray(0, callbackBodyLimit).toString("utf8");
}

function statusProblem(response: Response): string | null {
  if (response.ok) return null;
  const redirected = response.status >= 300 && response.status < 400;
  return redirected
    ? `answered ${response.status}; redirects are not followed`
    : `answered ${response.status} instead of 2xx`;
}

const noAnswer = "no answer: ";

function describe(cause: unknown, timeout: number): string {
  const problem = networkProblem(cause);
  return problem === noAnswerInTime ? tooSlow(timeout) : `${noAnswer}${problem}`;
}

/** What is said of an answer that did not come in time. */
export function tooSlow(limit: number): string {
  return `no complete answer within ${limit / 1000} s`;
}
