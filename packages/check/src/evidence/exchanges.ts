/** Requests and answers as they were on the wire, from both sides of the app. */

/** What came back on a request. `status` is null where no whole answer came in time; `error` says why. */
export type Answer = {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Each `Set-Cookie` line. */
  readonly cookies: readonly string[];
  readonly text: string;
  /** It is longer than what was read of it. */
  readonly isCut?: true;
  readonly milliseconds: number;
  readonly error: string | null;
};

/** One request to the app with its answer. */
export type Exchange = {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody: string;
  readonly answer: Answer;
  /** Whether a script of a page asked, and no link, form or file of it. */
  readonly isByScript?: boolean;
};

/** One call of the app to the Cloud API. */
export type CloudCall = {
  /** Milliseconds since the check began. */
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly instanceId: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Null while no answer has gone out. */
  status: number | null;
  answerBody: string;
  /** When the answer went out or the connection ended. */
  endedAt: number | null;
  /**
   * Whether the answer went out whole, and so soon that whoever asked surely still listened: on a busy machine an app may
   * have given up just as it came.
   */
  heard: boolean;
};

/** Any 2xx that came whole. */
export function succeeded({ status }: Answer): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** A clear no: any 4xx. */
export function refused({ status }: Answer): boolean {
  return status !== null && status >= 400 && status < 500;
}

const longestQuote = 160;

/** An answer in a few words: `answered 400 in 12 ms: {"error":…}`. */
export function describeAnswer(answer: Answer): string {
  if (answer.status === null) return answer.error ?? "gave no answer";
  const text = answer.text.replaceAll(/\s+/g, " ").trim();
  const quote = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  const size = answer.isCut === true ? ", with more than is read of one answer" : "";
  return `answered ${answer.status}${size}${quote === "" ? "" : `: ${quote}`}`;
}
