/**
 * The shapes of answers, the same at both doors: handlers are held to them by the compiler, the OpenAPI documents are
 * made of them, and so are the types of the dashboard's page.
 */
import { scopeSchema } from "@annex/protocol";
import { z } from "zod";

const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
const text = z.string();
const textOrNull = z.string().nullable();
/** Whole numbers of any size, digit for digit. */
const exactNumber = z.union([z.number(), z.bigint()]);

/** A page of a list, and how many there are in all. */
export const listed = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: list(item),
    total: z.number(),
    total_is_minimum: z.boolean().optional().describe("there are more: they were not counted further"),
  });

export const instance = z.object({
  instance_id: z.string(),
  name: z.string(),
  state: z.enum(["running", "stopped"]),
});

export const member = z.object({
  user_id: text,
  name: text,
  email: text,
  role: z.enum(["Admin", "Operator", "Investigator", "Analyst"]),
});
const inOrganization = { organization_id: z.string() };

/** An app as its own organization sees it. */
export const ownApp = z.object({
  app_id: z.string(),
  name: z.string(),
  description: z.string(),
  logo_url: z.string(),
  developer: z.string(),
  permissions: list(scopeSchema),
  launch_access: list(z.string()),
  launch_requires_authentication: z.boolean(),
  registration_callback_url: z.string().describe("its secret masked"),
  portal_generator_url: z.string().describe("its secret masked"),
  created_at: z.string(),
  insecure_urls: z.boolean().describe("not public https, taken while developing only"),
  notices: list(z.string()).describe("what to know of its address, in sentences"),
});

export const app = ownApp.extend(inOrganization);
export const appId = z.object({ app_id: text });
export const registered = appId.extend(ownApp.pick({ notices: true }).shape);
export const appUrls = z.object({ registration_callback_url: text, portal_generator_url: text });

export const installation = z.object({
  ...inOrganization,
  installed_app_id: z.string(),
  app_id: z.string(),
  instance_id: z.string(),
  status: z.enum(["installing", "active", "cancelled", "uninstalled"]),
  granted_permissions: list(scopeSchema),
  api_key_prefix: z.string(),
  created_at: z.string(),
  installed_at: z.string(),
  installed_by: z.string().nullable(),
  ended_at: z.string().nullable(),
  uninstalled_at: z.string().nullable(),
});

/** An app with its installation in one instance, and whether the member who asks may launch it. */
export const appInInstance = ownApp.extend({
  installation: installation
    .extend({ launch: z.object({ allowed: z.boolean(), reason: textOrNull }) })
    .nullable(),
});

export const appWithHistory = appInInstance.extend({ history: list(installation) });

export const state = z.object({
  organizations: z.array(
    z.object({ ...inOrganization, name: z.string(), instances: list(instance), members: list(member) }),
  ),
  instances: list(instance.extend(inOrganization)),
  members: list(member.extend(inOrganization)),
  apps: list(app),
  installations: list(installation),
});

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

/** A delivery as the dashboard shows it. */
export const ownDelivery = z.object({
  delivery_id: z.string(),
  kind: z.enum(["install", "uninstall", "portal"]),
  app_id: z.string(),
  app_name: z.string(),
  installed_app_id: z.string(),
  instance_id: z.string(),
  url: z.string().describe("its secret masked"),
  request_body: z.string().describe("JSON text, the key masked"),
  status: z.number().nullable().describe("null where no whole answer came"),
  response_body: z.string().nullable().describe("clipped, secrets masked"),
  duration_ms: z.number().nullable(),
  error: z.string().nullable(),
  sent_at: z.string(),
  attempt_of: z.string().nullable().describe("the delivery that this one repeats"),
  faults: list(z.string()).describe("the faults that struck it"),
  ...traced,
});

export const delivery = ownDelivery.extend({
  ...inOrganization,
  body: z.string().describe("the same as request_body"),
  time: z.string().describe("the same as sent_at"),
});

export const redelivered = z.object({
  data: z.array(z.object({ status: z.number().nullable(), duration_ms: z.number(), body: z.string() })),
});

export const auditEntry = z.object({
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
  faults: list(z.string()).describe("the faults that struck it"),
  ...traced,
  resource_id: z.string().nullable().describe("what a write made"),
  request_body: z.string().nullable().describe("of a refused call, secrets masked"),
  response_body: z.string().nullable().describe("of a refused call, secrets masked"),
});

const step = { matched_by: z.enum(["trace", "key_and_time"]) };

export const timeline = z.object({
  trace_id: textOrNull,
  data: list(
    z.discriminatedUnion("kind", [
      z.object({ ...step, kind: z.literal("call"), call: auditEntry }),
      z.object({ ...step, kind: z.literal("delivery"), delivery: ownDelivery }),
    ]),
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
  organization_id: z.string().nullable().describe("whose it is; null where it strikes every organization"),
  app_id: z.string().nullable(),
  instance_id: z.string().nullable(),
  installed_app_id: z.string().nullable(),
  values: z.record(z.string(), z.unknown()).readonly(),
  times: z.number().nullable(),
  set_at: z.string(),
  ends_at: z.string().nullable(),
});

const faultValue = z.object({
  name: text,
  type: z.enum(["number", "text", "choice", "truth", "json"]),
  required: z.boolean(),
  description: text,
  default: z.unknown().optional(),
  choices: list(text).optional(),
});

export const faultDescription = z.object({
  fault: text,
  strikes: z.enum(["delivery", "gateway", "launch", "session", "instance"]),
  title: text,
  what_happens: text,
  what_a_good_app_does: text,
  values: list(faultValue),
});

export const faults = z.object({ data: list(fault), catalogue: list(faultDescription) });

export const session = z.object({
  user: member,
  organization: z.object({ ...inOrganization, name: text }),
  instances: list(instance),
  members: list(member),
  rights: z
    .record(z.enum(["manage-apps", "manage-instances", "work-on-alerts"]), list(member.shape.role))
    .readonly(),
  development: z.boolean(),
  edition: z.enum(["guide", "later"]),
});

export const alert = z.object({
  anomaly_id: text,
  title: text,
  description: text,
  type: z.enum(["Balance", "Transaction", "Identity"]),
  assigned_to: textOrNull,
  escalated_to: list(text),
  status: text,
  created_at: text,
  updated_at: text,
  affected_balances: list(text),
  affected_identities: list(text),
  affected_transactions: list(text),
});

/** Who did something: an app by its installation, or a member. */
const alertActor = z.object({
  installed_app_id: text.optional(),
  app_id: text.optional(),
  app_name: text.optional(),
  user_id: text.optional(),
  user_name: text.optional(),
});

/** An alert as people see it: with its course, the flagging first. */
export const alertWithHistory = alert.extend({
  history: list(z.object({ changed_at: text, by: alertActor, status: text, changed: list(text) })),
});

export const changedAlerts = z.object({ data: list(alert) });

export const alertStatuses = z.object({
  data: list(
    z.object({
      ...inOrganization,
      key: text,
      name: text,
      colour: text,
      created_at: text,
      updated_at: text,
    }),
  ),
  allowed_colours: list(text),
});

const record = { created_at: text, meta_data: z.record(text, z.unknown()).readonly().nullable() };

/** The records of an instance's database, as the Data API reads them. Contract section 8. */
export const records = {
  ledgers: z.object({ ledger_id: text, name: text, ...record }),
  balances: z.object({
    balance_id: text,
    ledger_id: text,
    identity_id: textOrNull,
    indicator: textOrNull.optional(),
    currency: text,
    balance: exactNumber,
    credit_balance: exactNumber,
    debit_balance: exactNumber,
    inflight_balance: exactNumber,
    inflight_credit_balance: exactNumber,
    inflight_debit_balance: exactNumber,
    ...record,
  }),
  transactions: z.object({
    transaction_id: text,
    parent_transaction: textOrNull,
    source: text,
    destination: text,
    description: textOrNull,
    reference: text,
    amount: exactNumber,
    precise_amount: exactNumber,
    precision: exactNumber,
    currency: text,
    status: text,
    hash: textOrNull.optional(),
    effective_date: textOrNull.optional(),
    scheduled_for: textOrNull.optional(),
    ...record,
  }),
  identities: z.object({
    identity_id: text,
    identity_type: textOrNull,
    first_name: text,
    last_name: text,
    other_names: textOrNull,
    gender: textOrNull,
    dob: textOrNull,
    email_address: textOrNull,
    phone_number: textOrNull,
    nationality: textOrNull,
    organization_name: textOrNull,
    category: textOrNull,
    street: textOrNull,
    city: textOrNull,
    state: textOrNull,
    post_code: textOrNull,
    country: textOrNull,
    ...record,
  }),
} as const;

/** Sums in minor units for one currency; balances have no precision of their own. */
export const sums = z.object({
  data: list(
    z.object({
      currency: text,
      precision: exactNumber.nullable(),
      count: z.number(),
      sum: exactNumber,
    }),
  ),
});

export const cleared = z.object({ cleared: z.number().describe("how many there were") });

export const refusal = z.object({
  error: z.string(),
  code: z.string(),
  reference: z.string(),
  field: z.string().optional(),
  delivery_id: z.string().optional(),
});
