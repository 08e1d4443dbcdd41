/**
 * What the portal API would answer, written down: a business with amounts in every kind of currency, its runs, findings and
 * payouts. Types are those of the API itself, so that no scene shows what the app cannot say.
 */
import type { JobAnswer, RunCauseAnswer, RunDetailAnswer, RunFailureAnswer } from "@annex/protocol";
import { describeErrorState } from "@annex/protocol";
import type {
  AboutRunPageJson,
  BooksDetailJson,
  BooksJson,
  CountsJson,
  CurrencyTotalJson,
  FailureJson,
  KeptFindingJson,
  MoneyJson,
  ObjectDetailJson,
  OverviewJson,
  PayoutDetailJson,
  SettingsJson,
  TotalsJson,
} from "../../src/portal-types.ts";
import { neededPermissions, newKeyUrl } from "../../src/stripe/permissions.ts";
import { wantedEvents } from "../../src/webhook/event.ts";

/** When all scenes are looked at. */
export const now = "2026-11-26T13:44:32.000Z";

export const reference = "ref_1f2e3d4c5b6a7980";
export const member = "user_9b62d4e1-7a55-4f0e-8a1e-2f6a0f6f4d11";
export const longWord = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
export const arabic = "شركة الأفق للتجارة الإلكترونية والخدمات المالية";

const decimals: Readonly<Record<string, number>> = { JPY: 0, USD: 2, EUR: 2, GBP: 2, KWD: 3 };

export function money(minor: bigint, currency: string): MoneyJson {
  return { minor: `${minor}`, currency, decimals: decimals[currency] ?? 2 };
}

/** One currency in which both sides hold `held`, but for `apart` of the ledger's. */
export function total(
  currency: string,
  held: bigint,
  apart = 0n,
  more: Partial<CurrencyTotalJson> = {},
): CurrencyTotalJson {
  return {
    currency,
    decimals: decimals[currency] ?? 2,
    stripe: money(held, currency),
    ledger: money(held + apart, currency),
    difference: money(apart, currency),
    stripe_available: money(held - 1_250_00n, currency),
    stripe_pending: money(1_250_00n, currency),
    ledger_fees: money(held / 40n, currency),
    ledger_suspense: money(0n, currency),
    ...more,
  };
}

/** Zero-decimal, two-decimal and three-decimal currencies. */
export const currencies: readonly CurrencyTotalJson[] = [
  total("EUR", 1_204_118_07n),
  total("JPY", 88_214_990n),
  total("KWD", 42_117_250n),
  total("USD", -3_204_55n),
];

const aLot = 9_223_372_036_854_775_807n;
export const hugeCurrencies: readonly CurrencyTotalJson[] = [
  total("EUR", aLot * 1_000_000n, -aLot),
  total("JPY", aLot * 1_000_000n),
  total("KWD", -aLot * 1_000_000n, 1n),
];

type Failure = FailureJson & RunFailureAnswer;

export function failure(
  code: string,
  error: string,
  next: string,
  more: { readonly provider?: string; readonly retry_after?: number } = {},
): Failure {
  return { code, error, next, reference, ...more };
}

/** One of the catalogue's states, as it is kept with a run or answered. */
export function known(
  code: Parameters<typeof describeErrorState>[0],
  details: Parameters<typeof describeErrorState>[1] = {},
): Failure {
  const { whatHappened, whatToDo } = describeErrorState(code, details);
  const { provider } = details;
  return failure(code, whatHappened, whatToDo, provider === undefined ? {} : { provider });
}

export const failures = {
  noKey: failure(
    "no_stripe_key",
    "This installation has no Stripe key.",
    "Enter a restricted key in the app’s settings. Nothing is read from Stripe before.",
  ),
  keyRefused: failure(
    "provider_refused_key",
    "Stripe's API key of this app lacks the permission rak_payout_read.",
    "Give the restricted key the permission rak_payout_read in Stripe's dashboard, then try again.",
    { provider: "Stripe" },
  ),
  stripeAway: failure(
    "provider_unreachable",
    "Stripe did not answer. Nothing is lost, and nothing is done twice.",
    "Check status.stripe.com and this server's network, then try again. A sync that was under way goes on where it stopped.",
    { provider: "Stripe" },
  ),
  stripeLimit: failure(
    "provider_rate_limited",
    "Stripe asks us to slow down. Nothing was lost.",
    "Try again in 40 seconds.",
    { provider: "Stripe", retry_after: 40 },
  ),
  limit: known("rate_limited", { provider: "Blnk Cloud", retryAfterSeconds: 38 }),
  instance: known("instance_unavailable"),
  cloudAway: known("provider_unreachable", { provider: "Blnk Cloud" }),
  suspended: known("suspended"),
  forbidden: known("missing_permission", { requiredScope: "data:read" }),
  expired: known("session_expired"),
  uninstalled: known("app_uninstalled"),
  app: known("app_failed"),
} as const;

const noCounts: CountsJson = {
  all: 0,
  waiting: 0,
  posted: 0,
  already_posted: 0,
  nothing_to_post: 0,
  difference: 0,
  failed: 0,
};
export const counts: CountsJson = {
  ...noCounts,
  all: 240,
  posted: 186,
  already_posted: 41,
  nothing_to_post: 12,
  difference: 1,
};

export type Run = RunDetailAnswer<AboutRunPageJson>;

const may = { allowed: true } as const;
const notNow = { allowed: false, code: "run_state", reason: "Not in this state." } as const;
const causes = {
  schedule: { by: "schedule", schedule: "Stripe Sync" },
  member: { by: "member", user_id: member },
  webhook: { by: "outside", from: "Stripe’s webhook" },
  install: { by: "install" },
} as const satisfies Record<string, RunCauseAnswer>;

const objectKinds: AboutRunPageJson["kinds"] = [
  { kind: "charge", count: 180 },
  { kind: "refund", count: 14 },
  { kind: "dispute", count: 2 },
  { kind: "payout", count: 4 },
  { kind: "fee", count: 20 },
  { kind: "customer", count: 20 },
];

const base: Run = {
  run_id: "run_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
  job: "sync",
  title: "Sync",
  status: "completed",
  attempt: 1,
  created_at: "2026-11-26T13:00:02.000Z",
  started_at: "2026-11-26T13:00:02.000Z",
  finished_at: "2026-11-26T13:00:41.000Z",
  cause: causes.schedule,
  progress: { done: 240, total: 240, message: "Compared with Stripe" },
  actions: { retry: notNow, cancel: notNow },
  open_effects: [],
  phase: "checking",
  counts,
  findings: 0,
  reason: "schedule",
  kinds: objectKinds,
  currencies: [...currencies],
  finding_list: [],
  finding_count: 0,
  objects_kept: true,
  object_currencies: ["EUR", "JPY", "KWD", "USD"],
};
const { finished_at: _finished, ...unfinished } = base;
const active: Run = { ...unfinished, currencies: [], actions: { retry: notNow, cancel: may } };
const ended: Run = { ...base, currencies: [], actions: { retry: may, cancel: notNow } };

export const runs = {
  completed: base,
  first: {
    ...active,
    run_id: "run_first",
    status: "running",
    created_at: "2026-11-26T13:42:02.000Z",
    started_at: "2026-11-26T13:42:02.000Z",
    cause: causes.install,
    reason: "install",
    phase: "reading",
    counts: { ...noCounts, all: 81_200, waiting: 81_200 },
    progress: { done: 81_200, message: "Reading from Stripe" },
  },
  posting: {
    ...active,
    run_id: "run_posting",
    status: "running",
    cause: causes.member,
    reason: "person",
    phase: "posting",
    counts: { ...noCounts, all: 240, posted: 120, waiting: 120 },
    progress: { done: 120, total: 240, message: "Posting to the ledger" },
  },
  limited: {
    ...active,
    run_id: "run_limited",
    status: "queued",
    attempt: 3,
    cause: causes.webhook,
    reason: "webhook",
    phase: "posting",
    counts: { ...noCounts, all: 240, posted: 120, waiting: 120 },
    progress: { done: 120, total: 240, message: "Posting to the ledger" },
    waits_until: "2026-11-26T13:45:10.000Z",
    error: failures.limit,
  },
  stopped: {
    ...active,
    run_id: "run_stopped",
    status: "queued",
    attempt: 4,
    cause: causes.schedule,
    phase: "posting",
    counts: { ...noCounts, all: 240, posted: 120, waiting: 120 },
    waits_until: "2026-11-26T13:46:00.000Z",
    error: failures.instance,
  },
  stripeAway: {
    ...active,
    run_id: "run_away",
    status: "queued",
    attempt: 7,
    phase: "reading",
    counts: noCounts,
    waits_until: "2026-11-26T13:52:00.000Z",
    error: failures.stripeAway,
  },
  cloudAway: {
    ...active,
    run_id: "run_cloud",
    status: "queued",
    attempt: 2,
    phase: "posting",
    counts: { ...noCounts, all: 240, posted: 12, waiting: 228 },
    waits_until: "2026-11-26T13:44:50.000Z",
    error: failures.cloudAway,
  },
  keyRefused: {
    ...ended,
    run_id: "run_refused",
    status: "failed",
    counts: { ...noCounts, all: 40, posted: 12, waiting: 28 },
    phase: "payouts",
    error: failures.keyRefused,
  },
  appFailed: {
    ...ended,
    run_id: "run_app",
    status: "failed",
    attempt: 5,
    cause: causes.webhook,
    error: failures.app,
  },
  cancelled: {
    ...ended,
    run_id: "run_cancelled",
    status: "cancelled",
    cause: causes.member,
    counts: { ...noCounts, all: 40, posted: 12, waiting: 28 },
    from: "2026-10-01T00:00:00.000Z",
    to: "2026-11-01T00:00:00.000Z",
  },
  old: {
    ...base,
    run_id: "run_old",
    created_at: "2026-09-01T02:30:00.000Z",
    started_at: "2026-09-01T02:30:00.000Z",
    finished_at: "2026-09-01T04:12:10.000Z",
    objects_kept: false,
    counts: {
      ...noCounts,
      all: 1_204_118,
      posted: 1_204_000,
      already_posted: 100,
      nothing_to_post: 10,
      difference: 8,
    },
    findings: 1_500,
    finding_count: 1_500,
  },
} as const satisfies Readonly<Record<string, Run>>;

/** The job of this app, with this run: under way or ended. */
export function job(run?: Run, more: Partial<JobAnswer> = {}): JobAnswer {
  const isUnderWay = run !== undefined && (run.status === "queued" || run.status === "running");
  return {
    job: "sync",
    title: "Sync",
    counts: {
      queued: 0,
      running: isUnderWay ? 1 : 0,
      completed: 1_482,
      failed: run?.status === "failed" ? 4 : 3,
      cancelled: 1,
    },
    ...(run === undefined ? {} : isUnderWay ? { active_run: run, last_run: base } : { last_run: run }),
    schedules: [],
    ...more,
  };
}

export const overview: OverviewJson = {
  source: {
    mode: "live",
    label: "Stripe, live data",
    address: "https://api.stripe.com",
    api_version: "2026-10-29.acacia",
    account: "acct_1OaBcDeFgHiJkLmN",
  },
  imported: { through: "2026-11-26T13:00:02.000Z", left_out: 0 },
  new_findings: 0,
  webhook: true,
  next_sync_at: "2026-11-26T14:00:00.000Z",
  actions: { start: { allowed: true } },
  alerts: { enabled: true, not_raised: 0 },
};

const { account: _account, ...noAccount } = overview.source;
const { next_sync_at: _next, ...unscheduled } = overview;
export const overviews = {
  usual: overview,
  noKey: {
    ...unscheduled,
    source: { ...noAccount, mode: "none", label: "No Stripe key", address: "" },
    imported: { left_out: 0 },
    webhook: false,
    actions: {
      start: {
        allowed: false,
        code: "no_stripe_key",
        reason: failures.noKey.error,
        next: failures.noKey.next,
      },
    },
  },
  first: {
    ...overview,
    imported: { left_out: 0 },
    actions: {
      start: {
        allowed: false,
        code: "run_active",
        reason: "A sync is under way.",
        next: "Wait for it to end, or cancel it.",
      },
    },
  },
  underWay: {
    ...overview,
    actions: {
      start: {
        allowed: false,
        code: "run_active",
        reason: "A sync is under way.",
        next: "Wait for it to end, or cancel it.",
      },
    },
  },
  leftOut: {
    ...overview,
    imported: { through: "2026-11-26T13:00:02.000Z", left_out: 1_204 },
    new_findings: 1_204,
    alerts: { enabled: true, not_raised: 2 },
  },
  forbidden: {
    ...unscheduled,
    actions: {
      start: {
        allowed: false,
        code: "missing_permission",
        reason: failures.forbidden.error,
        next: failures.forbidden.next,
        required_scope: "data:read",
      },
    },
    alerts: {
      enabled: false,
      not_raised: 0,
      reason: "This app was installed without alerts:write. It needs it to flag open disputes.",
    },
  },
} as const satisfies Record<string, OverviewJson>;

const asked = { ok: true, as_of: "2026-11-26T13:44:10.000Z" } as const;
export function totals(rows: readonly CurrencyTotalJson[], more: Partial<TotalsJson> = {}): TotalsJson {
  const equal = rows.every(({ difference }) => difference === undefined || difference.minor === "0");
  return {
    stripe: asked,
    ledger: asked,
    equal,
    imported_through: "2026-11-26T13:00:02.000Z",
    currencies: [...rows],
    ...more,
  };
}

/** Without what the side that is away would say. */
export function without(side: "stripe" | "ledger", rows: readonly CurrencyTotalJson[]): CurrencyTotalJson[] {
  return rows.map((row) => {
    const { difference: _difference, ...rest } = row;
    if (side === "stripe") {
      const { stripe: _s, stripe_available: _a, stripe_pending: _p, ...left } = rest;
      return left;
    }
    const { ledger: _l, ledger_fees: _f, ledger_suspense: _u, ...left } = rest;
    return left;
  });
}

const seen = {
  first_seen_at: "2026-11-24T09:12:00.000Z",
  last_seen_at: "2026-11-26T13:00:40.000Z",
  run_id: "run_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
};
const about = {
  object_id: "txn_1OaBcDeFgHiJkLmNoPqRsTuV",
  object_key: "001795612345/txn_1OaBcDeFgHiJkLmNoPqRsTuV",
  transaction_id: "txn_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
};

/** One of every kind. */
export const findings: readonly KeptFindingJson[] = [
  {
    ...seen,
    ...about,
    id: "fnd_1",
    status: "new",
    code: "ledger_differs",
    amount: money(120_50n, "USD"),
    error:
      "The ledger already has a transaction with the reference txn_1OaBcDeFgHiJkLmNoPqRsTuV, and it is another one: its amount is 1,000.00 USD and not 120.50 USD; its source is another balance.",
    next: "Nothing was changed. Look at that transaction: another program may use Stripe's ids as references.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_2",
    status: "new",
    code: "ledger_refused",
    amount: money(-8_800n, "JPY"),
    error:
      "The ledger refused the transaction txn_1OaBcDeFgHiJkLmNoPqRsTuV: the balance it is taken from is frozen.",
    next: "Nothing was posted for it. Correct the cause; the next sync tries it again.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_3",
    status: "new",
    code: "unknown_type",
    amount: money(3_000_125n, "KWD"),
    error: 'Stripe calls this "climate_order_purchase_refund_adjustment", a type this app does not know yet.',
    next: "Its amount is in the account “To be looked at”. Either move it from there by a transaction of your own and acknowledge this, or leave it: a later version of this app that knows the type proposes the posting.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_4",
    status: "new",
    code: "reclassify",
    amount: money(45_00n, "EUR"),
    error:
      'An earlier version of this app booked this "payment_network_fee" elsewhere. This version would move it from “To be looked at” to “Stripe processing fees”.',
    next: "Approve the correcting posting, or acknowledge that it stays where it is. Nothing is moved by itself.",
    corrections: [
      {
        reference: "txn_1Oa-corrected-1",
        from: "To be looked at",
        to: "Stripe processing fees",
        amount: money(45_00n, "EUR"),
        held: money(1_204_118_07n, "EUR"),
      },
    ],
  },
  {
    ...seen,
    id: "fnd_5",
    status: "new",
    code: "customer_doubtful",
    object_id: "cus_QaBcDeFgHiJkLm",
    identity_ids: [
      "idt_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
      "idt_88c25b72-1a2b-4c3d-9e8f-0a1b2c3d4e5f",
      "idt_0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9",
    ],
    object_key: "001795612345/cus_QaBcDeFgHiJkLm",
    error: `Several identities have the e-mail address einkauf.zentrale@${longWord.toLowerCase().slice(0, 40)}.example of the customer cus_QaBcDeFgHiJkLm: idt_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f, idt_88c25b72-1a2b-4c3d-9e8f-0a1b2c3d4e5f, idt_0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9.`,
    next: 'Decide which one it is, and put {"stripe_sync": {"customers": {"acct_1OaBcDeFgHiJkLmN-live": "cus_QaBcDeFgHiJkLm"}}} into its metadata: the next sync takes it. Until then the payments of this customer name no identity.',
  },
  {
    ...seen,
    id: "fnd_6",
    status: "new",
    code: "balance_differs",
    amount: money(-7_00n, "USD"),
    balance_id: "bln_88c25b72-1a2b-4c3d-9e8f-0a1b2c3d4e5f",
    error:
      "The ledger has 1,204.18 USD and Stripe held 1,211.18 USD at the same time: a difference of -7.00 USD. Other findings say that 5.00 USD is missing, which leaves -2.00 USD without an explanation.",
    next: "The next sync looks ninety days back by itself, once. If the difference stays, sync the days in question on the overview.",
  },
  {
    ...seen,
    id: "fnd_7",
    status: "new",
    code: "payout_differs",
    object_id: "po_1OaBcDeFgHiJkLmNoPqRsTuV",
    object_key: "001795612345/po_1OaBcDeFgHiJkLmNoPqRsTuV",
    amount: money(12n, "EUR"),
    error:
      "The payout po_1OaBcDeFgHiJkLmNoPqRsTuV is 1,204.18 EUR; its 18 balance transactions differ from it by 0.12 EUR.",
    next: "Compare the payout with Stripe's dashboard: part of it may come from what an earlier payout left behind.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_8",
    status: "new",
    code: "unknown_currency",
    error: "This app does not know the currency XDR.",
    next: "Nothing was posted for it, because its decimals would be a guess. Update this app, then sync again.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_9",
    status: "new",
    code: "amounts_disagree",
    amount: money(10_00n, "USD"),
    error: "Its amount is 10.00 USD, its fee 0.59 USD and its net 9.40 USD: the three contradict each other.",
    next: "Nothing was posted for it. Compare it with Stripe's dashboard.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_10",
    status: "new",
    code: "amount_unreadable",
    error: "Its amount is no exact whole number, so it may have been rounded before it came here.",
    next: "Nothing was posted for it. Book it by hand from Stripe's dashboard, then acknowledge this.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_11",
    status: "new",
    code: "conversion_unknown",
    amount: money(93_11n, "EUR"),
    error: "The charge ch_1Oa was of 100.00 CHF, and Stripe names no exchange rate for this part of it.",
    next: "It is booked under “Pay-ins” in EUR, without a conversion, and Stripe's balance is right. If you need it in CHF, look the part up in Stripe's dashboard and book it by hand, then acknowledge this.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_12",
    status: "new",
    code: "alert_uncertain",
    amount: money(-50_00n, "USD"),
    error:
      "The app was interrupted while it raised an alert for the dispute dp_1OaBcDeFgHiJkLmN, so there may be none.",
    next: "Look for it among the alerts, and flag the transaction by hand if it is missing. Then acknowledge this.",
  },
  {
    ...seen,
    ...about,
    id: "fnd_13",
    status: "new",
    code: "alert_refused",
    amount: money(-50_00n, "USD"),
    error: "The alert for the dispute dp_1OaBcDeFgHiJkLmN was refused: The title is too long.",
    next: "Flag the transaction by hand, and answer the dispute in Stripe's dashboard.",
  },
  {
    ...seen,
    id: "fnd_14",
    status: "new",
    code: "customer_unreadable",
    object_id: "cus_QaBcDeFgHiJkLm",
    error:
      "What Stripe sent as `email` of the customer cus_QaBcDeFgHiJkLm is not of the kind that Stripe describes, so it cannot be read.",
    next: "Nothing of this customer was written into the ledger, and everything else was synced. Look at the customer in Stripe's dashboard and correct it there: each sync reads it again.",
  },
];

const reclassify = findings[3] as KeptFindingJson;
const correctionOf = (finding: KeptFindingJson, transaction: string) =>
  (finding.corrections ?? []).map((correction) => ({ ...correction, transaction_id: transaction }));
/** One finding through its life. */
export const lives = {
  acknowledged: {
    ...(findings[2] as KeptFindingJson),
    status: "acknowledged",
    acknowledged_by: member,
    acknowledged_at: "2026-11-25T08:00:00.000Z",
    reason: `Settled with the network on 3 November; ${arabic} confirmed it, and so did ${longWord}.`,
  },
  resolved: {
    ...(findings[5] as KeptFindingJson),
    status: "resolved",
    acknowledged_by: member,
    acknowledged_at: "2026-11-25T08:00:00.000Z",
    reason: "Waiting for the bank.",
    resolved_at: "2026-11-26T13:00:40.000Z",
  },
  proposed: reclassify,
  approved: { ...reclassify, approved_by: member, approved_at: "2026-11-26T13:40:00.000Z" },
  triedAgain: {
    ...reclassify,
    approved_by: member,
    approved_at: "2026-11-26T13:40:00.000Z",
    correction_error: failures.instance,
    correction_goes_on_at: "2026-11-26T13:45:10.000Z",
  },
  refused: {
    ...reclassify,
    correction_error: failure(
      "transaction_refused",
      "The ledger refused the correcting posting: the balance “Stripe processing fees” is frozen.",
      "Correct the cause in the ledger, then approve it again.",
    ),
  },
  corrected: {
    ...reclassify,
    status: "resolved",
    approved_by: member,
    approved_at: "2026-11-26T13:40:00.000Z",
    resolved_at: "2026-11-26T13:40:02.000Z",
    corrections: correctionOf(reclassify, "txn_0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9"),
  },
} as const satisfies Record<string, KeptFindingJson>;

export const objects: readonly ObjectDetailJson[] = [
  objectOf({
    id: "txn_1charge",
    kind: "charge",
    stripe_type: "charge",
    description: `Order 4711 of ${longWord}`,
    minor: 120_50n,
    fee: 3_79n,
    currency: "USD",
  }),
  objectOf({
    id: "txn_1refund",
    kind: "refund",
    stripe_type: "refund",
    description: `استرداد ${arabic}`,
    minor: -88_214n,
    fee: 0n,
    currency: "JPY",
  }),
  objectOf({
    id: "txn_1kuwait",
    kind: "charge",
    stripe_type: "charge",
    description: "Invoice 12",
    minor: 42_117_250n,
    fee: 1_221_400n,
    currency: "KWD",
  }),
  objectOf({
    id: "txn_1dispute",
    kind: "dispute",
    stripe_type: "adjustment",
    minor: -50_00n,
    fee: 15_00n,
    currency: "EUR",
    more: { alert_id: "alt_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f" },
  }),
  objectOf({
    id: "txn_1huge",
    kind: "payout",
    stripe_type: "payout",
    minor: -aLot * 1000n,
    fee: 0n,
    currency: "EUR",
  }),
  objectOf({
    id: "txn_1other",
    kind: "other",
    stripe_type: "climate_order_purchase_refund_adjustment",
    minor: 3_000_125n,
    fee: 0n,
    currency: "KWD",
    more: { state: "difference", finding: findings[2] as KeptFindingJson },
  }),
  objectOf({
    id: "txn_1waits",
    kind: "fee",
    stripe_type: "stripe_fee",
    minor: -12n,
    fee: 0n,
    currency: "USD",
    more: { state: "waiting" },
  }),
  {
    id: "cus_QaBcDeFgHiJkLm",
    kind: "customer",
    state: "posted",
    stripe_type: "customer",
    created_at: "2026-11-26T12:00:00.000Z",
    description: arabic,
    legs: [],
    identity_id: "idt_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
  },
];

function objectOf(given: {
  readonly id: string;
  readonly kind: ObjectDetailJson["kind"];
  readonly stripe_type: string;
  readonly description?: string;
  readonly minor: bigint;
  readonly fee: bigint;
  readonly currency: string;
  readonly more?: Partial<ObjectDetailJson>;
}): ObjectDetailJson {
  const { id, kind, stripe_type, description, minor, fee, currency, more = {} } = given;
  const isWaiting = more.state === "waiting";
  const whole = `${id}OaBcDeFgHiJkLmNoPqR`;
  const transaction = isWaiting
    ? {}
    : { transaction_id: `txn_5ce86029-3c2e-4e2a-aae2-${id.padEnd(12, "0").slice(-12)}` };
  const size = (value: bigint) => money(value < 0n ? -value : value, currency);
  return {
    id: whole,
    kind,
    state: "posted",
    stripe_type,
    source_id: `ch_3${whole.slice(4)}`,
    ...(description === undefined ? {} : { description }),
    created_at: "2026-11-26T12:58:41.000Z",
    amount: money(minor, currency),
    fee: money(fee, currency),
    net: money(minor - fee, currency),
    legs: [
      {
        role: "net",
        reference: whole,
        from: "Pay-ins",
        to: "Stripe balance",
        amount: size(minor - fee),
        ...transaction,
      },
      ...(fee === 0n
        ? []
        : [
            {
              role: "fee" as const,
              reference: `${whole}-fee`,
              from: "Pay-ins",
              to: "Stripe processing fees",
              amount: size(fee),
              ...transaction,
            },
          ]),
    ],
    customer_id: "cus_QaBcDeFgHiJkLm",
    identity_id: "idt_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
    ...more,
  };
}

const payout: PayoutDetailJson = {
  id: "po_1OaBcDeFgHiJkLmNoPqRsTuV",
  key: "001795612345/po_1OaBcDeFgHiJkLmNoPqRsTuV",
  status: "paid",
  automatic: true,
  created_at: "2026-11-25T00:00:00.000Z",
  arrival_date: "2026-11-27T00:00:00.000Z",
  amount: money(1_204_18n, "EUR"),
  state: "reconciled",
  count: 18,
  balance_transaction: "txn_1OaBcDeFgHiJkLmNoPqRsTuV",
  sums: [
    { kind: "charge", amount: money(1_300_00n, "EUR") },
    { kind: "refund", amount: money(-50_00n, "EUR") },
    { kind: "dispute", amount: money(-10_00n, "EUR") },
    { kind: "fee", amount: money(-35_82n, "EUR") },
  ],
};
const { sums: _sums, count: _count, ...contentsUnknown } = payout;
export const payouts = {
  reconciled: payout,
  open: { ...contentsUnknown, status: "in_transit", state: "open" },
  differs: { ...payout, state: "differs", difference: money(12n, "EUR") },
  returned: {
    ...contentsUnknown,
    status: "failed",
    state: "returned",
    failure: "The bank account was closed (account_closed).",
    returned_by: "txn_1Returned",
  },
  manual: { ...contentsUnknown, automatic: false, state: "manual", description: arabic },
  huge: {
    ...payout,
    amount: money(aLot * 1000n, "JPY"),
    description: longWord,
    sums: [
      { kind: "charge", amount: money(aLot * 1001n, "JPY") },
      { kind: "fee", amount: money(-aLot, "JPY") },
    ],
  },
  negative: {
    ...payout,
    amount: money(-4_000_125n, "KWD"),
    sums: [{ kind: "refund", amount: money(-4_000_125n, "KWD") }],
  },
} as const satisfies Record<string, PayoutDetailJson>;
/** All of them in one list, each under an id of its own. */
export const everyPayout = Object.values(payouts).map((each, index) => ({
  ...each,
  id: `${each.id.slice(0, -1)}${index}`,
  key: `00179561234${index}/po_${index}`,
  created_at: `2026-11-2${index}T00:00:00.000Z`,
}));

export const books: readonly BooksJson[] = [
  {
    name: "acct_1OaBcDeFgHiJkLmN-live",
    account: "acct_1OaBcDeFgHiJkLmN",
    mode: "live",
    current: true,
    from: "2025-01-02T00:00:00.000Z",
    to: "2026-11-26T13:00:02.000Z",
    left_out: 0,
    new_findings: 0,
    compared_at: "2026-11-26T13:00:40.000Z",
  },
  {
    name: "acct_1Former-test",
    account: "acct_1FormerAbCdEfGhI",
    mode: "test",
    current: false,
    from: "2024-03-01T00:00:00.000Z",
    to: "2025-01-01T00:00:00.000Z",
    left_out: 12,
    new_findings: 1_204,
    compared_at: "2025-01-01T02:00:00.000Z",
  },
];
export const formerBooks: BooksDetailJson = {
  ...(books[1] as BooksJson),
  ledger: asked,
  currencies: [total("EUR", 1_204_18n, -5_00n, { missing: money(5_00n, "EUR") }), total("JPY", 88_214n)],
};

const noSettings: SettingsJson = {
  key: {
    from: "none",
    permissions: [...neededPermissions],
    new_key_url: newKeyUrl,
    api_version: "2026-10-29.acacia",
  },
  webhook: {
    path: "/webhooks/stripe/instapp_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
    is_set: false,
    events: [...wantedEvents],
  },
  schedule: { cron: "0 * * * *", time_zone: "UTC" },
  findings: {},
};
const entered = {
  from: "entered",
  prefix: "rk_live_",
  set_at: "2026-11-20T09:00:00.000Z",
  set_by: member,
  account: "acct_1OaBcDeFgHiJkLmN",
  mode: "live",
} as const;
export const settings = {
  noKey: noSettings,
  entered: {
    ...noSettings,
    key: { ...noSettings.key, ...entered },
    webhook: {
      ...noSettings.webhook,
      is_set: true,
      prefix: "whsec_",
      set_at: "2026-11-20T09:05:00.000Z",
      set_by: member,
      last_event_at: "2026-11-26T13:40:00.000Z",
    },
    schedule: { cron: "0 * * * *", time_zone: "Europe/Berlin", next_at: "2026-11-26T14:00:00.000Z" },
    findings: { kept_days: 730 },
  },
  removed: { ...noSettings, key: { ...noSettings.key, account: entered.account, mode: entered.mode } },
  connected: {
    ...noSettings,
    key: {
      ...noSettings.key,
      ...entered,
      account: "acct_1ConnectedAbCdEf",
      connected_account: "acct_1ConnectedAbCdEf",
    },
    schedule: {
      cron: "7 3 1,15 * 1-5",
      time_zone: "America/Argentina/ComodRivadavia",
      next_at: "2026-12-01T06:07:00.000Z",
    },
  },
  test: { ...noSettings, key: { ...noSettings.key, ...entered, prefix: "rk_test_", mode: "test" } },
  environment: {
    ...noSettings,
    key: { ...noSettings.key, from: "environment", account: "acct_1SimulatedShop", mode: "simulator" },
  },
} as const satisfies Record<string, SettingsJson>;
