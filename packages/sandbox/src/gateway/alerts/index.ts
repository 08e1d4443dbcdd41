/**
 * The Alerts API: what somebody should look at, kept by the Cloud itself. Contract
 * section 8, Alerts. Statuses are a setting of the organization: apps may read them only.
 */
import { alertStatusUpdateSchema, flagRequestSchema, stringifyExactJson } from "@annex/protocol";
import { z } from "zod";
import { Refusal } from "../../errors.ts";
import { checked, jsonOf } from "../../http/bodies.ts";
import { pageQuery } from "../../http/paging.ts";
import { filled } from "../../http/queries.ts";

import {
  type GatewayAnswer,
  type GatewayCall,
  type GatewayParts,
  type GatewayRoute,
  jsonText,
} from "../call.ts";
import { alertStatuses, allowedColours } from "./statuses.ts";
import { findAlert, flag, listAlerts, subjectOf, updateAlert } from "./store.ts";

export { type AlertChange, alertHistories } from "./history.ts";
export { listAlerts, updateAlert, updateAlerts } from "./store.ts";

const listQuery = z.object({ ...pageQuery, status: z.string().max(60).optional() });

const read = (path: string, handle: GatewayRoute["handle"]): GatewayRoute => ({
  method: "GET",
  path,
  scope: "alerts:read",
  instanceRequired: false,
  handle,
});

const write = (method: string, path: string, handle: GatewayRoute["handle"]): GatewayRoute => ({
  method,
  path,
  scope: "alerts:write",
  instanceRequired: false,
  handle,
});

/** A setting of the workspace, which is there for people only. */
const settings = (method: string, path: string): GatewayRoute => ({
  ...write(method, path, () => Promise.reject(workspaceSetting())),
  forbidden: workspaceSetting,
});

export const alertGatewayRoutes: readonly GatewayRoute[] = [
  read("/alerts", async ({ installation, query }, { database }) => {
    const filter = checked(listQuery, filled(query), 400);
    return json(await listAlerts(database, installation.instanceId, filter));
  }),
  read("/alerts/statuses", async ({ installation }) =>
    json({ data: alertStatuses(installation.organizationId), allowed_colours: allowedColours }),
  ),
  read("/alerts/:id", async ({ installation, parameters }, { database }) =>
    json(await findAlert(database, installation.instanceId, parameters["id"] ?? "")),
  ),
  write("POST", "/alerts/flag/:id", flagResource),
  write("PUT", "/alerts/flag/:id", async ({ installation, parameters, body }, { database, tools }) => {
    const update = checked(alertStatusUpdateSchema, jsonOf(body));
    const place = { instanceId: installation.instanceId, by: installation };
    return json(await updateAlert(database, tools, place, parameters["id"] ?? "", update));
  }),
  settings("POST", "/alerts/statuses"),
  settings("PUT", "/alerts/statuses/:key"),
  settings("DELETE", "/alerts/statuses/:key"),
];

/** Flags a resource of the caller's own instance; one of another instance is as good as none. */
async function flagResource(call: GatewayCall, parts: GatewayParts): Promise<GatewayAnswer> {
  const { installation, parameters } = call;
  const resourceId = parameters["id"] ?? "";
  const body = checked(flagRequestSchema, jsonOf(call.body));
  const subject = subjectOf(resourceId);
  if (subject === undefined) {
    const sentence =
      "resource_id: an alert is about a balance (bln_…), a transaction (txn_…) or an identity (idt_…).";
    throw new Refusal(422, "invalid_request", sentence, { field: "resource_id" });
  }
  const reader = await parts.instances.core(installation.instanceId).reader();
  if ((await reader.get(subject.collection, resourceId)) === undefined)
    throw new Refusal(404, "not_found", `There is no such record in ${subject.collection}.`);
  return json(await flag(parts.database, parts.tools, installation, { ...subject, ...body, resourceId }));
}

function workspaceSetting(): Refusal {
  return new Refusal(
    403,
    "workspace_setting",
    "Alert statuses are a setting of the workspace; apps may read them only.",
  );
}

function json(value: unknown): GatewayAnswer {
  return jsonText(stringifyExactJson(value));
}
