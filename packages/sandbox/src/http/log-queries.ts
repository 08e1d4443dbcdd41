/** What the delivery log and the audit log can be asked for, the same at both doors. */
import { z } from "zod";
import { auditCategories } from "../audit/index.ts";
import { deliveryKinds } from "../deliveries/index.ts";
import { pageQuery } from "./paging.ts";
import { statusFilter } from "./requests.ts";

const id = z.string().max(128).optional();
const oneOf = (values: readonly string[]) => `must be one of ${values.join(", ")}`;

/** A moment, given in any ISO form with its offset; compared in UTC. */
const moment = z.iso
  .datetime({ offset: true, error: "must be a time such as 2026-11-24T12:00:00Z" })
  .transform((text) => new Date(text).toISOString())
  .optional();

const span = { from: moment, to: moment };

export const deliveryQuery = z
  .object({
    ...pageQuery,
    ...span,
    kind: z.enum(deliveryKinds, oneOf(deliveryKinds)).optional(),
    installed_app_id: id,
    app_id: id,
    instance_id: id,
    trace_id: id,
  })
  .transform(({ installed_app_id, app_id, instance_id, trace_id, ...rest }) => ({
    ...rest,
    installedAppId: installed_app_id,
    appId: app_id,
    instanceId: instance_id,
    traceId: trace_id,
  }));

export const auditQuery = z
  .object({
    ...pageQuery,
    ...span,
    organization_id: id,
    instance_id: id,
    installed_app_id: id,
    app_id: id,
    user_id: id,
    category: z.enum(auditCategories, oneOf(auditCategories)).optional(),
    actor: id,
    method: z.string().max(10).optional(),
    status: statusFilter.optional(),
    request_id: id,
    trace_id: id,
  })
  .transform(
    ({ organization_id, instance_id, installed_app_id, app_id, user_id, request_id, trace_id, ...rest }) => ({
      ...rest,
      organizationId: organization_id,
      instanceId: instance_id,
      installedAppId: installed_app_id,
      appId: app_id,
      userId: user_id,
      requestId: request_id,
      traceId: trace_id,
    }),
  );

export const timelineQuery = z
  .object({ trace_id: id, request_id: id, delivery_id: id })
  .refine((query) => Object.values(query).some((value) => value !== undefined), {
    path: ["trace_id"],
    error: "must be given, or request_id or delivery_id instead",
  })
  .transform(({ trace_id, request_id, delivery_id }) => ({
    traceId: trace_id,
    requestId: request_id,
    deliveryId: delivery_id,
  }));
