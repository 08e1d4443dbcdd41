/** The calls of the admin API that make the day: faults, settings, the clock. */
import { z } from "zod";
import { advanceClock } from "../advance.ts";
import { type ApiRoute, apiRoute } from "../http/api-route.ts";
import { advanceSchema, faultSchema } from "../http/requests.ts";
import type { Services } from "../services.ts";
import { settingsChanges, settingsSchema } from "../settings/index.ts";
import * as answers from "./answers.ts";
import type { AdminCaller } from "./caller.ts";

export function dayRoutes(services: Services): readonly ApiRoute<AdminCaller>[] {
  return [...faultRoutes(services), ...settingRoutes(services), clockRoute(services)];
}

function faultRoutes({ faults }: Services): readonly ApiRoute<AdminCaller>[] {
  return [
    apiRoute({
      method: "POST",
      path: "/admin/faults",
      summary: "Set a fault, for an app, an instance or an installation, for a time or a number of times",
      body: faultSchema,
      answer: answers.fault,
      status: 201,
      handle: async ({ body, about }) => {
        const fault = await faults.set(body);
        about({
          appId: fault.app_id ?? undefined,
          instanceId: fault.instance_id ?? undefined,
          installedAppId: fault.installed_app_id ?? undefined,
          faults: [fault.fault],
        });
        return fault;
      },
    }),
    apiRoute({
      method: "GET",
      path: "/admin/faults",
      summary: "The faults that are on, and those that are over but not cleared, newest first",
      answer: z.object({ data: z.array(answers.fault) }),
      handle: async () => ({ data: faults.list() }),
    }),
    apiRoute({
      method: "DELETE",
      path: "/admin/faults",
      summary: "Clear all faults",
      answer: answers.cleared,
      handle: async () => ({ cleared: await faults.clear() }),
    }),
    apiRoute({
      method: "DELETE",
      path: "/admin/faults/:id",
      summary: "Clear a fault",
      answer: answers.cleared,
      handle: async ({ parameters }) => ({ cleared: await faults.clear(parameters["id"] ?? "") }),
    }),
  ];
}

function settingRoutes({ settings }: Services): readonly ApiRoute<AdminCaller>[] {
  return [
    apiRoute({
      method: "GET",
      path: "/admin/settings",
      summary: "The settings in force",
      answer: settingsSchema,
      handle: async () => settings.current(),
    }),
    apiRoute({
      method: "PATCH",
      path: "/admin/settings",
      summary: "Change settings, for good",
      body: settingsChanges,
      answer: settingsSchema,
      handle: ({ body }) => settings.change(body),
    }),
  ];
}

function clockRoute(services: Services): ApiRoute<AdminCaller> {
  return apiRoute({
    method: "POST",
    path: "/admin/clock",
    summary: "Put the Cloud's own clock ahead; what waits for a time comes due",
    body: advanceSchema,
    answer: z.object({ now: z.string() }),
    handle: async ({ body }) => ({ now: (await advanceClock(services, body.advance_seconds)).toISOString() }),
  });
}
