/** Bad days on purpose, settings and the clock, as the page "Bad days" and the page "Settings" show and change them. */
import { z } from "zod";
import { advanceClock } from "../advance.ts";
import { describeFaults } from "../faults/index.ts";
import { advanceSchema, faultSchema } from "../http/requests.ts";
import * as shapes from "../http/shapes.ts";
import type { Services } from "../services.ts";
import { settingsChanges, settingsSchema } from "../settings/index.ts";
import { dashboardRoute, requireRight, requireSession } from "./caller.ts";

export function dayRoutes(services: Services) {
  return [...faultRoutes(services), ...settingRoutes(services)];
}

function faultRoutes({ faults }: Services) {
  return [
    dashboardRoute({
      method: "GET",
      path: "/api/faults",
      summary: "The faults that were set, newest first, and all there are, in words",
      answer: shapes.faults,
      handle: async ({ caller }) => ({
        data: faults.list(requireSession(caller).member.organizationId),
        catalogue: describeFaults(),
      }),
    }),
    dashboardRoute({
      method: "POST",
      path: "/api/faults",
      summary: "Set a fault for the organization, or a part of it",
      body: faultSchema,
      answer: shapes.fault,
      status: 201,
      handle: async ({ caller, body, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-instances");
        const fault = await faults.set(body, member.organizationId);
        about({ faults: [fault.fault] });
        return fault;
      },
    }),
    dashboardRoute({
      method: "DELETE",
      path: "/api/faults/:id",
      summary: "Clear a fault",
      answer: shapes.cleared,
      handle: async ({ caller, parameters }) => {
        const { member } = requireSession(caller);
        requireRight(member, "manage-instances");
        return { cleared: await faults.clear(parameters.id, member.organizationId) };
      },
    }),
  ];
}

function settingRoutes(services: Services) {
  const { settings, tools } = services;
  return [
    dashboardRoute({
      method: "GET",
      path: "/api/settings",
      summary: "The settings in force, and what the Cloud's clock shows",
      answer: z.object({ settings: settingsSchema, now: z.string(), ahead_seconds: z.number() }),
      handle: async ({ caller }) => {
        requireSession(caller);
        return {
          settings: settings.current(),
          now: tools.clock().toISOString(),
          ahead_seconds: tools.time.ahead() / 1000,
        };
      },
    }),
    dashboardRoute({
      method: "PATCH",
      path: "/api/settings",
      summary: "Change settings, for good",
      body: settingsChanges,
      answer: settingsSchema,
      handle: async ({ caller, body }) => {
        requireRight(requireSession(caller).member, "manage-instances");
        return settings.change(body);
      },
    }),
    dashboardRoute({
      method: "POST",
      path: "/api/clock",
      summary: "Put the Cloud's own clock ahead; what waits for a time comes due",
      body: advanceSchema,
      answer: z.object({ now: z.string() }),
      handle: async ({ caller, body }) => {
        requireRight(requireSession(caller).member, "manage-instances");
        return { now: (await advanceClock(services, body.advance_seconds)).toISOString() };
      },
    }),
  ];
}
