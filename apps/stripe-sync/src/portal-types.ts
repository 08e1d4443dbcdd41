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
export const runPhases = [
  "preparing",
  "customers",
  "reading",
  "posting",
  "alerts",
  "payouts",
  "checking",
] as const;
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
  done: count,
  total: count.optional(),
  message: z.string(),
});
export type ProgressJson = z.infer<typeof progressSchema>;

/**
 * One currency: what Stripe says it holds, what the ledger says, and the difference (ledger minus Stripe), both as of
 * the same balance transaction: what came in at Stripe since the ledger was last brought up to date is in `later`, and
 * not in `stripe`. `missing` is what findings say is not in the ledger; only what it does not explain is a finding of
 * its own. A currency with an amount that cannot be read, or of which very many whose currency nobody knows may be, has
 * `incomparable`, one in which so much came in meanwhile that
 * nobody can tell has `too_busy`, and neither has a difference.
 */
export const currencyTotalSchema = z.object({
  currency: z.string(),
  decimals: z.int(),
  stripe: moneySchema.optional(),
  later: moneySchema.optional(),
  missing: moneySchema.optional(),
  incomparable: z.boolean().optional(),
  too_busy: z.boolean().optional(),
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
  "amount_unreadable",
  "time_unreadable",
  "reclassify",
  "conversion_unknown",
  "balance_differs",
  "alert_uncertain",
  "alert_refused",
  "customer_doubtful",
  "customer_unreadable",
  "payout_differs",
  "payout_incomparable",
] as const;

/** Something a person should look at; a run that has findings still completes. */
export const findingSchema = z.object({
  object_id: z.string().optional(),
  /** Of the object it is about: for `GET /portal/api/payouts/{key}` of a payout, else `/objects/{key}`. */
  object_key: z.string().optional(),
  /** The identities in the ledger that could be meant. */
  identity_ids: z.array(z.string()).optional(),
  /** The transaction in the ledger that it is about. */
  transaction_id: z.string().optional(),
  /** The balance in the ledger that it is about. */
  balance_id: z.string().optional(),
  code: z.enum(findingCodes),
  /** How much it is about: what the balance transaction changes Stripe's balance by, or by how much two sums differ. */
  amount: moneySchema.optional(),
  error: z.string(),
  next: z.string(),
});
export type FindingJson = z.infer<typeof findingSchema>;

/**
 * `new` (nobody has looked at it) · `acknowledged` (a member has, and said why it may stay) · `resolved` (it was gone
 * when the object was looked at again).
 */
export const findingStatuses = ["new", "acknowledged", "resolved"] as const;

/** A correcting posting that a person may approve: `amount` goes from one account to the other. */
export const correctionSchema = z.object({
  reference: z.string(),
  from: z.string(),
  to: z.string(),
  amount: moneySchema,
  /** What the account of what is to be looked at held when this was proposed, where it is moved from there. */
  held: moneySchema.optional(),
  /** Once it is posted. */
  transaction_id: z.string().optional(),
});
export type CorrectionJson = z.infer<typeof correctionSchema>;

/** A finding through its life. Times in UTC. */
export const keptFindingSchema = findingSchema.extend({
  id: z.string(),
  status: z.enum(findingStatuses),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  /** The run that saw it first. */
  run_id: z.string(),
  acknowledged_by: z.string().optional(),
  acknowledged_at: z.string().optional(),
  reason: z.string().optional(),
  /** Whose word another one followed, or what was acknowledged before it became new again; oldest first, the latest hundred. */
  acknowledged_before: z
    .array(z.object({ at: z.string(), by: z.string().optional(), reason: z.string() }))
    .optional(),
  resolved_at: z.string().optional(),
  /** What would put it right, where the app knows: `POST …/approve` posts it. */
  corrections: z.array(correctionSchema).optional(),
  /** Only while what was approved is being posted, and once it is. */
  approved_by: z.string().optional(),
  approved_at: z.string().optional(),
  /** Why the posting that was approved last is not done: it is tried again while there is `approved_at`. */
  correction_error: failureSchema.optional(),
  /** When it is tried again. */
  correction_goes_on_at: z.string().optional(),
});
export type KeptFindingJson = z.infer<typeof keptFindingSchema>;

/** `GET /portal/api/findings` */
export const findingListSchema = z.object({
  data: z.array(keptFindingSchema),
  next: z.string().optional(),
  /** For how many days after that resolved ones are kept; absent where for ever. */
  resolved_kept_days: count.optional(),
});
export type FindingListJson = z.infer<typeof findingListSchema>;

/** Why a run was started. */
export const runReasons = ["person", "install", "schedule", "webhook", "key"] as const;

/** What this app says of a run, beside what the framework does (`RunAnswer` of `@annex/protocol`). */
export const aboutRunSchema = z.object({
  phase: z.enum(runPhases).optional(),
  counts: countsSchema,
  findings: count,
  reason: z.enum(runReasons),
  /** The days that were asked for, where they were: ISO times, `to` exclusive. */
  from: z.string().optional(),
  to: z.string().optional(),
});
export type AboutRunJson = z.infer<typeof aboutRunSchema>;

/** … on its own page. */
export const aboutRunPageSchema = aboutRunSchema.extend({
  kinds: z.array(z.object({ kind: z.enum(objectKinds), count })),
  currencies: z.array(currencyTotalSchema),
  /** The first of them; `finding_count` is how many there are. */
  finding_list: z.array(findingSchema),
  finding_count: count,
  /** False for a run so old that its objects were forgotten; its counts stay. */
  objects_kept: z.boolean(),
  /** The currencies of its objects. */
  object_currencies: z.array(z.string()),
  /** The name of the books that it read, where those are of a former key. */
  books: z.string().optional(),
});
export type AboutRunPageJson = z.infer<typeof aboutRunPageSchema>;

const frameworkRunSchema = z.object({
  run_id: z.string(),
  status: z.enum(runStatuses),
  attempt: z.int(),
  created_at: z.string(),
  started_at: z.string().optional(),
  finished_at: z.string().optional(),
  progress: progressSchema.optional(),
  error: failureSchema.optional(),
  /** A queued run that goes on by itself: when. `error` says what it waits for. */
  waits_until: z.string().optional(),
});

export const runSchema = frameworkRunSchema.extend(aboutRunSchema.shape);
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
    /** `none`: this installation has no Stripe key. */
    mode: z.enum(["simulator", "test", "live", "none"]),
    label: z.string(),
    address: z.string(),
    /** Of Stripe's API, sent with every call. */
    api_version: z.string(),
    /** `acct_…`; absent until Stripe was asked for the first time. */
    account: z.string().optional(),
  }),
  /**
   * Up to which time all that Stripe had is in the ledger, but for so many objects that findings tell of; without
   * `through` no sync up to now has ended well yet.
   */
  imported: z.object({ through: z.string().optional(), left_out: count }),
  /** Findings that nobody has looked at yet. */
  new_findings: count,
  /** Whether Stripe's events are taken: without a signing secret none is. */
  webhook: z.boolean(),
  /** When the schedule starts a sync next; absent where it never does. */
  next_sync_at: z.string().optional(),
  actions: z.object({ start: actionSchema }),
  /** `not_raised`: disputes whose alert was refused, or of which nobody knows. */
  alerts: z.object({ enabled: z.boolean(), not_raised: count, reason: z.string().optional() }),
});
export type OverviewJson = z.infer<typeof overviewSchema>;

const sideSchema = z.object({ ok: z.boolean(), as_of: z.string(), failure: failureSchema.optional() });

/** The books of one Stripe account in one mode: of the key that is entered now, or of a former one. */
export const booksSchema = z.object({
  /** For `GET /portal/api/books/{name}`, and `books` in the query of lists. */
  name: z.string(),
  account: z.string(),
  mode: z.enum(["simulator", "test", "live"]),
  /** Whether these are read now. */
  current: z.boolean(),
  /** When the first and the last balance transaction came to be that was read. */
  from: z.string().optional(),
  to: z.string().optional(),
  /** Balance transactions that are not in the ledger as they should be. */
  left_out: count,
  new_findings: count,
  /** When both sides were compared last. */
  compared_at: z.string().optional(),
});
export type BooksJson = z.infer<typeof booksSchema>;

/** `GET /portal/api/books`: those that are read now come first. */
export const booksListSchema = z.object({ data: z.array(booksSchema) });

/**
 * `GET /portal/api/books/{name}`: the ledger now against what Stripe held when both were compared last, since nobody can
 * ask Stripe without its key.
 */
export const booksDetailSchema = booksSchema.extend({
  ledger: sideSchema,
  currencies: z.array(currencyTotalSchema),
});
export type BooksDetailJson = z.infer<typeof booksDetailSchema>;

/** `GET /portal/api/totals`: each side is asked now; a side that cannot be reached says so and leaves its amounts out. */
export const totalsSchema = z.object({
  stripe: sideSchema,
  ledger: sideSchema,
  equal: z.boolean().optional(),
  /** Up to which time everything at Stripe is in the ledger; absent before the first import has ended. */
  imported_through: z.string().optional(),
  currencies: z.array(currencyTotalSchema),
});
export type TotalsJson = z.infer<typeof totalsSchema>;

/** `GET /portal/api/runs` */
export const runListSchema = z.object({ data: z.array(runSchema), next: z.string().optional() });

/** `GET /portal/api/runs/{run_id}` */
export const runDetailSchema = frameworkRunSchema.extend(aboutRunPageSchema.shape);
/** `POST /portal/api/runs` */
export const startedRunSchema = z.object({ run_id: z.string(), status: z.enum(runStatuses) });
export type RunDetailJson = z.infer<typeof runDetailSchema>;

/** One movement in the ledger. `from` and `to` are account names as a person reads them ("Stripe balance"). */
export const legSchema = z.object({
  role: z.enum(["net", "fee", "converted"]),
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

/** The name of the books that something is of, where it was read with a former key. */
const ofFormerBooks = { books: z.string().optional() };

/** `GET /portal/api/objects/{key}` and `/transactions/{id}/object` */
export const objectDetailSchema = objectSchema.extend(ofFormerBooks);
export type ObjectDetailJson = z.infer<typeof objectDetailSchema>;

/** `GET /portal/api/runs/{run_id}/objects` */
export const objectListSchema = z.object({
  data: z.array(objectSchema),
  next: z.string().optional(),
  /** How many there are in all; absent where nobody knows exactly, as of a run that has not ended. */
  total: count.optional(),
  /**
   * There is more to look through than one question may: this page, which may have no object at all, is what a part of
   * it came to, and `next` goes on until everything was looked through. Of a large run the objects are in the order of
   * their ids then.
   */
  is_part: z.boolean().optional(),
  /** Of what the customers of the identity have paid only a part was looked through. */
  identity_cut: z.boolean().optional(),
});
export type ObjectListJson = z.infer<typeof objectListSchema>;

/**
 * Where a payout stands against the balance transactions it paid out: `open` (Stripe has not said yet what is in it, not
 * all of that is in the ledger, or it failed and has not come back yet) · `reconciled` (they add up to it, and all of
 * them are in the ledger, its own posting too) · `differs` · `manual` (a payout by hand, which Stripe does not tie to
 * balance transactions) · `returned` (all of it came back, and is in the ledger).
 */
export const payoutStates = ["open", "reconciled", "differs", "manual", "returned"] as const;

/** One payout. `sums` are those of its balance transactions by kind, fees apart, and add up to `amount`. */
export const payoutSchema = z.object({
  id: z.string(),
  /** For `GET /portal/api/payouts/{key}`. */
  key: z.string(),
  status: z.string(),
  automatic: z.boolean(),
  created_at: z.string(),
  arrival_date: z.string(),
  amount: moneySchema,
  /** What it took from Stripe's balance, where that is in another currency than what the bank was sent. */
  taken: moneySchema.optional(),
  description: z.string().optional(),
  failure: z.string().optional(),
  state: z.enum(payoutStates),
  count: count.optional(),
  sums: z.array(z.object({ kind: z.enum(objectKinds), amount: moneySchema })).optional(),
  difference: moneySchema.optional(),
  /** The payout's own balance transaction, and the one that brought the money back. */
  balance_transaction: z.string().optional(),
  returned_by: z.string().optional(),
});
export type PayoutJson = z.infer<typeof payoutSchema>;

/** `GET /portal/api/payouts/{key}` */
export const payoutDetailSchema = payoutSchema.extend(ofFormerBooks);
export type PayoutDetailJson = z.infer<typeof payoutDetailSchema>;

/** A file to keep: `GET /portal/api/payouts/export`, and of one payout. `cut_at`: it holds only so many, the newest. */
export const exportSchema = z.object({ file: z.string(), text: z.string(), cut_at: count.optional() });
export type ExportJson = z.infer<typeof exportSchema>;

const keptSecret = {
  /** Its first characters. */
  prefix: z.string().optional(),
  set_at: z.string().optional(),
  set_by: z.string().optional(),
};

/** `GET /portal/api/settings`: what a member decided for this installation. No secret is ever in it. */
export const settingsSchema = z.object({
  key: z.object({
    /** `environment`: a development environment's own Stripe, until a key is entered. */
    from: z.enum(["entered", "environment", "none"]),
    ...keptSecret,
    account: z.string().optional(),
    mode: z.string().optional(),
    /** Read in place of the key's own account. */
    connected_account: z.string().optional(),
    permissions: z.array(z.string()),
    new_key_url: z.string(),
    api_version: z.string(),
  }),
  webhook: z.object({
    /** Below the app's own address. */
    path: z.string(),
    is_set: z.boolean(),
    ...keptSecret,
    last_event_at: z.string().optional(),
    events: z.array(z.string()),
  }),
  /** Without `cron` it syncs at no time by itself. */
  schedule: z.object({ cron: z.string().optional(), time_zone: z.string(), next_at: z.string().optional() }),
  /** For how many days resolved findings are kept; absent where for ever. */
  findings: z.object({ kept_days: z.int().min(1).optional() }),
});
export type SettingsJson = z.infer<typeof settingsSchema>;

/** `GET /portal/api/settings/findings/removal`: how many findings would be removed. */
export const findingsRemovalSchema = z.object({ count });
export type FindingsRemovalJson = z.infer<typeof findingsRemovalSchema>;

/** `GET /portal/api/payouts/currencies`: of all payouts, whatever the period. */
export const payoutCurrenciesSchema = z.object({ data: z.array(z.string()) });
export type PayoutCurrenciesJson = z.infer<typeof payoutCurrenciesSchema>;

/** `GET /portal/api/payouts` */
export const payoutListSchema = z.object({ data: z.array(payoutSchema), next: z.string().optional() });
