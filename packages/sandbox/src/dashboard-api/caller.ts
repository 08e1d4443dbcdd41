/** Who calls the Dashboard API: a member with a session, from the dashboard's own page. */
import { Refusal } from "../errors.ts";
import { routesFor } from "../http/api-route.ts";
import type { Services } from "../services.ts";
import { type DashboardSession, type Member, mayDo, type Right } from "../tenants/index.ts";

/** A member who is logged in, or nobody on the routes that need no session. */
export type DashboardCaller = DashboardSession | undefined;

/** Defines a route of the Dashboard API. */
export const dashboardRoute = routesFor<DashboardCaller>();

/**
 * What a page of another site cannot send. It holds the session, or 1 of somebody who has none yet. A cookie would go
 * to every app on this machine that is asked for under the dashboard's name: cookies know hosts, not ports.
 */
const pageHeader = "x-annex-dashboard";
const safeMethods = new Set(["GET", "HEAD"]);

/**
 * The session of a request, if there is one.
 *
 * @throws Refusal 403 `dashboard_header_required` for a change that another site could have caused.
 */
export async function identifyMember(services: Services, request: Request): Promise<DashboardCaller> {
  const session = request.headers.get(pageHeader) ?? "";
  if (!safeMethods.has(request.method) && session === "")
    throw new Refusal(
      403,
      "dashboard_header_required",
      "A change needs the header X-Annex-Dashboard, which other sites cannot send: the session, or 1 to log in.",
    );
  return services.sessions.find(session);
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
