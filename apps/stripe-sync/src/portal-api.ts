/**
 * What the pages ask of the server, all below `/portal`. Shapes: `portal-types.ts`.
 *
 * | call | wants | answers |
 * |---|---|---|
 * | `GET /api/overview` | – | `overviewSchema`; asks nobody outside, so it can be polled |
 * | `GET /api/totals` | data:read | `totalsSchema`; asks Stripe and the ledger now, and says of each whether it answered |
 * | `GET /api/runs?status=&limit=&after=` | – | `runListSchema`, newest first |
 * | `POST /api/runs` `{}` | data:read, data:write | 202 `runSchema`; 200 with the active run where there is one |
 * | `GET /api/runs/:runId` | – | `runDetailSchema`; 404 `not_found` |
 * | `GET /api/runs/:runId/objects?kind=&state=&limit=&after=` | – | `objectListSchema`, newest first |
 * | `POST /api/runs/:runId/retry` | data:read, data:write | 202 `runSchema`; 409 `not_retryable`, `run_active` |
 * | `POST /api/runs/:runId/cancel` | data:read | 202 `runSchema`; 409 `not_cancellable` |
 *
 * Every GET has an `ETag`; one that comes back in `If-None-Match` is answered 304 without a body. `status`, `kind`
 * and `state` take several words parted by commas. A wrong query is answered 422 and names the parameter.
 */
import { createHash } from "node:crypto";
import { type App, AppError, type InstallationJobs, type JobRun, type PortalContext } from "@annex/app";
import { CloudError } from "@annex/client";
import { describeErrorState, type Scope, stringifyExactJson } from "@annex/protocol";
import { z } from "zod";
import { permissionPurposes } from "./manifest.ts";
import {
  type ActionJson,
  type FailureJson,
  type OverviewJson,
  objectKinds,
  objectStates,
  runStatuses,
  type TotalsJson,
} from "./portal-types.ts";
import { isActive, resultOf, runJson, tallyOfRun, tilesOf } from "./runs.ts";
import type { StripeAccess } from "./stripe/access.ts";
import type { SyncJob } from "./sync/job.ts";
import { runPrefix, type StoredObject, syncData } from "./sync/objects.ts";
import { isKept } from "./sync/retention.ts";
import { allEqual, compareSides, ledgerSide, stripeSide } from "./totals.ts";

export type PortalParts = {
  readonly job: SyncJob;
  readonly stripe: StripeAccess;
  readonly clock: () => number;
};

const needed = ["data:read", "data:write"] as const satisfies readonly Scope[];
const runsRead = { default: 20, largest: 100 };
const objectsRead = { default: 50, largest: 200 };
const scanSize = 200;

/** Registers the routes above. */
export function registerPortalApi(app: App, parts: PortalParts): void {
  app.portal
    .get("/api/overview", {}, async (c) => tagged(c, await overview(c, parts)))
    .get("/api/totals", { requires: ["data:read"] }, async (c) => tagged(c, await totals(c, parts)))
    .get("/api/runs", {}, async (c) => tagged(c, await listRuns(c, parts)))
    .post("/api/runs", { requires: needed }, (c) => startRun(c, parts))
    .get("/api/runs/:runId", {}, async (c) => tagged(c, await runDetail(c, parts)))
    .get("/api/runs/:runId/objects", {}, async (c) => tagged(c, await listObjects(c, parts)))
    .post("/api/runs/:runId/retry", { requires: needed }, (c) => retryRun(c, parts))
    .post("/api/runs/:runId/cancel", { requires: ["data:read"] }, (c) => cancelRun(c, parts));
}

async function overview(c: PortalContext, { job, stripe }: PortalParts): Promise<OverviewJson> {
  const runs = await allRuns(c.jobs, job);
  const active = runs.find(isActive);
  const last = runs[0];
  return {
    source: { mode: stripe.mode, label: sourceLabels[stripe.mode], address: stripe.address },
    tiles: tilesOf(runs),
    ...(active === undefined ? {} : { active_run: runJson(active) }),
    ...(last === undefined ? {} : { last_run: runJson(last) }),
    actions: { start: startAction(c.installation.grantedPermissions, active) },
    alerts: alertsState(c.installation.grantedPermissions),
  };
}

const sourceLabels: Readonly<Record<StripeAccess["mode"], string>> = {
  simulator: "Local Stripe simulator",
  test: "Stripe, test data",
  live: "Stripe, live data",
};

function startAction(granted: readonly Scope[], active: JobRun | undefined): ActionJson {
  const missing = needed.find((scope) => !granted.includes(scope));
  if (missing !== undefined) {
    const purpose = permissionPurposes[missing];
    const { whatHappened, whatToDo } = describeErrorState("missing_permission", {
      requiredScope: missing,
      purpose,
    });
    return {
      allowed: false,
      code: "missing_permission",
      reason: whatHappened,
      next: whatToDo,
      required_scope: missing,
    };
  }
  if (active === undefined) return { allowed: true };
  return {
    allowed: false,
    code: "run_active",
    reason: "A sync is under way.",
    next: "Wait for it to end, or cancel it.",
  };
}

function alertsState(granted: readonly Scope[]): OverviewJson["alerts"] {
  if (granted.includes("alerts:write")) return { enabled: true };
  const { whatHappened } = describeErrorState("missing_permission", {
    requiredScope: "alerts:write",
    purpose: permissionPurposes["alerts:write"],
  });
  return { enabled: false, reason: whatHappened };
}

async function totals(c: PortalContext, { stripe, clock }: PortalParts): Promise<TotalsJson> {
  const [ours, theirs] = await Promise.all([
    side(clock, () => ledgerSide({ cloud: c.cloud, mode: stripe.mode })),
    side(clock, () => stripeSide(stripe, { once: true })),
  ]);
  const currencies = compareSides(theirs.value, ours.value);
  return {
    stripe: theirs.json,
    ledger: ours.json,
    ...(theirs.json.ok && ours.json.ok ? { equal: allEqual(currencies) } : {}),
    currencies: [...currencies],
  };
}

type Side<Value> = { readonly json: TotalsJson["stripe"]; readonly value?: Value };

/** A side that does not answer is an answer too: the other one is still worth showing. */
async function side<Value>(clock: () => number, ask: () => Promise<Value>): Promise<Side<Value>> {
  const as_of = new Date(clock()).toISOString();
  try {
    return { json: { ok: true, as_of }, value: await ask() };
  } catch (error) {
    return { json: { ok: false, as_of, failure: failureJson(error) } };
  }
}

function failureJson(error: unknown): FailureJson {
  if (error instanceof AppError) {
    const { provider, retry_after } = error.details;
    return {
      ...{ code: error.code, error: error.whatHappened, next: error.whatToDo },
      ...(provider === undefined ? {} : { provider }),
      ...(retry_after === undefined ? {} : { retry_after }),
    };
  }
  // Whatever is neither Stripe's nor Cloud's is a fault of ours: the framework logs it and gives it a reference.
  if (!(error instanceof CloudError) || error.code === "key_revoked") throw error;
  return { code: error.code, error: error.whatHappened, next: error.whatToDo };
}

async function listRuns(c: PortalContext, { job }: PortalParts) {
  const query = readQuery(c, {
    status: words(runStatuses),
    limit: limitOf(runsRead),
    after: z.string().optional(),
  });
  const runs: JobRun[] = [];
  let after = query.after;
  for (;;) {
    const page = await c.jobs.list({
      job: job.name,
      limit: scanSize,
      ...(after === undefined ? {} : { after }),
    });
    for (const run of page) {
      if (runs.length > query.limit) break;
      if (query.status === undefined || query.status.includes(run.status)) runs.push(run);
    }
    after = page.at(-1)?.runId;
    if (page.length < scanSize || runs.length > query.limit) break;
  }
  const shown = runs.slice(0, query.limit);
  const next = runs.length > query.limit ? shown.at(-1)?.runId : undefined;
  return { data: shown.map(runJson), ...(next === undefined ? {} : { next }) };
}

async function startRun(c: PortalContext, { job }: PortalParts) {
  await c.body(z.object({}));
  const runs = await allRuns(c.jobs, job);
  const active = runs.find(isActive);
  if (active !== undefined) return c.json(runJson(active));
  // Pressed twice at the same instant, both follow the same run, and so are one.
  const idempotencyKey = `after:${runs[0]?.runId ?? "none"}`;
  return c.json(runJson(await c.jobs.start(job, undefined, { idempotencyKey })), 202);
}

async function runDetail(c: PortalContext, { job }: PortalParts) {
  const run = await runOf(c, job);
  const findings = await syncData(c.data).findings.list({ prefix: runPrefix(run.runId) });
  const { kinds } = tallyOfRun(run);
  return {
    ...runJson(run),
    kinds: objectKinds.flatMap((kind) => (kinds[kind] === undefined ? [] : [{ kind, count: kinds[kind] }])),
    currencies: resultOf(run)?.currencies ?? [],
    finding_list: findings.map(({ value }) => value),
    objects_kept: await isKept(syncData(c.data), run.runId),
  };
}

async function listObjects(c: PortalContext, { job }: PortalParts) {
  const { runId } = await runOf(c, job);
  const query = readQuery(c, {
    kind: words(objectKinds),
    state: words(objectStates),
    limit: limitOf(objectsRead),
    after: z.string().optional(),
  });
  const wanted = ({ object }: StoredObject) =>
    (query.kind === undefined || query.kind.includes(object.kind)) &&
    (query.state === undefined || query.state.includes(object.state));
  const found: { key: string; value: StoredObject }[] = [];
  let after = query.after;
  for (;;) {
    const options = { prefix: runPrefix(runId), limit: scanSize, descending: true };
    const page = await syncData(c.data).objects.list({
      ...options,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.filter(({ value }) => wanted(value)));
    after = page.at(-1)?.key;
    if (page.length < scanSize || found.length > query.limit) break;
  }
  const shown = found.slice(0, query.limit);
  const next = found.length > query.limit ? shown.at(-1)?.key : undefined;
  return { data: shown.map(({ value }) => value.object), ...(next === undefined ? {} : { next }) };
}

async function retryRun(c: PortalContext, { job }: PortalParts) {
  const run = await runOf(c, job);
  if (run.status !== "failed") {
    throw conflict("not_retryable", `This run is ${run.status}; only a failed one can be tried again.`);
  }
  if ((await allRuns(c.jobs, job)).some(isActive)) {
    throw conflict("run_active", "Another sync is under way; try again when it has ended.");
  }
  return c.json(runJson(await c.jobs.retry(run.runId)), 202);
}

async function cancelRun(c: PortalContext, { job }: PortalParts) {
  const run = await runOf(c, job);
  if (!isActive(run)) throw conflict("not_cancellable", `This run is ${run.status} already.`);
  return c.json(runJson(await c.jobs.cancel(run.runId)), 202);
}

/** All runs, newest first. */
async function allRuns(jobs: InstallationJobs, job: SyncJob): Promise<readonly JobRun[]> {
  const runs: JobRun[] = [];
  for (;;) {
    const after = runs.at(-1)?.runId;
    const page = await jobs.list({
      job: job.name,
      limit: scanSize,
      ...(after === undefined ? {} : { after }),
    });
    runs.push(...page);
    if (page.length < scanSize) return runs;
  }
}

async function runOf(c: PortalContext, job: SyncJob): Promise<JobRun> {
  const run = await c.jobs.get(c.param("runId"));
  if (run?.job === job.name) return run;
  throw new AppError({
    code: "not_found",
    status: 404,
    whatHappened: "There is no run with this id.",
    whatToDo: "Go back to the list of runs.",
  });
}

function conflict(code: string, whatHappened: string): AppError {
  return new AppError({
    code,
    status: 409,
    whatHappened,
    whatToDo: "Reload the page to see how the run stands.",
  });
}

/** One or several words of a list, parted by commas. */
function words<Word extends string>(allowed: readonly Word[]) {
  return z
    .string()
    .transform((text) => text.split(",").filter((word) => word !== ""))
    .pipe(z.array(z.enum(allowed)))
    .transform((list) => (list.length === 0 ? undefined : list))
    .optional();
}

function limitOf(size: { readonly default: number; readonly largest: number }) {
  return z.coerce.number().int().min(1).max(size.largest).default(size.default);
}

function readQuery<Shape extends z.ZodRawShape>(
  c: PortalContext,
  shape: Shape,
): z.output<z.ZodObject<Shape>> {
  const given = Object.keys(shape).map((name) => [name, c.query(name)] as const);
  const parsed = z
    .object(shape)
    .safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? "");
  throw new AppError({
    code: "invalid_query",
    status: 422,
    whatHappened: `The parameter ${field} is wrong: ${issue?.message ?? "it cannot be read"}.`,
    whatToDo: `Leave ${field} out or correct it.`,
    details: { field },
  });
}

/** JSON with an `ETag`, or 304 where the page has it already. */
function tagged(c: PortalContext, value: unknown): Response {
  const body = stringifyExactJson(value);
  const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  const headers = { ETag: tag, "Cache-Control": "no-store" };
  if (c.request.headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "Content-Type": "application/json; charset=utf-8" } });
}
