/**
 * The portal: pages and calls of a user in Cloud's frame. Every page load and
 * every call passes the guard: session, installation still active, user still
 * allowed, permission. There is no cookie; the session comes in `Authorization`
 * and belongs to the tab that entered. Implements contract section 7 from
 * `/portal/enter` on, and the pages of section 10.
 *
 * Between server and page: `/portal/enter` answers the app's index.html with
 * `<script type="application/json" id="annex-session">{"session":…}</script>`
 * at the beginning of its head, and puts it into `history.state.annexSession` while the
 * address becomes `/portal`. Without a token the same page comes with nothing of any
 * installation in it: it resumes the tab's session, or says how to launch.
 *
 * `sessions`: who has entered, and whether he may. `documents`: what a load of a page is answered with, and its headers.
 * `calls`: the app's own routes, what a handler is given, and that one press is one call. `runs`: the framework's own
 * routes for background work, where an app asks for them.
 */

import { askingCallHeader, concludedCallHeader, passiveCallHeader } from "@annex/protocol/words";
import { type AppError, errorState } from "../errors/app-error.ts";
import { describeFailure, type Purposes } from "../errors/describe.ts";
import { errorAnswer, newReference, notFound } from "../errors/index.ts";
import { renderErrorPage } from "../errors/page.ts";
import { type Answer, type AnyAnswer, type Exchange, jsonAnswer } from "../http/exchange.ts";
import type { InstallationJobs, RunCause } from "../jobs/interface.ts";
import type { StartingWork } from "../jobs/starting.ts";
import { aboutInstallation, type Bind, type OnceBinding } from "../lifecycle/bind.ts";
import type { RecordCall } from "../lifecycle/recording.ts";
import { keptFor } from "../lifecycle/retirement.ts";
import type { Log } from "../log/index.ts";
import type { AppManifest } from "../manifest/index.ts";
import { requirePermissions } from "../permissions/index.ts";
import { runAs } from "../process/whose-code.ts";
import { installationAttributes, note } from "../telemetry/index.ts";
import { noteRoute } from "../telemetry/requests.ts";
import { type CheckedAnswer, checkAnswer, type Presentation, toAnswer } from "./calls/answers.ts";
import { createPortalContext, type SecretsOf } from "./calls/context.ts";
import { createDeadline, type Deadline } from "./calls/deadline.ts";
import type { Once, Outcome } from "./calls/once.ts";
import { type Press, readPress } from "./calls/press.ts";
import type { RouteMatch, Routes } from "./calls/routes.ts";
import { type DescribeInstallation, describeInstallation } from "./description.ts";
import { type CarriedForm, isForm, readForm } from "./documents/carried-session.ts";
import { seenScript } from "./documents/carrying.ts";
import { type DocumentHeaders, newNonce, privateHeaders } from "./documents/headers.ts";
import type { PageSession, Pages } from "./documents/pages.ts";
import type { HtmlAnswer } from "./interface.ts";
import type { LiveSession, Sessions } from "./sessions/index.ts";
import type { MayUse } from "./sessions/users.ts";

export type PortalParts = {
  /** Path of the portal, with the one the app is mounted at. */
  readonly root: string;
  readonly manifest: AppManifest;
  readonly purposes: Purposes;
  readonly mayUse: MayUse;
  readonly development: boolean;
  readonly sessions: Sessions;
  readonly routes: Routes;
  readonly pages: Pages;
  readonly headers: DocumentHeaders;
  readonly bind: Pick<Bind, "context" | "call">;
  readonly secretsOf: SecretsOf;
  readonly recordCall: RecordCall;
  readonly jobsOf: (installedAppId: string, parent?: StartingWork) => InstallationJobs;
  readonly once: Once;
  readonly clock: () => number;
  readonly log: Log;
};

type Parts = PortalParts & { readonly describe: DescribeInstallation };

const root = "/portal";

/** Answers what is asked at and below `/portal`; never throws. */
export function createPortal(portalParts: PortalParts): (exchange: Exchange) => Promise<AnyAnswer> {
  const parts: Parts = { ...portalParts, describe: describeInstallation(portalParts) };
  return async (exchange) => {
    const path = exchange.path.slice(root.length);
    try {
      return await answer(parts, exchange, path);
    } catch (error) {
      return failure(parts, exchange, path, error);
    }
  };
}

function answer(parts: Parts, exchange: Exchange, path: string): Promise<AnyAnswer> {
  // What answers GET answers HEAD; the server leaves the body out.
  const method = exchange.method === "HEAD" ? "GET" : exchange.method;
  if (path === "/api/session" && method === "GET") return describeSession(parts, exchange);
  if (isForm(exchange)) return form(parts, exchange, path);
  // A route such as /:page matches it as well, and would take every launch.
  if (path === "/enter" && method === "GET") return enter(parts, exchange);
  const match = matchOf(parts, method, path);
  if (match !== undefined && asksWithoutSession(exchange, path)) return parts.pages.carrying();
  if (match !== undefined) return call(parts, exchange, match);
  if (method !== "GET") return Promise.resolve(otherMethod(parts, path));
  return page(parts, exchange, path);
}

function matchOf(parts: Parts, method: string, path: string): RouteMatch | undefined {
  return parts.routes.match(method, path === "" ? "/" : path);
}

// A browser that goes to a page of the server's own has only its address; the page that answers brings the session.
function asksWithoutSession(exchange: Exchange, path: string): boolean {
  const isPage = exchange.method === "GET" && !path.startsWith("/api/");
  return isPage && exchange.header("authorization") === undefined && asksForHtml(exchange);
}

async function form(parts: Parts, exchange: Exchange, path: string): Promise<AnyAnswer> {
  const carried = await readForm(exchange);
  const match = matchOf(parts, carried.isLoad ? "GET" : "POST", path);
  if (match !== undefined) return call(parts, exchange, match, carried);
  return carried.isLoad ? parts.pages.resuming() : otherMethod(parts, path);
}

async function enter(parts: Parts, exchange: Exchange): Promise<Answer> {
  const token = new URLSearchParams(exchange.search).get("token");
  // An address that was typed in or reloaded; the page resumes the tab's session, or says how to launch.
  if (token === null || token === "") return parts.pages.resuming();
  const session = await parts.sessions.enter(token);
  await admit(parts, session);
  parts.log.info("Portal entered.", {
    installed_app_id: session.installation.installedAppId,
    user_id: session.userId,
  });
  return parts.pages.entered(pageSession(session.token, session));
}

function pageSession(token: string, { expiresAt }: LiveSession): PageSession {
  return { session: token, expires_at: new Date(expiresAt).toISOString() };
}

async function page(parts: Parts, exchange: Exchange, path: string): Promise<AnyAnswer> {
  const file = await parts.pages.file(path, exchange);
  if (file !== undefined) return file;
  if (path.startsWith("/api/")) return notFound;
  // Whatever an address inside the page is, the page answers. One with a dot in it may be meant for a file that is missing.
  const hasDot = /\.[^/]*$/.test(path);
  return !hasDot || asksForHtml(exchange) ? parts.pages.resuming() : notFound;
}

function asksForHtml(exchange: Exchange): boolean {
  return (exchange.header("accept") ?? "").includes("text/html");
}

function otherMethod(parts: Parts, path: string): Answer {
  const fixed = path === "" || path === "/" || path === "/enter" || path === "/api/session";
  const allowed = fixed ? ["GET"] : parts.routes.methodsOf(path);
  if (allowed.length === 0) return notFound;
  const body = {
    error: "This method is not possible here.",
    code: "method_not_allowed",
    next: `Use ${allowed.join(" or ")}.`,
    reference: newReference(),
  };
  return jsonAnswer(405, JSON.stringify(body), { ...privateHeaders, allow: allowed.join(", ") });
}

async function call(
  parts: Parts,
  exchange: Exchange,
  { route, parameters }: RouteMatch,
  carried?: CarriedForm,
): Promise<AnyAnswer> {
  const token = carried?.session ?? bearerToken(exchange.header("authorization"));
  const session = await guard(parts, exchange, token);
  const { installation, userId } = session;
  const { installedAppId } = installation;
  requirePermissions(installation.grantedPermissions, route.requires, parts.purposes);
  noteRoute(exchange, `${root}${route.path}`);
  note(installationAttributes(installedAppId));
  const presentation = (seen?: string): Presentation => ({
    toPage: (page: HtmlAnswer) => {
      const address = `${parts.root}${exchange.path.slice(root.length)}${exchange.search}`;
      return parts.pages.rendered(page, address, { ...pageSession(token, session), seen });
    },
    ancestors: parts.headers.ancestors,
  });
  const deadline = createDeadline(route.deadlineMilliseconds);
  const handling = { route, parameters, session, form: carried?.fields, deadline };
  const press = await readPress(exchange, { installedAppId, userId, token }, carried);
  if (isAsking(exchange)) {
    const hasEnded = press !== undefined && (await parts.once.hasEndedWithoutPage(press));
    return {
      status: 204,
      headers: { ...privateHeaders, ...(hasEnded ? { [concludedCallHeader]: "1" } : {}) },
    };
  }
  if (press === undefined)
    return toAnswer(await deadline.limit(handle(parts, { ...handling, exchange })), presentation());
  const outcome = await parts.once.carryOut(press, deadline, (scope) => {
    const parent = startingWork(parts, press, causeOf(userId));
    return handle(parts, { ...handling, exchange: press.exchange }, { scope, parent });
  });
  const seen = outcome.isConcluded ? carried?.key : undefined;
  return pressAnswer(parts, exchange, outcome, { seen, presentation: presentation(seen) });
}

/** Whether the page only wants to know what became of a press. */
function isAsking(exchange: Exchange): boolean {
  return exchange.header(askingCallHeader) !== undefined;
}

/** What a call starts may be forgotten a while after its answer. */
function startingWork({ clock }: Parts, { address }: Press, cause: RunCause): StartingWork {
  return { id: `call/${address.key}`, keysExpireAt: clock() + 2 * keptFor.calls, cause };
}

function causeOf(userId: string | undefined): RunCause {
  return userId === undefined ? { by: "member" } : { by: "member", userId };
}

async function pressAnswer(
  parts: Parts,
  exchange: Exchange,
  { ending, isConcluded }: Outcome,
  { seen, presentation }: { readonly seen: string | undefined; readonly presentation: Presentation },
): Promise<AnyAnswer> {
  const path = exchange.path.slice(root.length);
  const answering = async (): Promise<AnyAnswer> => {
    if ("error" in ending) throw ending.error;
    return toAnswer(ending.answer(), presentation);
  };
  const answered = await answering().catch((error: unknown) => failure(parts, exchange, path, error, seen));
  if (!isConcluded) return answered;
  if (answered instanceof Response) answered.headers.set(concludedCallHeader, "1");
  else return { ...answered, headers: { ...answered.headers, [concludedCallHeader]: "1" } };
  return answered;
}

type Handling = {
  readonly exchange: Exchange;
  readonly route: RouteMatch["route"];
  readonly parameters: RouteMatch["parameters"];
  readonly session: LiveSession;
  readonly form: URLSearchParams | undefined;
  readonly deadline: Deadline;
};

/** The author's handler with what is bound to the call. */
async function handle(parts: Parts, handling: Handling, call?: OnceBinding): Promise<CheckedAnswer> {
  const { exchange, route, session } = handling;
  const { installation } = session;
  const reads = exchange.method === "GET" || exchange.method === "HEAD";
  const cause = causeOf(session.userId);
  const bound = reads ? parts.bind.context(installation) : parts.bind.call(installation, call, cause);
  const context = createPortalContext({
    ...handling,
    bound: await bound,
    secretsOf: parts.secretsOf,
    userId: session.userId,
    jobs: parts.jobsOf(installation.installedAppId, call?.parent ?? { cause }),
    press: call?.scope.key,
  });
  const who = { route: `${exchange.method} ${root}${route.path}`, ...aboutInstallation(installation) };
  const actor = { kind: "member", id: session.userId } as const;
  const answering = async () => checkAnswer(await runAs(who, actor, () => route.handler(context)));
  return reads ? answering() : parts.recordCall(installation, actor, who.route, answering);
}

/** The guard: session, installation, user; the permission is asked by who knows it. */
async function guard(parts: Parts, exchange: Exchange, token: string): Promise<LiveSession> {
  const changes = exchange.method !== "GET" && exchange.method !== "HEAD";
  const prolongs = !isAsking(exchange) && (changes || exchange.header(passiveCallHeader) === undefined);
  const session = await parts.sessions.use(token, prolongs);
  await admit(parts, session);
  return session;
}

async function admit(parts: Parts, session: LiveSession): Promise<void> {
  const allowed = parts.mayUse.check(session.installation, session.userId);
  if (!(typeof allowed === "boolean" ? allowed : await allowed)) throw errorState("user_not_allowed");
}

function bearerToken(authorization: string | undefined): string {
  const token = authorization === undefined ? undefined : /^bearer +(\S+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw errorState("session_unknown");
  return token;
}

async function describeSession(parts: Parts, exchange: Exchange): Promise<Answer> {
  const token = bearerToken(exchange.header("authorization"));
  const { installation, userId, expiresAt } = await guard(parts, exchange, token);
  const user = userId === undefined ? "" : `"user_id":${JSON.stringify(userId)},`;
  const expires = new Date(expiresAt).toISOString();
  const text = `{${user}${parts.describe(installation)},"expires_at":"${expires}"}`;
  return jsonAnswer(200, text, privateHeaders);
}

/** @param seen key of a form's press that ended with it. */
function failure(parts: Parts, exchange: Exchange, path: string, thrown: unknown, seen?: string): Answer {
  const error = describeFailure(thrown, parts.purposes);
  const reference = newReference();
  logFailure(parts.log, { method: exchange.method, path: `${root}${path}`, reference }, error, thrown);
  if (!wantsPage(exchange, path)) return errorAnswer(error, reference);
  const nonce = newNonce();
  const script = seen === undefined ? undefined : seenScript(seen);
  const body = renderErrorPage({ appName: parts.manifest.name, error, reference, nonce, script });
  return { status: error.status, headers: parts.headers.plain(nonce, script !== undefined), body };
}

function logFailure(log: Log, about: object, error: AppError, thrown: unknown): void {
  const fields = { ...about, code: error.code, status: error.status };
  if (error.status >= 500) log.error("Portal call failed.", { ...fields, error: thrown });
  else log.warn("Portal call refused.", fields);
}

// A page's own calls get JSON whatever they accept; a document gets a page unless it asks for JSON alone.
function wantsPage(exchange: Exchange, path: string): boolean {
  if (path.startsWith("/api/")) return false;
  return asksForHtml(exchange) || !(exchange.header("accept") ?? "").includes("json");
}
