/** The calls of the admin API that make the day: faults, settings, the clock. */
import { z } from "zod";
import { advanceClock } from "../advance.ts";
import { advanceSchema, faultSchema } from "../http/requests.ts";
import * as shapes from "../http/shapes.ts";
import type { Services } from "../services.ts";
import { settingsChanges, settingsSchema } from "../settings/index.ts";
import { adminRoute } from "./caller.ts";

export function dayRoutes(services: Services) {
  return [...faultRoutes(services), ...settingRoutes(services), ...clockRoutes(services)];
}

function faultRoutes({ faults }: Services) {
  return [
    adminRoute({
      method: "POST",
      path: "/admin/faults",
      summary: "Set a fault, for an app, an instance or an installation, for a time or a number of times",
      body: faultSchema,
      answer: shapes.fault,
      status: 201,
      handle: async ({ body, about }) => {
        const fault = await faults.set(body);
        about({
          ...(fault.organization_id === null ? {} : { organizationId: fault.organization_id }),
          appId: fault.app_id ?? undefined,
          instanceId: fault.instance_id ?? undefined,
          installedAppId: fault.installed_app_id ?? undefined,
          faults: [fault.fault],
        });
        return fault;
      },
    }),
    adminRoute({
      method: "GET",
      path: "/admin/faults",
      summary: "The faults that are on, and those that are over but not cleared, newest first",
      answer: z.object({ data: z.array(shapes.fault).readonly() }),
      handle: async () => ({ data: faults.list() }),
    }),
    adminRoute({
      method: "DELETE",
      path: "/admin/faults",
      summary: "Clear all faults",
      answer: shapes.cleared,
      handle: async () => ({ cleared: await faults.clear() }),
    }),
    adminRoute({
      method: "DELETE",
      path: "/admin/faults/:id",
      summary: "Clear a fault",
      answer: shapes.cleared,
      handle: async ({ parameters }) => ({ cleared: await faults.clear(parameters.id) }),
    }),
  ];
}

function settingRoutes({ settings }: Services) {
  return [
    adminRoute({
      method: "GET",
      path: "/admin/settings",
      summary: "The settings in force",
      answer: settingsSchema,
      handle: async () => settings.current(),
    }),
    adminRoute({
      method: "PATCH",
      path: "/admin/settings",
      summary: "Change settings, for good",
      body: settingsChanges,
      answer: settingsSchema,
      handle: ({ body }) => settings.change(body),
    }),
  ];
}

const shownClock = z.object({
  now: z.string(),
  ahead_seconds: z.number().describe("how far ahead of the machine's clock it was put"),
});

function clockRoutes(services: Services) {
  const { time } = services.tools;
  const shown = (now: Date) => ({ now: now.toISOString(), ahead_seconds: time.ahead() / 1000 });
  return [
    adminRoute({
      method: "GET",
      path: "/admin/clock",
      summary: "What the Cloud's own clock shows",
      answer: shownClock,
      handle: async () => shown(time.now()),
    }),
    adminRoute({
      method: "POST",
      path: "/admin/clock",
      summary: "Put the Cloud's own clock ahead; what waits for a time comes due",
      body: advanceSchema,
      answer: shownClock,
      handle: async ({ body }) => shown(await advanceClock(services, body.advance_seconds)),
    }),
  ];
}
