/** An instance in the dashboard: its records, its alerts, and whether it runs. */
import type { Order } from "@annex/data-api";
import { alertStatusUpdateSchema } from "@annex/protocol";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { alertStatuses, allowedColours, listAlerts, updateAlert } from "../gateway/index.ts";
import { textAnswer } from "../http/answers.ts";
import { type ApiRoute, apiRoute } from "../http/api-route.ts";
import { pageQuery } from "../http/paging.ts";
import { stateSchema } from "../http/requests.ts";
import { type Instance, unavailable } from "../instances/index.ts";
import type { Services } from "../services.ts";
import type { Member } from "../tenants/index.ts";
import { instanceView } from "../views.ts";
import { type DashboardCaller, requireRight, requireSession } from "./caller.ts";

const anything = z.unknown();
const shownCollections = ["ledgers", "balances", "transactions", "identities"] as const;
const summedCollections = ["balances", "transactions"] as const;
const alertQuery = z.object({ ...pageQuery, status: z.string().max(60).optional() });

export function instanceRoutes(services: Services): readonly ApiRoute<DashboardCaller>[] {
  return [...alertRoutes(services), ...sumRoutes(services), ...recordRoutes(services), stateRoute(services)];
}

/** Reads go straight to the database of the instance, as the Data API's do. */
function recordRoutes(services: Services): readonly ApiRoute<DashboardCaller>[] {
  return shownCollections.flatMap((collection) => [
    apiRoute<DashboardCaller>({
      method: "GET",
      path: `/api/instances/:id/${collection}`,
      summary: `The ${collection} of an instance`,
      answer: anything,
      handle: async ({ caller, parameters, request }) => {
        const reader = await ownReader(services, requireSession(caller).member, parameters["id"]);
        const query = new URL(request.url).searchParams;
        return textAnswer(await reader.list(collection, query, orderIn(query)), 200);
      },
    }),
    apiRoute<DashboardCaller>({
      method: "GET",
      path: `/api/instances/:id/${collection}/:record`,
      summary: `One of the ${collection} of an instance`,
      answer: anything,
      handle: async ({ caller, parameters }) => {
        const reader = await ownReader(services, requireSession(caller).member, parameters["id"]);
        const record = await reader.get(collection, parameters["record"] ?? "");
        if (record === undefined)
          throw new Refusal(404, "not_found", `There is no such record in ${collection}.`);
        return textAnswer(record, 200);
      },
    }),
  ]);
}

/** Sums of everything that a list's conditions match, on all its pages. */
function sumRoutes(services: Services): readonly ApiRoute<DashboardCaller>[] {
  return summedCollections.map((collection) =>
    apiRoute<DashboardCaller>({
      method: "GET",
      path: `/api/instances/:id/${collection}/sums`,
      summary: `The sums of an instance's ${collection} by currency`,
      answer: anything,
      handle: async ({ caller, parameters, request }) => {
        const reader = await ownReader(services, requireSession(caller).member, parameters["id"]);
        return textAnswer(await reader.sums(collection, new URL(request.url).searchParams), 200);
      },
    }),
  );
}

/** `order_by` and `order_dir`, which the Data API itself reserves and leaves alone. */
function orderIn(query: URLSearchParams): Order | undefined {
  const field = query.get("order_by");
  if (field === null) return undefined;
  return { field, direction: query.get("order_dir") === "desc" ? "descending" : "ascending" };
}

function alertRoutes(services: Services): readonly ApiRoute<DashboardCaller>[] {
  const { database, tools } = services;
  return [
    apiRoute({
      method: "GET",
      path: "/api/instances/:id/alerts",
      summary: "The alerts of an instance, newest first",
      query: alertQuery,
      answer: anything,
      handle: async ({ caller, parameters, query }) => {
        const { instanceId } = ownInstance(services, requireSession(caller).member, parameters["id"]);
        return listAlerts(database, instanceId, query);
      },
    }),
    apiRoute({
      method: "GET",
      path: "/api/instances/:id/alerts/statuses",
      summary: "The statuses an alert can have",
      answer: anything,
      handle: async ({ caller, parameters }) => {
        const { organizationId } = ownInstance(services, requireSession(caller).member, parameters["id"]);
        return { data: alertStatuses(organizationId), allowed_colours: allowedColours };
      },
    }),
    apiRoute({
      method: "PUT",
      path: "/api/instances/:id/alerts/:alert",
      summary: "Work on an alert",
      body: alertStatusUpdateSchema,
      answer: anything,
      handle: async ({ caller, parameters, body, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "work-on-alerts");
        const { instanceId } = ownInstance(services, member, parameters["id"]);
        about({ instanceId });
        return updateAlert(database, tools, instanceId, parameters["alert"] ?? "", body);
      },
    }),
  ];
}

function stateRoute(services: Services): ApiRoute<DashboardCaller> {
  return apiRoute({
    method: "PATCH",
    path: "/api/instances/:id",
    summary: "Start or stop an instance",
    body: stateSchema,
    answer: anything,
    handle: async ({ caller, parameters, body, about }) => {
      const { member } = requireSession(caller);
      requireRight(member, "manage-instances");
      const { instanceId } = ownInstance(services, member, parameters["id"]);
      about({ instanceId });
      const instance = await services.instances.setState(instanceId, body.state);
      await services.changed();
      return instanceView(instance);
    },
  });
}

function ownInstance({ instances }: Services, member: Member, instanceId = ""): Instance {
  const instance = instances.find(instanceId);
  if (instance?.organizationId === member.organizationId) return instance;
  throw new Refusal(404, "not_found", "There is no such instance.");
}

async function ownReader(services: Services, member: Member, instanceId: string | undefined) {
  const instance = ownInstance(services, member, instanceId);
  if (services.faults.instanceAway(instance)) throw unavailable("stopped");
  return services.instances.core(instance.instanceId).reader();
}
