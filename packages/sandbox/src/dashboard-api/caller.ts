/** Who calls the Dashboard API: a member with a session cookie, from the dashboard's own page. */
import { Refusal } from "../errors.ts";
import { routesFor } from "../http/api-route.ts";
import type { Services } from "../services.ts";
import { type DashboardSession, type Member, mayDo, type Right, sessionSeconds } from "../tenants/index.ts";

/** A member who is logged in, or nobody on the routes that need no session. */
export type DashboardCaller = DashboardSession | undefined;

/** Defines a route of the Dashboard API. */
export const dashboardRoute = routesFor<DashboardCaller>();

const pageHeader = "x-annex-dashboard";
const safeMethods = new Set(["GET", "HEAD"]);

/**
 * The cookie's name. Cookies are shared between all ports of a host, so two local Clouds need two names.
 */
export function cookieName(services: Services): string {
  return `annex_session_${services.instances.first()?.organizationId.slice(-8) ?? "none"}`;
}

/**
 * The session of a request, if there is one.
 *
 * @throws Refusal 403 `dashboard_header_required` for a change that another site could have caused.
 */
export async function identifyMember(services: Services, request: Request): Promise<DashboardCaller> {
  if (!safeMethods.has(request.method) && request.headers.get(pageHeader) !== "1")
    throw new Refusal(
      403,
      "dashboard_header_required",
      "A change needs the header X-Annex-Dashboard: 1, which other sites cannot send.",
    );
  const token = readCookie(request.headers.get("cookie") ?? "", cookieName(services));
  return token === undefined ? undefined : services.sessions.find(token);
}

/** The member of a call. @throws Refusal 401 `not_logged_in`. */
export function requireSession(caller: DashboardCaller): DashboardSession {
  if (caller !== undefined) return caller;
  throw new Refusal(401, "not_logged_in", "Nobody is logged in, or the session is over. Log in.");
}

/** @throws Refusal 403 `role_not_allowed` when the member's role may not do this. */
export function requireRight(member: Member, right: Right): void {
  if (mayDo(member.role, right)) return;
  throw new Refusal(
    403,
    "role_not_allowed",
    `The role ${member.role} may not do this. Ask an Admin or Operator.`,
  );
}

/** The cookie that carries a session's token: out of reach for scripts and for other sites' requests. */
export function sessionCookie(name: string, token: string): string {
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${sessionSeconds}`;
}

/** The cookie that removes it. */
export function endedCookie(name: string): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
}

function readCookie(header: string, name: string): string | undefined {
  const parts = header.split(";").map((part) => part.trim());
  return parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
}
