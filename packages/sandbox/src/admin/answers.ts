/** The shapes of the admin API's answers, for its description. */
import { scopeSchema } from "@annex/protocol";
import { z } from "zod";

export const instance = z.object({
  instance_id: z.string(),
  name: z.string(),
  state: z.enum(["running", "stopped"]),
});

const member = z.object({ user_id: z.string(), name: z.string(), email: z.string(), role: z.string() });
const inOrganization = { organization_id: z.string() };

export const app = z.object({
  ...inOrganization,
  app_id: z.string(),
  name: z.string(),
  description: z.string(),
  logo_url: z.string(),
  developer: z.string(),
  permissions: z.array(scopeSchema),
  launch_access: z.array(z.string()),
  launch_requires_authentication: z.boolean(),
  registration_callback_url: z.string().describe("its secret masked"),
  portal_generator_url: z.string().describe("its secret masked"),
  created_at: z.string(),
  insecure_urls: z.boolean().describe("not public https, taken while developing only"),
});

const installation = z.object({
  ...inOrganization,
  installed_app_id: z.string(),
  app_id: z.string(),
  instance_id: z.string(),
  status: z.enum(["installing", "active", "cancelled", "uninstalled"]),
  granted_permissions: z.array(scopeSchema),
  api_key_prefix: z.string(),
  created_at: z.string(),
  installed_at: z.string(),
  installed_by: z.string().nullable(),
  ended_at: z.string().nullable(),
  uninstalled_at: z.string().nullable(),
});

export const state = z.object({
  organizations: z.array(
    z.object({ ...inOrganization, name: z.string(), instances: z.array(instance), members: z.array(member) }),
  ),
  instances: z.array(instance.extend(inOrganization)),
  members: z.array(member.extend(inOrganization)),
  apps: z.array(app),
  installations: z.array(installation),
});

export const installations = z.object({ data: z.array(installation), total: z.number() });

export const installed = z.object({
  installed_app_id: z.string(),
  status: z.literal("active"),
  api_key_prefix: z.string(),
  delivery_id: z.string(),
});

export const uninstalled = z.object({ status: z.literal("uninstalled"), delivery_id: z.string() });
export const launched = z.object({ portal_url: z.string(), delivery_id: z.string() });

const traced = {
  trace_id: z.string().nullable(),
  span_id: z.string().nullable(),
  parent_id: z.string().nullable().describe("the step that caused it"),
};

const delivery = z.object({
  ...inOrganization,
  delivery_id: z.string(),
  kind: z.enum(["install", "uninstall", "portal"]),
  app_id: z.string(),
  app_name: z.string(),
  installed_app_id: z.string(),
  instance_id: z.string(),
  url: z.string().describe("its secret masked"),
  request_body: z.string().describe("JSON text, the key masked"),
  body: z.string().describe("the same as request_body"),
  status: z.number().nullable().describe("null where no whole answer came"),
  response_body: z.string().nullable().describe("clipped, secrets masked"),
  duration_ms: z.number().nullable(),
  error: z.string().nullable(),
  sent_at: z.string(),
  time: z.string().describe("the same as sent_at"),
  attempt_of: z.string().nullable().describe("the delivery that this one repeats"),
  faults: z.array(z.string()).describe("the faults that struck it"),
  ...traced,
});

export const deliveries = z.object({ data: z.array(delivery), total: z.number() });

export const redelivered = z.object({
  data: z.array(z.object({ status: z.number().nullable(), duration_ms: z.number(), body: z.string() })),
});

const auditEntry = z.object({
  audit_id: z.string(),
  time: z.string(),
  category: z.string(),
  actor: z.object({
    installed_app_id: z.string().optional(),
    app_id: z.string().optional(),
    app_name: z.string().optional(),
    api_key_prefix: z.string().optional(),
    user_id: z.string().optional(),
    user_name: z.string().optional(),
  }),
  organization_id: z.string().nullable(),
  instance_id: z.string().nullable(),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  duration_ms: z.number(),
  request_id: z.string(),
  code: z.string().optional(),
  faults: z.array(z.string()).describe("the faults that struck it"),
  ...traced,
  resource_id: z.string().nullable().describe("what a write made"),
  request_body: z.string().nullable().describe("of a refused call, secrets masked"),
  response_body: z.string().nullable().describe("of a refused call, secrets masked"),
});

export const audit = z.object({
  data: z.array(auditEntry),
  total: z.number().describe("counted up to 10000"),
  total_is_minimum: z.boolean().describe("whether there are more"),
});

export const timeline = z.object({
  trace_id: z.string().nullable(),
  data: z.array(
    z.object({
      kind: z.enum(["call", "delivery"]),
      matched_by: z.enum(["trace", "key_and_time"]),
      call: auditEntry.optional(),
      delivery: delivery.partial().optional(),
    }),
  ),
});

export const event = z.string().describe("text/event-stream: events call and delivery, their data JSON");

export const fault = z.object({
  fault_id: z.string(),
  fault: z.string(),
  title: z.string(),
  strikes: z.enum(["delivery", "gateway", "launch", "session", "instance"]),
  on: z.boolean().describe("false when its time or its number of times is over"),
  struck: z.number().describe("how often it struck"),
  app_id: z.string().nullable(),
  instance_id: z.string().nullable(),
  installed_app_id: z.string().nullable(),
  values: z.record(z.string(), z.unknown()),
  times: z.number().nullable(),
  set_at: z.string(),
  ends_at: z.string().nullable(),
});

export const cleared = z.object({ cleared: z.number().describe("how many there were") });

export const refusal = z.object({
  error: z.string(),
  code: z.string(),
  reference: z.string(),
  field: z.string().optional(),
  delivery_id: z.string().optional(),
});
