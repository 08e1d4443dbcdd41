/**
 * A request and its answer, as little as the framework needs of them: made from
 * Node's own objects on a server and from web-standard ones in `app.fetch`, so
 * that the way of an event builds no object it has no use for.
 */
export type Exchange = {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** With its `?`; empty when there is none. Never logged: it can hold a token. */
  readonly search: string;
  header(name: string): string | undefined;
  /**
   * Address at the other end of the connection; `undefined` where nobody says. No getter: an object that is written
   * with one has a shape of its own for good, and as many as there are requests hold on to each other.
   */
  peer(): string | undefined;
  /** @throws BodyTooLarge when it has more bytes than the limit. */
  body(limit: number): Promise<Uint8Array>;
  /** The same in web-standard form. */
  request(): Request;
};

/** An answer that has not been sent. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** What a door answers; a `Response` where the app's own code made one. */
export type AnyAnswer = Answer | Response;

/** Answers one exchange; never throws. */
export type Handle = (exchange: Exchange) => Promise<AnyAnswer>;

export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
  readonly limit: number;
  constructor(limit: number) {
    super(`The body has more than ${limit} bytes.`);
    this.limit = limit;
  }
}

/** The sender hung up before the whole body was there; nobody is left to answer. */
export class BrokenOff extends Error {
  override readonly name = "BrokenOff";
  constructor(cause?: unknown) {
    super("The request ended before its body did.", { cause });
  }
}

/**
 * Whether an answer is a `Response`, by its name: a library can bring one of its own, and merely naming the global
 * one loads all of `fetch`, which no event needs.
 */
export function isResponse(answer: unknown): answer is Response {
  return Object.prototype.toString.call(answer) === "[object Response]";
}

/** A JSON answer out of JSON text. */
export function jsonAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = noStore,
): Answer {
  return { status, headers: { "content-type": "application/json; charset=utf-8", ...headers }, body: text };
}

/** Nothing here is ever kept by a cache. */
export const noStore = { "cache-control": "no-store" } as const;
