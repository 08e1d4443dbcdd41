/** Logging in and out, and who is logged in. */
import { z } from "zod";
import { holding, jsonAnswer } from "../http/answers.ts";
import * as shapes from "../http/shapes.ts";
import type { Services } from "../services.ts";
import { memberView } from "../views.ts";
import { dashboardRoute, requireSession } from "./caller.ts";
import { sessionView } from "./session-view.ts";

const loginSchema = z.object({
  email: z.string({ error: "must be a text" }).min(1, "must not be empty").max(320),
  password: z.string({ error: "must be a text" }).min(1, "must not be empty").max(1024),
  code: z.string({ error: "must be a text" }).max(16).optional(),
});

export function sessionRoutes(services: Services) {
  const { authentication, sessions } = services;
  return [
    dashboardRoute({
      method: "POST",
      path: "/api/login",
      summary: "Log in with e-mail, password and the authenticator's code",
      body: loginSchema,
      answer: z.object({ user: shapes.member, session: z.string() }),
      handle: async ({ body: { email, password, code }, about }) => {
        // Whose log-in it is stands in the audit log also when it fails.
        const tried = await authentication.memberOf(email);
        about({ organizationId: tried?.organizationId, userId: tried?.userId });
        const member = await authentication.logIn(email, { password, code });
        return jsonAnswer({ user: memberView(member), session: await sessions.start(member) });
      },
    }),
    dashboardRoute({
      method: "POST",
      path: "/api/logout",
      summary: "Log out",
      answer: z.null(),
      status: 204,
      handle: async ({ caller }) => {
        if (caller !== undefined) await sessions.end(caller.hash);
        return holding<null>(new Response(null, { status: 204 }));
      },
    }),
    dashboardRoute({
      method: "GET",
      path: "/api/session",
      summary: "Who is logged in, and what there is to see",
      answer: shapes.session,
      handle: async ({ caller }) => {
        const { member } = requireSession(caller);
        return sessionView(services, member);
      },
    }),
  ];
}
