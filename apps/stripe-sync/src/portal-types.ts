/**
 * What the pages and the server of Stripe Sync say to each other, as zod schemas. Imported by both sides: nothing
 * here knows of Node, of Stripe or of Cloud. The calls themselves are described at the top of `portal-api.ts`.
 *
 * Amounts are whole minor units written as text, with a sign where money leaves (`"-1050"`), so that no browser
 * rounds them; `decimals` says where the point goes (JPY 0, USD 2, KWD 3), by Stripe's own table.
 */
import { z } from "zod";

/** An exact amount: `{ minor: "-1050", currency: "USD", decimals: 2 }` is minus ten dollars and fifty cents. */
export const moneySchema = z.object({
  minor: z.string().regex(/^-?\d+$/),
  currency: z.string(),
  decimals: z.int().min(0).max(4),
});
export type MoneyJson = z.infer<typeof moneySchema>;

/** What went wrong, in the words of the error catalogue (contract section 10), as stored with a run. */
export const failureSchema = z.object({
  code: z.string(),
  error: z.string(),
  next: z.string(),
  reference: z.string().optional(),
  provider: z.string().optional(),
  retry_after: z.number().optional(),
});
export type FailureJson = z.infer<typeof failureSchema>;

/** What kind of thing moved the money; `other` is a type of Stripe's that this app does not know yet. */
export const objectKinds = [
  "charge",
  "refund",
  "dispute",
  "payout",
  "fee",
  "adjustment",
  "transfer",
  "topup",
  "reserve",
  "other",
  "customer",
] as const;
export type ObjectKind = (typeof objectKinds)[number];

/**
 * Where an object stands: `waiting` (read from Stripe, not yet in the ledger) · `posted` (by this run) ·
 * `already_posted` (an earlier run did, and what is there is equal) · `nothing_to_post` (it moves no money) ·
 * `difference` (something else is in the ledger under its reference; `finding` says what) · `failed`.
 */
export const objectStates = [
  "waiting",
  "posted",
  "already_posted",
  "nothing_to_post",
  "difference",
  "failed",
] as const;
export type ObjectState = (typeof objectStates)[number];

export const runStatuses = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** The parts of a run, in order. */
export const runPhases = ["preparing", "customers", "reading", "posting", "checking"] as const;
export type RunPhase = (typeof runPhases)[number];

const count = z.int().min(0);

/** How many objects of a run are in each state; `all` is their sum, customers included. */
export const countsSchema = z.object({
  all: count,
  waiting: count,
  posted: count,
  already_posted: count,
  nothing_to_post: count,
  difference: count,
  failed: count,
});
export type CountsJson = z.infer<typeof countsSchema>;

/** `total` is absent while Stripe is still being read, since Stripe does not say how much there is. */
export const progressSchema = z.object({
  phase: z.enum(runPhases),
  done: count,
  total: count.optional(),
  message: z.string(),
});
export type ProgressJson = z.infer<typeof progressSchema>;

/** One currency: what Stripe says it holds, what the ledger says, and the difference (ledger minus Stripe). */
export const currencyTotalSchema = z.object({
  currency: z.string(),
  decimals: z.int(),
  stripe: moneySchema.optional(),
  stripe_available: moneySchema.optional(),
  stripe_pending: moneySchema.optional(),
  ledger: moneySchema.optional(),
  ledger_fees: moneySchema.optional(),
  ledger_suspense: moneySchema.optional(),
  difference: moneySchema.optional(),
});
export type CurrencyTotalJson = z.infer<typeof currencyTotalSchema>;

export const findingCodes = [
  "ledger_differs",
  "ledger_refused",
  "unknown_type",
  "unknown_currency",
  "amounts_disagree",
  "balance_differs",
  "alert_uncertain",
  "alert_refused",
] as const;

/** Something a person should look at; a run that has findings still completes. */
export const findingSchema = z.object({
  object_id: z.string().optional(),
  code: z.enum(findingCodes),
  error: z.string(),
  next: z.string(),
});
export type FindingJson = z.infer<typeof findingSchema>;

export const runSchema = z.object({
  run_id: z.string(),
  status: z.enum(runStatuses),
  attempt: z.int(),
  created_at: z.string(),
  started_at: z.string().optional(),
  finished_at: z.string().optional(),
  progress: progressSchema.optional(),
  counts: countsSchema,
  findings: count,
  error: failureSchema.optional(),
  can_retry: z.boolean(),
  can_cancel: z.boolean(),
});
export type RunJson = z.infer<typeof runSchema>;

/** A button: whether it may be pressed now, and if not, why, ready to be shown. */
export const actionSchema = z.object({
  allowed: z.boolean(),
  code: z.string().optional(),
  reason: z.string().optional(),
  next: z.string().optional(),
  required_scope: z.string().optional(),
});
export type ActionJson = z.infer<typeof actionSchema>;

/** `GET /portal/api/overview` */
export const overviewSchema = z.object({
  source: z.object({
    mode: z.enum(["simulator", "test", "live"]),
    label: z.string(),
    address: z.string(),
  }),
  tiles: z.object({ all: count, completed: count, in_progress: count, failed: count, cancelled: count }),
  active_run: runSchema.optional(),
  last_run: runSchema.optional(),
  actions: z.object({ start: actionSchema }),
  alerts: z.object({ enabled: z.boolean(), reason: z.string().optional() }),
});
export type OverviewJson = z.infer<typeof overviewSchema>;

const sideSchema = z.object({ ok: z.boolean(), as_of: z.string(), failure: failureSchema.optional() });

/** `GET /portal/api/totals`: each side is asked now; a side that cannot be reached says so and leaves its amounts out. */
export const totalsSchema = z.object({
  stripe: sideSchema,
  ledger: sideSchema,
  equal: z.boolean().optional(),
  currencies: z.array(currencyTotalSchema),
});
export type TotalsJson = z.infer<typeof totalsSchema>;

/** `GET /portal/api/runs` */
export const runListSchema = z.object({ data: z.array(runSchema), next: z.string().optional() });

/** `GET /portal/api/runs/{run_id}` */
export const runDetailSchema = runSchema.extend({
  kinds: z.array(z.object({ kind: z.enum(objectKinds), count })),
  currencies: z.array(currencyTotalSchema),
  finding_list: z.array(findingSchema),
  /** False for a run so old that its objects were forgotten; its counts stay. */
  objects_kept: z.boolean(),
});
export type RunDetailJson = z.infer<typeof runDetailSchema>;

/** One movement in the ledger. `from` and `to` are account names as a person reads them ("Stripe balance"). */
export const legSchema = z.object({
  role: z.enum(["net", "fee"]),
  reference: z.string(),
  transaction_id: z.string().optional(),
  from: z.string(),
  to: z.string(),
  amount: moneySchema,
});
export type LegJson = z.infer<typeof legSchema>;

export const objectSchema = z.object({
  id: z.string(),
  kind: z.enum(objectKinds),
  state: z.enum(objectStates),
  stripe_type: z.string(),
  source_id: z.string().optional(),
  description: z.string().optional(),
  created_at: z.string(),
  amount: moneySchema.optional(),
  fee: moneySchema.optional(),
  net: moneySchema.optional(),
  legs: z.array(legSchema),
  customer_id: z.string().optional(),
  identity_id: z.string().optional(),
  alert_id: z.string().optional(),
  finding: findingSchema.optional(),
});
export type ObjectJson = z.infer<typeof objectSchema>;

/** `GET /portal/api/runs/{run_id}/objects` */
export const objectListSchema = z.object({ data: z.array(objectSchema), next: z.string().optional() });
