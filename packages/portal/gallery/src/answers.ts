/** What a server would say: runs in each state, jobs, refusals. */
import type { ActionAnswer, JobAnswer, RunDetailAnswer } from "@annex/protocol";
import { errorFromAnswer, unreachableError } from "../../src/refusals/portal-error.ts";

const may: ActionAnswer = { allowed: true };
const notNow: ActionAnswer = { allowed: false, code: "run_state", reason: "Not in this state." };

const base: RunDetailAnswer = {
  run_id: "run_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f",
  job: "import-pay-ins",
  title: "Import pay-ins",
  status: "completed",
  attempt: 1,
  created_at: "2026-11-26T13:41:00.000Z",
  started_at: "2026-11-26T13:41:00.000Z",
  finished_at: "2026-11-26T13:43:12.000Z",
  cause: { by: "schedule", schedule: "nightly" },
  progress: { done: 480, total: 480, message: "Posting to the ledger" },
  actions: { retry: notNow, cancel: notNow },
  open_effects: [],
};

const { finished_at: _finished, ...unfinished } = base;
const { started_at: _started, progress: _progress, ...unstarted } = unfinished;
const cancellable = { retry: notNow, cancel: may };
const retryable = { retry: may, cancel: notNow };
const far = "2099-01-01T13:45:10.000Z";

/** A run in each state it can be in. */
export const runs = {
  queued: {
    ...unstarted,
    run_id: "run_queued",
    status: "queued",
    attempt: 0,
    cause: { by: "install" },
    actions: cancellable,
  },
  putOff: {
    ...unstarted,
    run_id: "run_put_off",
    status: "queued",
    attempt: 0,
    cause: { by: "outside", from: "Stripe’s webhook" },
    waits_until: far,
    actions: cancellable,
  },
  running: {
    ...unfinished,
    run_id: "run_running",
    status: "running",
    cause: { by: "member", user_id: "user_4f1c" },
    progress: { done: 120, total: 480, message: "Posting to the ledger" },
    actions: cancellable,
  },
  reading: {
    ...unfinished,
    run_id: "run_reading",
    status: "running",
    cause: { by: "outside", from: "Stripe's webhook" },
    progress: { done: 1_200, message: "Reading from Stripe" },
    actions: cancellable,
  },
  limited: {
    ...unfinished,
    run_id: "run_limited",
    status: "queued",
    attempt: 3,
    cause: { by: "member", user_id: "user_9b62d4e1-7a55-4f0e-8a1e-2f6a0f6f4d11" },
    waits_until: far,
    error: {
      code: "rate_limited",
      error: "Blnk Cloud takes no more calls for now.",
      next: "Wait a moment.",
      reference: "ref_1f2e3d4c5b6a7980",
      provider: "Blnk Cloud",
    },
    actions: cancellable,
  },
  stopped: {
    ...unfinished,
    run_id: "run_stopped",
    status: "queued",
    attempt: 2,
    waits_until: far,
    error: {
      code: "instance_unavailable",
      error: "The instance this app is installed in is stopped or cannot be reached.",
      next: "Start the instance in the dashboard.",
      reference: "ref_1f2e3d4c5b6a7980",
    },
    actions: cancellable,
  },
  failed: {
    ...base,
    run_id: "run_failed",
    status: "failed",
    attempt: 5,
    error: {
      code: "provider_unreachable",
      error: "Stripe cannot be reached.",
      next: "Try again in a few minutes. Nothing was lost.",
      reference: "ref_0123456789abcdef",
      provider: "Stripe",
    },
    actions: retryable,
  },
  uncertain: {
    ...base,
    run_id: "run_uncertain",
    status: "failed",
    error: {
      code: "outcome_unknown",
      error: "An answer of Blnk Cloud was lost, and it cannot be asked whether the work was done.",
      next: "Look whether it happened, then say so below.",
      reference: "ref_0123456789abcdef",
    },
    open_effects: [
      {
        effect_key: "annex1",
        description: "Flag the transaction txn_5ce86029 as “Disputed, answer by Friday”.",
      },
      { effect_key: "annex2", description: "Flag the balance bln_88c25b72 as “Below zero”." },
    ],
    actions: retryable,
  },
  forbidden: {
    ...base,
    run_id: "run_forbidden",
    status: "failed",
    error: {
      code: "missing_permission",
      error: "The permission data:write was not granted.",
      next: "Install the app again with data:write ticked.",
      reference: "ref_0123456789abcdef",
      required_scope: "data:write",
    },
    actions: {
      retry: {
        allowed: false,
        code: "action_not_allowed",
        reason: "You may not try runs again in this app.",
        next: "Ask whoever runs the app in your workspace.",
      },
      cancel: notNow,
    },
  },
  cancelled: {
    ...base,
    run_id: "run_cancelled",
    status: "cancelled",
    cause: { by: "member" },
    actions: retryable,
  },
  completed: base,
} as const satisfies Readonly<Record<string, RunDetailAnswer>>;

export const everyRun: readonly RunDetailAnswer[] = Object.values(runs);

/** A job that may be started, with its last run. */
export const job: JobAnswer = {
  job: "import-pay-ins",
  title: "Import pay-ins",
  counts: { queued: 3, running: 2, completed: 12_480, failed: 3, cancelled: 1 },
  last_run: runs.completed,
  schedules: [
    {
      schedule: "nightly",
      cron: "30 2 * * *",
      time_zone: "Europe/Berlin",
      next_at: "2099-01-02T01:30:00.000Z",
    },
  ],
  start: may,
};

export const otherJob: JobAnswer = {
  job: "tidy",
  title: "Tidy up",
  counts: { queued: 0, running: 0, completed: 4, failed: 0, cancelled: 0 },
  schedules: [],
};

export const answer = (value: unknown) => ({ answer: value });

export const refusals = {
  notFound: {
    refusal: errorFromAnswer(404, {
      error: "There is no run with this id. Runs are kept for 90 days after they have ended.",
      code: "no_such_run",
      next: "Go back to the list of runs.",
      reference: "ref_0123456789abcdef",
    }),
  },
  away: { refusal: unreachableError(undefined) },
  permission: {
    refusal: errorFromAnswer(403, {
      code: "missing_permission",
      error: "The permission data:read was not granted.",
      next: "Install the app again with data:read ticked.",
      reference: "ref_0123456789abcdef",
      required_scope: "data:read",
    }),
  },
  long: {
    refusal: errorFromAnswer(409, {
      code: "books_differ",
      error: `The ${"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau".repeat(2)} has another amount.`,
      next: `Look at https://accounting.example/${"a-word-without-any-place-to-break-".repeat(4)}.`,
      reference: `ref_${"0123456789abcdef".repeat(5)}`,
    }),
  },
} as const;
