/**
 * What a page sends to begin something when it is pressed, told from what it sends by itself, as one that looks for news
 * does: when each went out, and when its answer came.
 */
import type { Page, Request } from "playwright-core";

/** One request since the press, dated as calls are. */
export type Sending = {
  /** Method, address and body: what is alike in these was sent before anybody pressed. */
  readonly what: string;
  readonly sentAt: number;
  /** When the answer began to come; nothing while it has not. */
  readonly answeredAt?: number;
  readonly status?: number;
};

export type Sendings = {
  /** What is sent from now on is of the press, and once that is done it may have been answered. */
  press(click: () => Promise<void>): Promise<void>;
  /** What was sent since the press and never before it. */
  own(): readonly Sending[];
  /** Whether all of that was answered, whatever the answers. */
  isAnswered(): boolean;
  /** Whether the app has said yes to it. */
  isTaken(): boolean;
};

/**
 * Watches what a page sends, and where it goes on. What it only asks for may be the news that it looks for anyway.
 *
 * @param before what it had sent before it was watched.
 * @param now as calls are dated.
 */
export function watchSendings(
  page: Pick<Page, "on">,
  before: readonly string[],
  now: () => number,
): Sendings {
  const known = new Set(before);
  const sent = new Map<Request, Sending>();
  let state: "before" | "pressing" | "pressed" | "taken" = "before";
  const own = () => [...sent.values()];
  // Once said, it stands, whatever a page sends afterwards and is closed over.
  const hear = () => {
    if (state === "pressed" && isSaidYes(own())) state = "taken";
  };
  page.on("request", (request) => {
    if (!isSending(request)) return;
    const what = describeSending(request.method(), request.url(), request.postData() ?? "");
    if (state === "before") known.add(what);
    else if (!known.has(what)) sent.set(request, { what, sentAt: now() });
  });
  page.on("response", (response) => {
    const request = response.request();
    const sending = sent.get(request);
    if (sending === undefined) return;
    // The browser says exactly when it went out; the news of that may be late here.
    const { startTime } = request.timing();
    const wentOutAt = startTime > 0 ? now() - (Date.now() - startTime) : sending.sentAt;
    sent.set(request, {
      what: sending.what,
      sentAt: Math.min(sending.sentAt, wentOutAt),
      answeredAt: now(),
      status: response.status(),
    });
    hear();
  });
  return {
    press: async (click) => {
      state = "pressing";
      await click();
      state = "pressed";
      hear();
    },
    own,
    isAnswered: () => state === "taken" || (sent.size > 0 && own().every(isAnswered)),
    isTaken: () => state === "taken",
  };
}

function isAnswered({ answeredAt }: Sending): boolean {
  return answeredAt !== undefined;
}

function isSending(request: Request): boolean {
  return request.method() !== "GET" || request.isNavigationRequest();
}

/** What two requests have in common that a page sends again and again. */
export function describeSending(method: string, url: string, body: string): string {
  return `${method} ${url} ${body}`;
}

/**
 * Whether the app has said yes to what was pressed: to one at least of all that was sent for the first time then, and to none
 * of it anything else or nothing yet.
 */
export function isSaidYes(own: readonly Sending[]): boolean {
  const answered = own.filter(({ status = 400 }) => status < 400);
  const said = new Set(answered.map(({ what }) => what));
  return own.length > 0 && own.every(({ what }) => said.has(what));
}

/**
 * Whether something was asked and done between a request of the page and its answer, all of it: whoever pressed sees what
 * became of it. Where the page sent nothing it can't be known to go on behind it.
 */
export function isWaitedFor(
  done: readonly { readonly at: number; readonly endedAt: number | null }[],
  own: readonly Sending[],
): boolean {
  const [first] = done;
  if (first === undefined) return false;
  if (own.length === 0) return done.every(({ endedAt }) => endedAt !== null);
  const begun = Math.min(...done.map(({ at, endedAt }) => endedAt ?? at));
  return own.some(
    ({ sentAt, answeredAt = Number.POSITIVE_INFINITY }) =>
      sentAt <= begun && done.every(({ endedAt }) => endedAt !== null && endedAt <= answeredAt),
  );
}
