/**
 * Pages in a real Chromium, in a frame of the dashboard's own origin with third-party cookies blocked,
 * as users meet them. Dialogs are dismissed, downloads refused, endless polling is not waited for, every
 * wait is bounded.
 */
import {
  type BrowserContext,
  errors,
  type Locator,
  type Page,
  type Frame as PlaywrightFrame,
  type Request,
  type Response,
  type Route,
  type WebSocket,
} from "playwright-core";
import type { Answer, Exchange } from "../evidence/index.ts";
import { mostOfPage } from "./browser-memory.ts";
import { carriedOf, noteGiven } from "./carried-cookies.ts";
import { askOutside } from "./outside.ts";
import { plantedElement } from "./planting.ts";
import { askedFor, isHasty, isRestless } from "./repeats.ts";
import { everyElement, everyMarkup, everyWord } from "./roots.ts";
import { pause, within } from "./time.ts";
import { note, noteLate, notePicture } from "./trace.ts";
import type { World } from "./world.ts";

/** What a page was and did, after it had settled. */
export type BrowserVisit = {
  /** Whether the page came up inside the frame. */
  readonly shown: boolean;
  /** Why it did not, where that is known: a sentence's end that goes on from "the page". */
  readonly trouble: string | undefined;
  readonly exchanges: readonly Exchange[];
  readonly finalUrl: string;
  readonly text: string;
  readonly html: string;
  /** Local and session storage of the app's origin, its cookies, its databases, caches and what it keeps beside its address, as one text. */
  readonly storage: string;
  /** The addresses that the frame's own history leads back to. */
  readonly history: readonly string[];
  readonly console: readonly string[];
  /** What the page did by itself that nobody asked for: dialogs, downloads, windows, loading itself anew. */
  readonly unasked: readonly string[];
  /** Whether a record's text has become an element of the page. */
  readonly hasPlantedElement: boolean;
};

export type VisitOptions = {
  readonly width?: number;
  readonly height?: number;
  /** The origin of the page around the frame. */
  readonly around?: string;
  /** Share cookies and storage with another frame, as two tabs do. */
  readonly context?: BrowserContext;
  /** Without the dashboard around it, as `Open` does. */
  readonly alone?: boolean;
  /** No cookie at all, partitioned ones included, as the strictest browsers have it. */
  readonly noCookies?: boolean;
  /** Changes the markup of the app's pages. */
  readonly rewrite?: (html: string) => string;
  /** Opened on a bad day: what never ends or never stops there says nothing of the app's other pages. */
  readonly badDay?: boolean;
  /** How long it is waited for while it loads, in milliseconds. */
  readonly longestLoad?: number;
  /** Called before the page is waited for, while it loads. */
  readonly whileLoading?: (frame: Frame) => Promise<void>;
};

export type Frame = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly exchanges: readonly Exchange[];
  /** Those that its page has opened so far. */
  readonly sockets: readonly WebSocket[];
  /** The app's frame as it is now. */
  inner(): PlaywrightFrame | undefined;
  settle(): Promise<void>;
  /**
   * Presses, and takes that for something asked: a form is sent by the browser when the page's own turn is over, and a page
   * that was at rest before is not to be left, or pressed again, meanwhile.
   */
  press(button: Locator, timeout: number): Promise<void>;
  look(): Promise<BrowserVisit>;
  /** What stands there at this moment, whether or not the page has come to rest. */
  text(): Promise<string>;
  /** Whether a request is still open that was given up waiting for. */
  isWaiting(): boolean;
  /** Why its page can't come up, where that is known: it goes on from "the page". */
  trouble(): string | undefined;
  picture(title: string): Promise<void>;
  close(): Promise<void>;
};

const dashboardOrigin = "https://cloud.blnkfinance.com";
const panel = { width: 412, height: 780 };
const actionTimeLimit = 15_000;
const settleTimeLimit = 9000;
const quietTime = 500;
/** A request open so long is one that waits for news. */
const longestOpen = 6000;
const mostDocuments = 4;
/** A page that has not said by then what it shows is taken as it is. */
const longestRead = 5000;
/** More than anybody reads. What is larger is not read a second time, and of a page no more than this. */
const mostText = 4 * 1024 * 1024;
/** Of a program or its style, which is the same for everybody and looked through once. */
const mostProgram = 64 * 1024 * 1024;
/** What a page did by itself is told a few times, however often it goes on. */
const mostUnasked = 20;

/** Opens a portal URL in a frame of the dashboard, in a profile of its own unless one is given. */
export async function openFrame(world: World, url: string, options: VisitOptions = {}): Promise<Frame> {
  const browser = await world.browser();
  const { width, height } = { ...panel, ...options };
  const context =
    options.context ??
    (await browser.newContext({
      viewport: { width, height },
      acceptDownloads: false,
      ignoreHTTPSErrors: false,
    }));
  const page = await context.newPage();
  page.setDefaultTimeout(actionTimeLimit);
  if (options.alone !== true) await blockThirdPartyCookies(context, page);
  const { large, programs } = world;
  const isApps = (one: PlaywrightFrame) =>
    options.alone === true ? one === page.mainFrame() : one.parentFrame() === page.mainFrame();
  const seen = watch(
    page,
    isApps,
    options.badDay === true ? { restless: new Set(), repeated: new Set(), large, programs } : world,
  );
  const around = options.around ?? dashboardOrigin;
  await page.route(`${around}/**`, (route) =>
    route.fulfill({ contentType: "text/html", body: framingPage(url) }).catch(() => undefined),
  );
  const closed = new AbortController();
  page.once("close", () => closed.abort());
  if (options.noCookies === true)
    await page.route(`${new URL(url).origin}/**`, (route) => withoutCookies(route, closed.signal));
  const { rewrite } = options;
  if (rewrite !== undefined)
    await page.route(`${new URL(url).origin}/**`, (route) =>
      rewritten(route, context, rewrite, closed.signal),
    );
  note(
    `open ${url} ${options.alone ? "in a tab of its own" : `in a frame of ${around}`}, ${width} × ${height}`,
  );
  const frame: Frame = {
    page,
    context,
    exchanges: seen.exchanges,
    sockets: seen.sockets,
    inner: () => (options.alone ? page.mainFrame() : page.frames().find((each) => each !== page.mainFrame())),
    settle: () => settle(frame, seen),
    press: async (button, timeout) => {
      await button.click({ timeout }).catch(() => undefined);
      seen.lastActivity = performance.now();
    },
    look: async () => {
      await settle(frame, seen);
      return lookAt(frame, seen);
    },
    text: async () => (await read(frame, readWords)) ?? "",
    isWaiting: () => seen.late.size > 0,
    trouble: () => troubleOf(seen),
    picture: async (title) => {
      const jpeg = await page
        .screenshot({ type: "jpeg", quality: 60, timeout: actionTimeLimit })
        .catch(() => undefined);
      if (jpeg !== undefined) notePicture(title, jpeg);
    },
    close: async () => {
      await (options.context === undefined ? context : page).close().catch(() => undefined);
    },
  };
  const address = options.alone ? url : `${around}/`;
  await page
    .goto(address, { waitUntil: "load", timeout: options.longestLoad ?? actionTimeLimit })
    .catch((error: unknown) => error instanceof errors.TimeoutError && noteLate(`open ${url}`));
  await options.whileLoading?.(frame);
  await frame.settle();
  return frame;
}

function framingPage(url: string): string {
  const escaped = url.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<!doctype html><html lang="en"><title>Dashboard</title><style>html,body{margin:0;height:100%;background:#111}iframe{border:0;width:100%;height:100%;display:block}</style><iframe title="The app" src="${escaped}"></iframe></html>`;
}

/** Of the connection, and of how the answer was packed. */
const notPassedOn =
  /^(:|cookie$|set-cookie$|host$|connection$|keep-alive$|transfer-encoding$|content-length$|content-encoding$|accept-encoding$)/;

/** Asked outside of the browser, whose own way around it would keep cookies and send them along. */
async function withoutCookies(route: Route, closed: AbortSignal): Promise<void> {
  try {
    const request = route.request();
    const answer = await askOutside({
      method: request.method(),
      url: request.url(),
      headers: passedOn(Object.entries(await request.allHeaders())),
      body: request.postDataBuffer(),
      signal: AbortSignal.any([closed, AbortSignal.timeout(actionTimeLimit)]),
      longestStream: longestOpen,
    });
    await route.fulfill({
      status: answer.status,
      headers: passedOn(answer.headers),
      body: answer.body,
    });
  } catch {
    await route.abort().catch(() => undefined);
  }
}

function passedOn(headers: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(headers.filter(([name]) => !notPassedOn.test(name)));
}

/** Asked outside of the browser, which would read a page without end to no end. */
async function rewritten(
  route: Route,
  context: BrowserContext,
  rewrite: (html: string) => string,
  closed: AbortSignal,
): Promise<void> {
  try {
    const request = route.request();
    if (request.resourceType() !== "document") return await route.fallback();
    const url = new URL(request.url());
    const there = await context.cookies(url.href);
    const cookie = there.map(({ name, value }) => `${name}=${value}`).join("; ");
    const answer = await askOutside({
      method: request.method(),
      url: url.href,
      headers: {
        ...passedOn(Object.entries(await request.allHeaders())),
        ...(cookie === "" ? {} : { cookie }),
      },
      body: request.postDataBuffer(),
      signal: AbortSignal.any([closed, AbortSignal.timeout(actionTimeLimit)]),
      longestStream: longestOpen,
    });
    const given = answer.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
    await context.addCookies(given.map((header) => cookieFrom(header, url))).catch(() => undefined);
    const { "content-type": kind = "", location, ...headers } = passedOn(answer.headers);
    const cookies = given.length === 0 ? {} : { "set-cookie": given.join("\n") };
    // What a redirect leads to comes past no route, so that it is gone to by a page of its own.
    if (location !== undefined && answer.status >= 300)
      await route.fulfill({
        contentType: "text/html",
        headers: cookies,
        body: leadingPage(new URL(location, url)),
      });
    else
      await route.fulfill({
        status: answer.status,
        headers: { ...headers, ...cookies, "content-type": kind },
        body: kind.includes("html") ? rewrite(answer.body.toString("utf8")) : answer.body,
      });
  } catch {
    await route.abort().catch(() => undefined);
  }
}

/** What an answer has the browser keep; in a frame from elsewhere it would keep none that is not partitioned. */
function cookieFrom(
  header: string,
  { hostname, pathname }: URL,
): Parameters<BrowserContext["addCookies"]>[0][number] {
  const [pair = "", ...attributes] = header.split(";").map((part) => part.trim());
  const said = (name: string) =>
    attributes.find((one) => one.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
  const at = pair.indexOf("=");
  const isSaid = (name: string) => attributes.some((one) => one.toLowerCase() === name);
  const site = (["None", "Lax", "Strict"] as const).find(
    (one) => one.toLowerCase() === said("samesite")?.toLowerCase(),
  );
  return {
    name: pair.slice(0, at),
    value: pair.slice(at + 1),
    domain: said("domain") ?? hostname,
    path: said("path") ?? pathname.slice(0, Math.max(1, pathname.lastIndexOf("/"))),
    httpOnly: isSaid("httponly"),
    secure: isSaid("secure"),
    ...(site === undefined ? {} : { sameSite: site }),
    ...(Number(said("max-age") ?? 1) <= 0 ? { expires: 0 } : {}),
  };
}

/** Goes on at once, as a redirect does: with the fragment it came with, telling nobody where it came from. */
function leadingPage({ href, hash }: URL): string {
  const target = `${JSON.stringify(href).replaceAll("<", "\\u003c")}${hash === "" ? " + location.hash" : ""}`;
  return `<!doctype html><meta name="referrer" content="no-referrer"><script>location.replace(${target})</script>`;
}

async function blockThirdPartyCookies(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCookieControls", { enableThirdPartyCookieRestriction: true });
}

type Seen = {
  readonly exchanges: Exchange[];
  readonly sockets: WebSocket[];
  readonly console: string[];
  readonly unasked: string[];
  readonly reading: Promise<void>[];
  /** Requests under way that a page has to wait for, with their beginning. */
  readonly open: Map<Request, number>;
  /** Those of them that were given up waiting for and have not ended. */
  readonly late: Set<Request>;
  /** Documents of the app's frame that have not come to their end, whether they are waited for or not. */
  readonly documents: Set<Request>;
  /** When each kind was asked for since the page was last looked at, and when each address. */
  readonly asked: Map<string, number[]>;
  readonly addresses: Map<string, number[]>;
  /** When each request was asked for, and when its answer began to come. */
  readonly began: WeakMap<Request, number>;
  readonly answered: WeakMap<Request, number>;
  /** Kinds of requests that never end or never stop, known from every page of the check. */
  readonly restless: Set<string>;
  readonly repeated: Set<string>;
  /** Kinds of requests whose answers are larger than what is read. */
  readonly large: Set<string>;
  /** Addresses of large scripts and styles that were read. */
  readonly programs: Set<string>;
  lastActivity: number;
  /** Whether the browser's process for the page ended under it. */
  isDown: boolean;
  /** In characters. */
  consoleLength: number;
  /** What the browser said of the last document of the app's frame that did not come. */
  failure: string | undefined;
};

const readKinds = new Set(["document", "script", "xhr", "fetch", "stylesheet", "other", "manifest"]);
const scriptKinds = new Set(["xhr", "fetch"]);
const endlessKinds = new Set(["eventsource", "websocket", "ping"]);

type Known = Pick<World, "restless" | "repeated" | "large" | "programs">;

/** `isApps` tells the app's frame from those that its page holds, which may wait for whom they like. */
function watch(
  page: Page,
  isApps: (frame: PlaywrightFrame) => boolean,
  { restless, repeated, large, programs }: Known,
): Seen {
  const seen: Seen = {
    exchanges: [],
    sockets: [],
    console: [],
    unasked: [],
    reading: [],
    open: new Map(),
    late: new Set(),
    documents: new Set(),
    asked: new Map(),
    addresses: new Map(),
    began: new WeakMap(),
    answered: new WeakMap(),
    restless,
    repeated,
    large,
    programs,
    lastActivity: performance.now(),
    isDown: false,
    consoleLength: 0,
    failure: undefined,
  };
  page.on("crash", () => {
    seen.isDown = true;
    noteUnasked(seen, brokenDown);
  });
  page.on("console", (message) => noteConsole(seen, message.text()));
  page.on("pageerror", (error) => noteConsole(seen, String(error)));
  page.on("websocket", (socket) => seen.sockets.push(socket));
  page.on("request", (request) => {
    if (request.isNavigationRequest() && isApps(request.frame())) seen.documents.add(request);
    begin(request, seen);
  });
  page.on("response", (response) => seen.answered.set(response.request(), performance.now()));
  page.on("requestfailed", (request) => {
    if (seen.documents.has(request)) seen.failure = request.failure()?.errorText;
    end(request, seen);
    seen.exchanges.push(failedExchange(request));
  });
  page.on("requestfinished", (request) => {
    end(request, seen);
    if (readKinds.has(request.resourceType()))
      seen.reading.push(readExchange(request, seen, page.context(), [...seen.reading]));
  });
  refuseWhatNobodyAskedFor(page, seen);
  return seen;
}

const brokenDown = `took more memory than a page may (${mostOfPage / 1024 ** 3} GiB), or broke down in the browser, and was ended`;

/** Documents that nobody waits for any longer, here or on a page before. */
function unended({ documents, late, restless }: Seen): readonly Request[] {
  return [...documents].filter((request) => late.has(request) || restless.has(kindOf(request)));
}

/** Of a page that is down, or whose document has not begun to come and is waited for no longer. */
function troubleOf(seen: Seen): string | undefined {
  if (seen.isDown) return brokenDown;
  return unended(seen).some((request) => !seen.answered.has(request))
    ? `gave no answer within ${longestOpen / 1000} s`
    : undefined;
}

/** Dialogs, downloads and new windows end at once and are written down. */
function refuseWhatNobodyAskedFor(page: Page, seen: Seen): void {
  page.on("dialog", (dialog) => {
    // A page that asks before it is left is left: what it guards was typed in by the checker.
    if (dialog.type() === "beforeunload") {
      void dialog.accept().catch(() => undefined);
      return;
    }
    noteUnasked(seen, `opened a dialog (${dialog.type()}: "${dialog.message().slice(0, 60)}")`);
    void dialog.dismiss().catch(() => undefined);
  });
  page.on("download", (download) => {
    noteUnasked(seen, `started a download (${download.suggestedFilename().slice(0, 60)})`);
    void download.cancel().catch(() => undefined);
  });
  page.on("popup", (popup) => {
    noteUnasked(seen, "opened a window");
    void popup.close().catch(() => undefined);
  });
}

function noteUnasked({ unasked }: Seen, what: string): void {
  if (unasked.length < mostUnasked) unasked.push(what);
}

/** As much as of any text; a page that writes without an end is told to. */
function noteConsole(seen: Seen, text: string): void {
  if (seen.consoleLength > mostText) return;
  seen.consoleLength += text.length;
  seen.console.push(text);
  if (seen.consoleLength > mostText)
    noteUnasked(seen, `wrote more than ${mostText / 1024 ** 2} MiB to its console`);
}

function kindOf(request: Request): string {
  const { origin, pathname } = new URL(request.url());
  return `${request.method()} ${origin}${pathname}`;
}

/** What a page asks for again and again is no work that it would come to the end of. */
function begin(request: Request, seen: Seen): void {
  const kind = kindOf(request);
  seen.began.set(request, performance.now());
  const times = timesWith(seen.asked, kind);
  if (request.resourceType() === "document" && times.length === mostDocuments)
    noteUnasked(seen, `loaded ${new URL(request.url()).pathname} again and again`);
  // A page that is sent by a form comes again whenever somebody presses something.
  if (!request.isNavigationRequest()) {
    if (isRestless(times)) seen.restless.add(kind);
    // Two things that are watched are asked for by one path; an address may hold a secret, so that only its path is told.
    if (isHasty(timesWith(seen.addresses, askedFor(request.method(), request.url()))))
      seen.repeated.add(kind);
  }
  if (endlessKinds.has(request.resourceType()) || seen.restless.has(kind)) return;
  seen.open.set(request, performance.now());
  seen.lastActivity = performance.now();
}

/** When something was asked for, this time included. */
function timesWith(asked: Map<string, number[]>, what: string): readonly number[] {
  const times = [...(asked.get(what) ?? []), performance.now()];
  asked.set(what, times);
  return times;
}

function end(request: Request, seen: Seen): void {
  seen.late.delete(request);
  seen.documents.delete(request);
  if (seen.open.delete(request)) seen.lastActivity = performance.now();
}

/** `before` are the readings of what was answered earlier: which cookies those gave has to be known first. */
async function readExchange(
  request: Request,
  seen: Seen,
  context: BrowserContext,
  before: readonly Promise<void>[],
): Promise<void> {
  const ended = performance.now();
  // At once: the answers that come after this one give others.
  const there = context.cookies(request.url()).catch(() => []);
  try {
    const response = await request.response();
    if (response === null) return;
    const headers = await response.allHeaders();
    const isRedirect = response.status() >= 300 && response.status() < 400;
    const cookies = (headers["set-cookie"] ?? "").split("\n").filter((line) => line !== "");
    const read = isRedirect ? { text: "" } : await readText(request, response, seen);
    await Promise.all(before);
    noteGiven(context, cookies, seen.answered.get(request) ?? ended);
    const cookie = carriedOf(context, await there, seen.began.get(request) ?? ended);
    const answer = {
      status: response.status(),
      headers,
      cookies,
      ...read,
      milliseconds: performance.now() - ended,
      error: null,
    };
    seen.exchanges.push({
      method: request.method(),
      url: request.url(),
      requestHeaders: { ...cookie, ...(await request.allHeaders()) },
      requestBody: request.postData() ?? "",
      answer,
      isByScript: scriptKinds.has(request.resourceType()),
    });
  } catch {
    // The page went away before its answer was read.
  }
}

type Read = Pick<Answer, "text" | "isCut">;

/** By its own size, whatever else came from the same path; nothing of what is too large even as it was packed. */
async function readText(request: Request, response: Response, seen: Seen): Promise<Read> {
  if (isProgram(request, response)) return readProgram(request, response, seen);
  const { responseBodySize } = await request.sizes();
  const text = responseBodySize > mostText ? "" : await response.text();
  const size = Math.max(text.length, responseBodySize);
  if (size <= mostText) return { text };
  seen.large.add(kindOf(request));
  noteUnasked(seen, `sent ${Math.round(size / 1024 ** 2)} MiB at once (${new URL(request.url()).pathname})`);
  return { text: text.slice(0, mostText), isCut: true };
}

function isProgram(request: Request, response: Response): boolean {
  const { "content-type": kind = "" } = response.headers();
  return ["script", "stylesheet"].includes(request.resourceType()) || kind.includes("wasm");
}

/** A bundle of a framework is no fault of its page, however large; a large one is read where it is met first. */
async function readProgram(request: Request, response: Response, seen: Seen): Promise<Read> {
  const url = request.url();
  if (seen.programs.has(url)) return { text: "" };
  const { responseBodySize } = await request.sizes();
  const text = responseBodySize > mostProgram ? "" : await response.text();
  const size = Math.max(text.length, responseBodySize);
  if (size > mostText) seen.programs.add(url);
  if (size <= mostProgram) return { text };
  seen.large.add(kindOf(request));
  return { text: text.slice(0, mostProgram), isCut: true };
}

/** A request that went out and brought nothing back, or nothing the page may read. */
function failedExchange(request: Request): Exchange {
  const error = request.failure()?.errorText ?? "failed";
  const answer = { status: null, headers: {}, cookies: [], text: "", milliseconds: 0, error };
  return {
    method: request.method(),
    url: request.url(),
    requestHeaders: request.headers(),
    requestBody: "",
    answer,
  };
}

/** Until nothing has been asked for a moment; a page that never rests is looked at as it is. */
async function settle(frame: Frame, seen: Seen): Promise<void> {
  seen.asked.clear();
  seen.addresses.clear();
  const ends = performance.now() + settleTimeLimit;
  let rests = false;
  while (!rests && !seen.isDown && performance.now() < ends) {
    giveUpWaiting(seen);
    const quiet = seen.open.size === 0 && performance.now() - seen.lastActivity > quietTime;
    if (quiet) await beat(frame);
    // On a busy machine a page is quiet because its scripts had no turn yet.
    rests = quiet && seen.open.size === 0 && performance.now() - seen.lastActivity > quietTime;
    if (!rests) await pause(50);
  }
  if (!rests) noteLate("a page that comes to rest");
  await Promise.race([Promise.allSettled(seen.reading), pause(1000)]);
}

/** Returns when the page has had its turn, twice: once to run what waits, once for what that began. */
async function beat(frame: Frame): Promise<void> {
  const turn = frame
    .inner()
    ?.evaluate("new Promise((done) => setTimeout(() => setTimeout(done)))")
    .catch(() => undefined);
  await Promise.race([turn, pause(longestRead)]);
}

function giveUpWaiting(seen: Seen): void {
  for (const [request, began] of seen.open) {
    if (performance.now() - began < longestOpen) continue;
    noteLate(kindOf(request));
    seen.restless.add(kindOf(request));
    seen.open.delete(request);
    seen.late.add(request);
  }
}

async function lookAt(frame: Frame, seen: Seen): Promise<BrowserVisit> {
  let hangs = false;
  /** A page that did not answer once is not asked again. */
  const ask = async (expression: string) => {
    const given = hangs ? undefined : await read(frame, expression);
    hangs = given === undefined;
    return given ?? "";
  };
  const html = await ask(readMarkup);
  const text = await ask(readWords);
  const finalUrl = frame.inner()?.url() ?? "";
  for (const document of unended(seen).filter((one) => seen.answered.has(one)))
    noteUnasked(seen, `went on loading without an end (${new URL(document.url()).pathname})`);
  const trouble = troubleOf(seen) ?? (hangs ? tooBusy : notCome(seen, finalUrl, text));
  return {
    shown: finalUrl !== "" && !finalUrl.startsWith("chrome-error:") && html !== "" && trouble === undefined,
    trouble,
    exchanges: [...seen.exchanges],
    finalUrl,
    html,
    text,
    storage: await ask(readStorage),
    history: addressesOf(await ask(readHistory)),
    console: [...seen.console],
    unasked: [...seen.unasked],
    hasPlantedElement: (await ask(readPlanted)) === "true",
  };
}

const tooBusy = `was so busy with itself, or with dialogs, that it could not be read within ${longestRead / 1000} s`;

/** Why a document did not come that the browser asked for; a frame that its own headers keep out is no trouble. */
function notCome(seen: Seen, finalUrl: string, text: string): string | undefined {
  const { failure } = seen;
  const isError = finalUrl.startsWith("chrome-error:");
  if (isError && failure !== undefined && failure !== "net::ERR_BLOCKED_BY_RESPONSE")
    return `did not come (${failure})`;
  return unended(seen).length > 0 && text.trim() === "" ? "began to answer and sent nothing" : undefined;
}

/** Nothing where the page does not answer in time. */
async function read(frame: Frame, expression: string): Promise<string | undefined> {
  const reading =
    frame
      .inner()
      ?.evaluate(expression)
      .then(String)
      .catch(() => "") ?? Promise.resolve("");
  const given = await within(longestRead, reading);
  if (given === undefined) noteLate("a page that can be read");
  return given;
}

const readWords = `${everyWord}.slice(0, ${mostText})`;
const readMarkup = `${everyMarkup}.slice(0, ${mostText})`;
const readPlanted = `${everyElement(plantedElement)}.length > 0`;
const readHistory = "JSON.stringify(navigation.entries().map((entry) => entry.url))";

/** The first two are lists of names and values; databases and caches are read as far as they go in a moment. */
const readStorage = `(async () => {
  const databases = [];
  const wait = (request) => new Promise((done, failed) => { request.onsuccess = () => done(request.result); request.onerror = failed; request.onblocked = failed; });
  try {
    for (const { name } of await indexedDB.databases()) {
      const database = await wait(indexedDB.open(name));
      for (const store of database.objectStoreNames) databases.push(await wait(database.transaction(store).objectStore(store).getAll(undefined, 200)));
      database.close();
    }
  } catch {}
  const cached = [];
  try {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of (await cache.keys()).slice(0, 50)) cached.push([request.url, (await (await cache.match(request)).text()).slice(0, ${mostText})]);
    }
  } catch {}
  const state = [history.state, navigation.currentEntry?.getState()];
  return JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, window.name, databases, cached, state]);
})()`;

function addressesOf(json: string): readonly string[] {
  try {
    return (JSON.parse(json) as (string | null)[]).filter((address) => address !== null);
  } catch {
    return [];
  }
}
