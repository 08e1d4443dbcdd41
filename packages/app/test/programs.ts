/**
 * Programs that are right and programs that are wrong, for the compiler to tell apart: `npm run check` refuses this
 * file when a right one is refused, or a wrong one is not, and `tests/packages.test.ts` holds it against the packages
 * as they are built. Nothing in here is run.
 */
import type { Page, Transaction } from "@annex/client";
import { z } from "zod";
import {
  type App,
  AppError,
  type CloudClient,
  type ErrorStateCode,
  type InstallationJobs,
  isKnownErrorCode,
  type Job,
  type JobRun,
  type JsonBody,
  type JsonHeld,
  type KnownErrorCode,
  type Portal,
  type PortalContext,
  Secret,
} from "../src/index.ts";

interface Row {
  readonly name: string;
  readonly parent?: Row | undefined;
  readonly sums: Readonly<Record<string, bigint>>;
}

class Money {
  readonly minor = 5n;
  plus(other: Money): bigint {
    return this.minor + other.minor;
  }
}

export const right = {
  /** Each state by its own line: a new one fails to compile until it is here. */
  states(state: ErrorStateCode): string {
    switch (state) {
      case "missing_permission":
      case "instance_unavailable":
      case "app_uninstalled":
      case "session_expired":
      case "session_unknown":
      case "provider_unreachable":
      case "key_revoked":
      case "suspended":
      case "outcome_unknown":
      case "user_not_allowed":
      case "rate_limited":
      case "app_failed":
        return state;
    }
  },
  /** Known codes exhaust; an app's own are beside them. */
  codes(error: AppError): string {
    if (!isKnownErrorCode(error.code)) return error.whatHappened;
    const code: KnownErrorCode = error.code;
    switch (code) {
      case "answer_gone":
      case "body_too_large":
      case "call_under_way":
      case "charset_unknown":
      case "content_encoding_unknown":
      case "data_conflict":
      case "database_unavailable":
      case "idempotency_key_reused":
      case "invalid_body":
      case "invalid_idempotency_key":
      case "invalid_input":
      case "invalid_json":
      case "invalid_key":
      case "invalid_limit":
      case "invalid_query":
      case "invalid_secret":
      case "member_unknown":
      case "method_not_allowed":
      case "no_such_effect":
      case "no_such_job":
      case "no_such_run":
      case "not_found":
      case "run_state":
        return "asked wrongly";
      default:
        return right.states(code);
    }
  },
  own: (): AppError =>
    new AppError({
      code: "no_such_order",
      status: 404,
      whatHappened: "There is none.",
      whatToDo: "Go back.",
    }),
  outcome: (error: AppError): boolean => error.details.outcome === "unknown",
  cloud: (c: PortalContext): CloudClient => c.cloud,
  once: (c: PortalContext): readonly [string, AbortSignal] => [c.effectKey, c.signal],
  routes: (portal: Portal): Portal =>
    portal
      .get("/api/runs/:runId", (c) => c.json(c.param("runId")))
      .post("/api/pay", { requires: ["data:write"], deadlineSeconds: 5 }, async (c) => {
        const { minor } = await c.body(z.object({ minor: z.bigint() }));
        return c.json({ next: minor + 1n }, 201);
      })
      .delete("/api/pay", (c) => c.noContent()),
  answers: (
    c: PortalContext,
    run: JobRun,
    found: Page<Transaction>,
    anything: unknown,
    rows: readonly Row[],
  ) => [
    c.json({ minor: 5n, at: new Date(), left: undefined, nothing: null, many: [1n, "a", [true]] as const }),
    c.json(run),
    c.json({ run, found, rows }, 202),
    c.json({ anything, key: new Secret("blnk_shown_as_a_word"), address: new URL("https://example.com") }),
    c.json(rows.map(({ name, parent }) => ({ name, parent: parent ?? null }))),
    c.json(Object.fromEntries(rows.map((row) => [row.name, row]))),
    // A name and a message make no error.
    c.json({ name: "Anna", message: "Hello" }),
    c.json(rows.map(({ name }) => ({ id: 1n, name, message: "Hello" }))),
    c.json({ name: "Anna", message: "Hello", stack: "of papers" }),
  ],
  /** Helpers for values whose type they do not know. */
  helpers: {
    created: <Value extends JsonBody>(c: PortalContext, value: Value & JsonHeld<Value>) =>
      c.json<Value>(value, 201),
    listed: (c: PortalContext, rows: readonly unknown[]) => c.json({ rows }),
  },
  helped: (c: PortalContext, rows: readonly Row[]) => [
    right.helpers.created(c, { name: "Anna", minor: 5n }),
    right.helpers.listed(c, rows),
  ],
  jobs: (jobs: InstallationJobs, plain: Job, dated: Job<{ readonly day: string }>) => [
    jobs.start(plain),
    jobs.start(dated, { day: "2026-11-26" }, { idempotencyKey: "november" }),
  ],
};

export const wrong = {
  routes: (portal: Portal) => [
    // @ts-expect-error a parameter that the path does not have
    portal.get("/api/runs/:runId", (context) => context.json(context.param("runID"))),
    // @ts-expect-error a path without parameters
    portal.get("/api/runs", (context) => context.json(context.param("runId"))),
    // @ts-expect-error no handler
    portal.get("/api/runs", {}),
    // @ts-expect-error a permission that does not exist
    portal.get("/api/runs", { requires: ["data:delete"] }, (context) => context.json(1)),
    // @ts-expect-error an answer that is none
    portal.get("/api/runs", () => "done"),
    // @ts-expect-error a deadline is a number of seconds
    portal.get("/api/runs", { deadlineSeconds: "5" }, (context) => context.json(1)),
  ],
  answers: (c: PortalContext<"runId">) => [
    // @ts-expect-error nothing is no JSON
    c.json(undefined),
    // @ts-expect-error a function is no JSON
    c.json({ minor: () => 5n }),
    // @ts-expect-error a map becomes {}
    c.json({ sums: new Map([["USD", 5n]]) }),
    // @ts-expect-error a set becomes {}
    c.json(new Set([1])),
    // @ts-expect-error nobody awaited it
    c.json({ notes: c.data.collection("notes").list() }),
    // @ts-expect-error an instance with methods
    c.json([{ money: new Money() }]),
    // @ts-expect-error what is wrong with an error is not in its JSON
    c.json({ error: new Error("no") }),
    // @ts-expect-error nor in that of a kind of error
    c.json([{ name: "Anna", error: new RangeError("no") }]),
    // @ts-expect-error a helper's value is held to the same
    right.helpers.created(c, { minor: () => 5n }),
    // @ts-expect-error a symbol has no word in JSON
    c.json({ at: Symbol.iterator }),
    // @ts-expect-error 204 has no body
    c.json({}, 204),
    // @ts-expect-error a status beyond all
    c.json({}, 1000),
    // @ts-expect-error a status that says nothing yet
    c.json({}, 101),
    // @ts-expect-error there is no way to another installation from here
    c.installations,
  ],
  jobs: (app: App, jobs: InstallationJobs, dated: Job<{ readonly day: string }>) => [
    // @ts-expect-error an input that the job needs
    jobs.start(dated),
    // @ts-expect-error another input
    jobs.start(dated, { day: 26 }),
    // @ts-expect-error a schedule of a job that needs an input
    app.schedule("nightly", "0 0 * * *", dated),
  ],
  // @ts-expect-error there is no such outcome
  outcome: (error: AppError) => error.details.outcome === "maybe",
  // @ts-expect-error there is no such state
  state: (error: AppError) => error.state === "no_such_order",
};
