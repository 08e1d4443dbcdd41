/** An instance in the dashboard: its records, its alerts, and whether it runs. */
import type { Order } from "@annex/data-api";
import { alertStatusUpdateSchema } from "@annex/protocol";
import { z } from "zod";
import { Refusal } from "../errors.ts";
import { alertStatuses, allowedColours, listAlerts, updateAlert, updateAlerts } from "../gateway/index.ts";
import { holding, textAnswer } from "../http/answers.ts";
import { pageQuery } from "../http/paging.ts";
import { stateSchema } from "../http/requests.ts";
import * as shapes from "../http/shapes.ts";
import { type Instance, unavailable } from "../instances/index.ts";
import type { Services } from "../services.ts";
import type { Member } from "../tenants/index.ts";
import { alertViews, instanceView } from "../views.ts";
import { type DashboardCaller, dashboardRoute, requireRight, requireSession } from "./caller.ts";

/** A page says how many rows there are, as far as somebody could turn its pages. */
const countedTo = 10_000;

/** Page, order, what is searched for, and any of the conditions of the Data API, which reads them itself. Contract section 8. */
const recordQuery = z.looseObject({
  page: z.string().optional(),
  pageSize: z.string().optional(),
  order_by: z.string().optional(),
  order_dir: z.string().optional(),
  search: z.string().max(200).optional(),
});
/** As many as a page can show. */
const mostAlertsAtOnce = 200;
const alertsUpdateSchema = z.object({
  anomaly_ids: z.array(z.string().max(60)).min(1).max(mostAlertsAtOnce),
  status: z.string().min(1).max(60),
});
const alertQuery = z.object({ ...pageQuery, status: z.string().max(60).optional() });

export function instanceRoutes(services: Services) {
  return [...alertRoutes(services), ...sumRoutes(services), ...recordRoutes(services), stateRoute(services)];
}

/** Reads go straight to the database of the instance, as the Data API's do. */
function recordRoutes(services: Services) {
  return [
    ...routesOf(services, "ledgers", shapes.records.ledgers),
    ...routesOf(services, "balances", shapes.records.balances),
    ...routesOf(services, "transactions", shapes.records.transactions),
    ...routesOf(services, "identities", shapes.records.identities),
  ];
}

/** The answers are texts already, digit for digit as the database gave them; the shape says what they hold. */
function routesOf<const Collection extends keyof typeof shapes.records, Shape extends z.ZodType>(
  services: Services,
  collection: Collection,
  shape: Shape,
) {
  return [
    dashboardRoute({
      method: "GET",
      path: `/api/instances/:id/${collection}`,
      summary: `The ${collection} of an instance`,
      query: recordQuery,
      answer: shapes.listed(shape),
      handle: async ({ caller, parameters, request }) => {
        const reader = await readerOf(services, caller, parameters);
        const { query, search } = searchIn(request);
        const browsing = { order: orderIn(query), countTo: countedTo, search };
        return holding(textAnswer(await reader.list(collection, query, browsing), 200));
      },
    }),
    dashboardRoute({
      method: "GET",
      path: `/api/instances/:id/${collection}/:record`,
      summary: `One of the ${collection} of an instance`,
      answer: shape,
      handle: async ({ caller, parameters }) => {
        const reader = await readerOf(services, caller, parameters);
        const record = await reader.get(collection, segment(parameters, "record"));
        if (record === undefined)
          throw new Refusal(404, "not_found", `There is no such record in ${collection}.`);
        return holding(textAnswer(record, 200));
      },
    }),
  ];
}

/** Sums of everything that a list's conditions match, on all its pages. */
function sumRoutes(services: Services) {
  return [sumRoute(services, "balances"), sumRoute(services, "transactions")];
}

function sumRoute<const Collection extends "balances" | "transactions">(
  services: Services,
  collection: Collection,
) {
  return dashboardRoute({
    method: "GET",
    path: `/api/instances/:id/${collection}/sums`,
    summary: `The sums of an instance's ${collection} by currency`,
    query: recordQuery,
    answer: shapes.sums,
    handle: async ({ caller, parameters, request }) => {
      const reader = await readerOf(services, caller, parameters);
      const { query, search } = searchIn(request);
      return holding(textAnswer(await reader.sums(collection, query, search), 200));
    },
  });
}

/** What is searched for, and all else: the Data API has no such parameter and would refuse it. */
function searchIn({ url }: { readonly url: string }) {
  const query = new URL(url).searchParams;
  const search = query.get("search") ?? undefined;
  query.delete("search");
  return { query, search };
}

/** `order_by` and `order_dir`, which the Data API itself reserves and leaves alone. */
function orderIn(query: URLSearchParams): Order | undefined {
  const field = query.get("order_by");
  if (field === null) return undefined;
  return { field, direction: query.get("order_dir") === "desc" ? "descending" : "ascending" };
}

function alertRoutes(services: Services) {
  const { database, tools } = services;
  return [
    dashboardRoute({
      method: "GET",
      path: "/api/instances/:id/alerts",
      summary: "The alerts of an instance, newest first",
      query: alertQuery,
      answer: shapes.listed(shapes.alertWithHistory),
      handle: async ({ caller, parameters, query }) => {
        const { instanceId } = ownInstance(services, requireSession(caller).member, parameters.id);
        const { data, total } = await listAlerts(database, instanceId, query);
        return { data: await alertViews(services, data), total };
      },
    }),
    dashboardRoute({
      method: "GET",
      path: "/api/instances/:id/alerts/statuses",
      summary: "The statuses an alert can have",
      answer: shapes.alertStatuses,
      handle: async ({ caller, parameters }) => {
        const { organizationId } = ownInstance(services, requireSession(caller).member, parameters.id);
        return { data: alertStatuses(organizationId), allowed_colours: allowedColours };
      },
    }),
    dashboardRoute({
      method: "PUT",
      path: "/api/instances/:id/alerts/:alert",
      summary: "Work on an alert",
      body: alertStatusUpdateSchema,
      answer: shapes.alert,
      handle: async ({ caller, parameters, body, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "work-on-alerts");
        const { instanceId } = ownInstance(services, member, parameters.id);
        about({ instanceId });
        const place = { instanceId, by: member };
        return updateAlert(database, tools, place, parameters.alert, body);
      },
    }),
    dashboardRoute({
      method: "PUT",
      path: "/api/instances/:id/alerts",
      summary: "Work on several alerts at once: all of them, or none",
      body: alertsUpdateSchema,
      answer: shapes.changedAlerts,
      handle: async ({ caller, parameters, body, about }) => {
        const { member } = requireSession(caller);
        requireRight(member, "work-on-alerts");
        const { instanceId } = ownInstance(services, member, parameters.id);
        about({ instanceId });
        const place = { instanceId, by: member };
        return {
          data: await updateAlerts(database, tools, place, body.anomaly_ids, { status: body.status }),
        };
      },
    }),
  ];
}

function stateRoute(services: Services) {
  return dashboardRoute({
    method: "PATCH",
    path: "/api/instances/:id",
    summary: "Start or stop an instance",
    body: stateSchema,
    answer: shapes.instance,
    handle: async ({ caller, parameters, body, about }) => {
      const { member } = requireSession(caller);
      requireRight(member, "manage-instances");
      const { instanceId } = ownInstance(services, member, parameters.id);
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

type Parameters = Readonly<Record<string, string>>;
const segment = (parameters: Parameters, name: string) => parameters[name] ?? "";
const readerOf = (services: Services, caller: DashboardCaller, parameters: Parameters) =>
  ownReader(services, requireSession(caller).member, segment(parameters, "id"));

async function ownReader(services: Services, member: Member, instanceId: string | undefined) {
  const instance = ownInstance(services, member, instanceId);
  if (services.faults.instanceAway(instance)) throw unavailable("stopped");
  return services.instances.core(instance.instanceId).reader();
}
