/**
 * The whole sync, on real parts: the local Cloud with its ledger, the simulator, and the app as it is served. Held
 * against the simulator's own totals, which are counted from what happened and not from what the app reads.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Served, serve } from "@annex/app";
import { type CloudClient, createClient, type Transaction } from "@annex/client";
import { Secret } from "@annex/protocol";
import { type Sandbox, startSandbox } from "@annex/sandbox";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, simulatorKey, startSimulator } from "../simulator/index.ts";
import {
  type ObjectJson,
  objectListSchema,
  overviewSchema,
  type RunJson,
  runDetailSchema,
  runListSchema,
  runSchema,
  totalsSchema,
} from "../src/portal-types.ts";
import { createStripeAccess } from "../src/stripe/access.ts";
import { createStripeSync } from "../src/stripe-sync.ts";

const everything = ["data:read", "data:write", "alerts:write"];
const deadline = 60_000;

let directory: string;
let sandbox: Sandbox;
let simulator: Simulator;
let served: Served;
let appId: string;
let state: State;
/** Keys are shown once, to the app; here they are heard on the way. */
const keys = new Map<string, Secret>();

type State = {
  organizations: {
    organization_id: string;
    instances: { instance_id: string }[];
    members: { user_id: string; role: string }[];
  }[];
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stripe-sync-"));
  simulator = await startSimulator({ port: 0, seed: 11 });
  sandbox = await startSandbox({ port: 0, dataDirectory: join(directory, "cloud"), fetch: hearingKeys });
  const stripe = createStripeAccess({
    apiKey: new Secret(simulatorKey),
    simulatorUrl: simulator.url,
    retries: {
      attempts: 3,
      baseMilliseconds: 5,
      maximumMilliseconds: 10,
      longestRetryAfterMilliseconds: 2_000,
    },
  });
  served = await serve(
    createStripeSync({
      stripe,
      environment: {
        ANNEX_CLOUD_URL: sandbox.url,
        ANNEX_DATABASE: join(directory, "app.db"),
        ANNEX_LOG: join(directory, "app.log"),
        ANNEX_CALLBACK_SECRET: "0123456789abcdefghijklmnopqrstuv",
      },
    }),
    { port: 0 },
  );
  state = (await admin("GET", "/admin/state")).body as State;
  appId = (
    await sandbox.registerApp({
      manifest: {
        name: "Stripe Sync",
        registration_callback_url: `${served.url}/cloud/0123456789abcdefghijklmnopqrstuv/callback`,
        portal_generator_url: `${served.url}/cloud/0123456789abcdefghijklmnopqrstuv/portal`,
        permissions: everything,
      },
      url: served.url,
    } as Parameters<Sandbox["registerApp"]>[0])
  ).app_id;
});
afterEach(() => simulator.clearFaults());
afterAll(async () => {
  await served?.close();
  await sandbox?.close();
  await simulator?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("a first run, a second run, and what came in between", () => {
  let portal: Portal;
  let books: CloudClient;

  test("every currency ties to the last minor unit", async () => {
    portal = await installed(0, everything);
    books = booksOf(portal);
    const run = await finished(portal, await start(portal));
    expect(run).toMatchObject({ status: "completed", counts: { waiting: 0, failed: 0, difference: 0 } });
    await expectTied(books);
    const totals = totalsSchema.parse((await portal.get("/totals")).body);
    expect(totals).toMatchObject({ equal: true, stripe: { ok: true }, ledger: { ok: true } });
    expect(totals.currencies.map(({ currency, decimals }) => [currency, decimals])).toEqual([
      ["EUR", 2],
      ["GBP", 2],
      ["JPY", 0],
      ["KWD", 3],
      ["USD", 2],
    ]);
  });

  test("each object is shown with its transactions, each with Stripe's id as reference", async () => {
    const [run] = runListSchema.parse((await portal.get("/runs")).body).data;
    const objects = await allObjects(portal, run?.run_id ?? "");
    const { account } = simulator;
    expect(objects.length).toBe(account.movements.length + account.customers.length);
    const rows = await allTransactions(books);
    const byReference = new Map(rows.map((row) => [row.reference, row]));
    for (const movement of account.movements) {
      const object = objects.find(({ id }) => id === movement.id);
      expect(object?.state).toBe(movement.amount === 0 ? "nothing_to_post" : "posted");
      expect(object?.net?.minor).toBe(`${movement.net}`);
      for (const leg of object?.legs ?? []) {
        const row = byReference.get(leg.reference);
        expect(row).toMatchObject({
          transaction_id: leg.transaction_id,
          precise_amount: BigInt(leg.amount.minor),
          precision: BigInt(10 ** leg.amount.decimals),
          currency: movement.currency.toUpperCase(),
          status: "APPLIED",
          meta_data: { stripe_sync: { balance_transaction: movement.id, type: movement.type } },
        });
      }
      if (movement.amount !== 0) expect(object?.legs[0]?.reference).toBe(movement.id);
    }
    // Nothing else is in the ledger.
    const references = objects.flatMap(({ legs }) => legs.map(({ reference }) => reference));
    expect(rows.length).toBe(references.length);
    expect(new Set(rows.map(({ reference }) => reference))).toEqual(new Set(references));
  });

  test("customers are identities, and sales name them", async () => {
    const { account } = simulator;
    const identities = (await books.data.identities.list({ pageSize: 200 })).data;
    expect(identities.length).toBe(account.customers.length);
    const sale = account.charges.find(({ customer, paid }) => customer !== null && paid);
    const identity = identities.find(
      ({ meta_data }) => (meta_data?.["stripe_sync"] as { customer?: string })?.customer === sale?.customer,
    );
    const { data } = await books.data.transactions.list({
      filters: { reference_eq: String(sale?.balance_transaction) },
    });
    expect(data[0]?.meta_data).toMatchObject({ stripe_sync: { identity_id: identity?.identity_id } });
  });

  test("an unknown type is kept, shown, and waits in suspense", async () => {
    const [run] = runListSchema.parse((await portal.get("/runs")).body).data;
    const detail = runDetailSchema.parse((await portal.get(`/runs/${run?.run_id}`)).body);
    expect(detail.finding_list.map(({ code }) => code)).toEqual(Array(4).fill("unknown_type"));
    expect(detail.findings).toBe(4);
    const others = await allObjects(portal, run?.run_id ?? "", "kind=other");
    expect(new Set(others.map(({ stripe_type }) => stripe_type))).toEqual(new Set(["loyalty_settlement"]));
    const suspense = detail.currencies.find(({ currency }) => currency === "JPY")?.ledger_suspense;
    expect(suspense).toEqual({ minor: "-5", currency: "JPY", decimals: 0 });
  });

  test("disputes that wait for an answer are flagged, once", async () => {
    const open = simulator.account.disputes.filter(({ status }) => status === "needs_response");
    const alerts = await alertsOf(portal);
    expect(alerts.length).toBe(open.length);
    expect(open.every(({ id }) => alerts.some(({ description }) => description.includes(id)))).toBe(true);
  });

  test("a second run posts nothing and says so", async () => {
    const before = await allTransactions(books);
    const run = await finished(portal, await start(portal));
    expect(run).toMatchObject({ status: "completed", counts: { posted: 0, failed: 0, difference: 0 } });
    expect(run.counts.already_posted).toBeGreaterThan(400);
    expect((await allTransactions(books)).length).toBe(before.length);
    expect((await alertsOf(portal)).length).toBe(
      simulator.account.disputes.filter(({ status }) => status === "needs_response").length,
    );
  });

  test("new sales are posted, and only they", async () => {
    await fetch(`${simulator.url}/simulator/activity`, { method: "POST", body: '{"sales":7}' });
    const run = await finished(portal, await start(portal));
    expect(run).toMatchObject({ status: "completed", counts: { posted: 7 } });
    await expectTied(books);
  });

  test("pages and filters hold what they promise", async () => {
    const [run] = runListSchema.parse((await portal.get("/runs?status=completed&limit=2")).body).data;
    const path = `/runs/${run?.run_id}/objects`;
    const payouts = await allObjects(portal, run?.run_id ?? "", "kind=payout&limit=7");
    const failed = simulator.account.payouts.filter(({ status }) => status === "failed").length;
    expect(payouts.length).toBe(simulator.account.payouts.length + failed);
    const times = payouts.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort().reverse());
    for (const query of ["kind=unicorn", "state=lost", "limit=0", "limit=201", "limit=x"]) {
      expect((await portal.get(`${path}?${query}`)).status).toBe(422);
    }
    expect((await portal.get("/runs/run_unknown")).status).toBe(404);
    expect((await portal.get("/runs?status=dancing")).status).toBe(422);
    const first = runListSchema.parse((await portal.get("/runs?limit=2")).body);
    const second = runListSchema.parse((await portal.get(`/runs?limit=2&after=${first.next}`)).body);
    expect([...first.data, ...second.data].map(({ run_id }) => run_id).length).toBe(3);
    expect(second.next).toBeUndefined();
  });

  test("what has not changed is answered 304", async () => {
    const first = await portal.get("/overview");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).not.toBe("");
    const second = await portal.get("/overview", { "If-None-Match": tag });
    expect(second.status).toBe(304);
    expect(overviewSchema.parse(first.body)).toMatchObject({
      source: { mode: "simulator" },
      tiles: { all: 3, completed: 3, in_progress: 0, failed: 0 },
      actions: { start: { allowed: true } },
      alerts: { enabled: true },
    });
  });
});

describe("what is in the ledger already", () => {
  test("is compared, and a difference is a finding, never an overwrite", async () => {
    await uninstalled(0);
    const portal = await installed(1, ["data:read", "data:write"]);
    const books = booksOf(portal);
    const [oldest] = simulator.account.movements;
    if (oldest === undefined) throw new Error("no movement");
    await books.proxy.createTransaction({
      precise_amount: 5n,
      precision: 100,
      currency: oldest.currency.toUpperCase(),
      reference: oldest.id,
      description: "somebody else's",
      source: "@elsewhere",
      destination: "@nowhere",
      allow_overdraft: true,
      skip_queue: true,
    });
    const run = await finished(portal, await start(portal));
    expect(run).toMatchObject({ status: "completed", counts: { difference: 1, failed: 0 } });
    const [object] = await allObjects(portal, run.run_id, "state=difference");
    expect(object).toMatchObject({ id: oldest.id, finding: { code: "ledger_differs" } });
    expect(object?.finding?.error).toMatch(/its amount is 5 and should be/);
    const detail = runDetailSchema.parse((await portal.get(`/runs/${run.run_id}`)).body);
    expect(detail.finding_list.map(({ code }) => code)).toContain("balance_differs");
    expect(overviewSchema.parse((await portal.get("/overview")).body).alerts.enabled).toBe(false);
  });
});

describe("when others fail", () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await installed(0, everything);
  });

  test("installed again, it finds everything there and posts nothing twice", async () => {
    const run = await finished(portal, await start(portal));
    expect(run).toMatchObject({ status: "completed", counts: { posted: 0, difference: 0 } });
    await expectTied(booksOf(portal));
  });

  test("a few 429 and 500 pass unnoticed", async () => {
    simulator.addFault({ kind: "429", count: 1, after: 2, retryAfterSeconds: 0 });
    simulator.addFault({ kind: "500", count: 2, after: 1 });
    simulator.addFault({ kind: "unreachable", count: 1 });
    expect(await finished(portal, await start(portal))).toMatchObject({ status: "completed" });
  });

  test("Stripe out of reach: a failed run that says so, and the same run goes on after it", async () => {
    simulator.addFault({ kind: "unreachable", after: 2 });
    const failed = await finished(portal, await start(portal));
    expect(failed).toMatchObject({
      status: "failed",
      can_retry: true,
      error: { code: "provider_unreachable", next: expect.stringMatching(/simulator again/) },
    });
    const totals = totalsSchema.parse((await portal.get("/totals")).body);
    expect(totals).toMatchObject({
      stripe: { ok: false, failure: { code: "provider_unreachable" } },
      ledger: { ok: true },
    });
    expect(
      totals.currencies.every(({ ledger, stripe }) => ledger !== undefined && stripe === undefined),
    ).toBe(true);
    simulator.clearFaults();
    const retried = await portal.post(`/runs/${failed.run_id}/retry`);
    expect(retried.status).toBe(202);
    const completed = await finished(portal, runSchema.parse(retried.body));
    expect(completed).toMatchObject({ run_id: failed.run_id, status: "completed" });
    expect((await portal.post(`/runs/${failed.run_id}/retry`)).status).toBe(409);
  });

  test("the instance stopped: likewise", async () => {
    const instance = instanceOf(0);
    await admin("PATCH", `/admin/instances/${instance}`, { state: "stopped" });
    const totals = totalsSchema.parse((await portal.get("/totals")).body);
    expect(totals).toMatchObject({
      stripe: { ok: true },
      ledger: { ok: false, failure: { code: "instance_unavailable" } },
    });
    const failed = await finished(portal, await start(portal));
    expect(failed).toMatchObject({ status: "failed", error: { code: "instance_unavailable" } });
    await admin("PATCH", `/admin/instances/${instance}`, { state: "running" });
    const retried = await portal.post(`/runs/${failed.run_id}/retry`);
    expect(await finished(portal, runSchema.parse(retried.body))).toMatchObject({ status: "completed" });
  });

  test("pressed twice at once, it runs once; cancelled, it stops", async () => {
    simulator.addFault({ kind: "slow", delayMilliseconds: 150 });
    const answers = await Promise.all([1, 2, 3].map(() => portal.post("/runs")));
    const runs = answers.map(({ body }) => runSchema.parse(body).run_id);
    expect(new Set(runs).size).toBe(1);
    const active = overviewSchema.parse((await portal.get("/overview")).body);
    expect(active).toMatchObject({ active_run: { run_id: runs[0] }, actions: { start: { allowed: false } } });
    expect((await portal.post(`/runs/${runs[0]}/cancel`)).status).toBe(202);
    const cancelled = await finished(portal, runSchema.parse(answers[0]?.body));
    expect(cancelled.status).toBe("cancelled");
    expect((await portal.post(`/runs/${runs[0]}/cancel`)).status).toBe(409);
  });
});

test("without data:write the button says why, and the server refuses", async () => {
  await uninstalled(0);
  const portal = await installed(0, ["data:read"]);
  const { actions } = overviewSchema.parse((await portal.get("/overview")).body);
  expect(actions.start).toMatchObject({
    allowed: false,
    code: "missing_permission",
    required_scope: "data:write",
    reason: expect.stringMatching(/to post pay-ins/),
    next: expect.stringMatching(/install it again with data:write/),
  });
  const refused = await portal.post("/runs");
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ code: "missing_permission", required_scope: "data:write" });
});

class Portal {
  readonly installation: string;
  readonly instance: string;
  readonly #session: string;

  constructor(installation: string, instance: string, session: string) {
    this.installation = installation;
    this.instance = instance;
    this.#session = session;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return call("GET", `${served.url}/portal/api${path}`, this.#session, undefined, headers);
  }

  post(path: string): Promise<Answer> {
    return call("POST", `${served.url}/portal/api${path}`, this.#session, {});
  }
}

type Answer = { status: number; headers: Headers; body: unknown };

async function call(
  method: string,
  url: string,
  token: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

function admin(method: string, path: string, body?: unknown): Promise<Answer> {
  return call(method, `${sandbox.url}${path}`, sandbox.adminToken, body);
}

function instanceOf(index: number): string {
  return state.organizations[0]?.instances[index]?.instance_id ?? "";
}

const installations = new Map<number, string>();

async function installed(index: number, granted: readonly string[]): Promise<Portal> {
  const user = state.organizations[0]?.members.find(({ role }) => role === "Admin")?.user_id;
  const answer = await admin("POST", "/admin/installations", {
    app_id: appId,
    instance_id: instanceOf(index),
    granted_permissions: granted,
    user_id: user,
  });
  expect(answer.status).toBe(201);
  const { installed_app_id: installation } = answer.body as { installed_app_id: string };
  installations.set(index, installation);
  const launched = await admin("POST", `/admin/installations/${installation}/launch`, { user_id: user });
  const page = await (await fetch((launched.body as { portal_url: string }).portal_url)).text();
  const block = /<script[^>]*id="annex-session"[^>]*>(.*?)<\/script>/s.exec(page)?.[1] ?? "{}";
  return new Portal(installation, instanceOf(index), (JSON.parse(block) as { session: string }).session);
}

async function uninstalled(index: number): Promise<void> {
  const answer = await admin("DELETE", `/admin/installations/${installations.get(index)}`);
  expect(answer.status).toBe(200);
}

/** The keys that Cloud gives to the app, so that the tests can read the books as the app does. */
const hearingKeys: typeof fetch = (input, init) => {
  const event = /"api_key":/.test(String(init?.body)) ? JSON.parse(String(init?.body)) : undefined;
  if (event !== undefined) keys.set(event.installed_app_id, new Secret(event.api_key));
  return fetch(input, init);
};

function booksOf(portal: Portal): CloudClient {
  const apiKey = keys.get(portal.installation);
  if (apiKey === undefined) throw new Error("no key was heard");
  return createClient({ baseUrl: sandbox.url, apiKey, instanceId: portal.instance });
}

async function start(portal: Portal): Promise<RunJson> {
  const answer = await portal.post("/runs");
  expect(answer.status).toBe(202);
  return runSchema.parse(answer.body);
}

async function finished(portal: Portal, started: RunJson): Promise<RunJson> {
  const end = Date.now() + deadline;
  for (;;) {
    const run = runDetailSchema.parse((await portal.get(`/runs/${started.run_id}`)).body);
    if (run.finished_at !== undefined && !["queued", "running"].includes(run.status)) return run;
    if (Date.now() > end) throw new Error(`still ${run.status}: ${JSON.stringify(run.progress)}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

async function allObjects(portal: Portal, runId: string, query = "limit=200"): Promise<ObjectJson[]> {
  const found: ObjectJson[] = [];
  let after = "";
  for (;;) {
    const page = objectListSchema.parse((await portal.get(`/runs/${runId}/objects?${query}${after}`)).body);
    found.push(...page.data);
    if (page.next === undefined) return found;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

async function allTransactions(books: CloudClient): Promise<Transaction[]> {
  const rows: Transaction[] = [];
  for await (const row of books.data.transactions.iterate()) rows.push(row);
  return rows;
}

async function alertsOf(portal: Portal): Promise<{ description: string }[]> {
  const apiKey = keys.get(portal.installation)?.reveal() ?? "";
  const url = `${sandbox.url}/alerts?instance_id=${portal.instance}&pageSize=200`;
  const answer = await call("GET", url, apiKey);
  return (answer.body as { data: { description: string }[] }).data ?? [];
}

/** For every currency: what Stripe holds, what its fees were, and books that add up to zero. */
async function expectTied(books: CloudClient): Promise<void> {
  const sums = new Map<string, bigint>();
  const held = new Map<string, bigint>();
  for await (const balance of books.data.balances.iterate()) {
    const { role } = (balance.meta_data?.["stripe_sync"] ?? {}) as { role?: string };
    sums.set(balance.currency, (sums.get(balance.currency) ?? 0n) + balance.balance);
    if (role !== undefined) held.set(`${role} ${balance.currency}`, balance.balance);
  }
  for (const totals of simulator.totals()) {
    const currency = totals.currency.toUpperCase();
    expect([currency, held.get(`clearing ${currency}`)]).toEqual([currency, BigInt(totals.held)]);
    expect([currency, held.get(`fees ${currency}`)]).toEqual([currency, BigInt(totals.fee)]);
    expect(sums.get(currency)).toBe(0n);
  }
}
