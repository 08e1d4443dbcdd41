/**
 * The whole sync, on real parts: the local Cloud with its ledger, the simulator, and the app as it is served. Held
 * against the simulator's own totals, which are counted from what happened and not from what the app reads.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Served, serve } from "@annex/app";
import type { CloudClient } from "@annex/client";
import { Secret } from "@annex/protocol";
import { type Sandbox, startSandbox } from "@annex/sandbox";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.ts";
import { overviewSchema, runListSchema, runSchema, totalsSchema } from "../src/portal-types.ts";
import { createStripeAccess } from "../src/stripe/access.ts";
import { simulatorKey } from "../src/stripe/modes.ts";
import { createStripeSync } from "../src/stripe-sync.ts";
import { allTransactions, callbackSecret, expectTied, House, hearingKeys, type Portal } from "./house.ts";
import { AppProcess, KillingProxy, type KillPoint } from "./killed.ts";

/** The tests look at the alerts with the app's key, so it gets one scope more than the app asks for. */
const everything = ["data:read", "data:write", "alerts:write", "alerts:read"];
const patience = { timeout: 120_000 };
/** On a busy machine two ledgers take a while to be made. */
const startTimeLimit = 240_000;
const impatient = {
  attempts: 3,
  baseMilliseconds: 5,
  maximumMilliseconds: 10,
  longestRetryAfterMilliseconds: 2_000,
};

let directory: string;
let sandbox: Sandbox;
let simulator: Simulator;
let served: Served;
let house: House;
let appId: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "stripe-sync-"));
  simulator = await startSimulator({ port: 0, seed: 11 });
  const keys = new Map<string, Secret>();
  sandbox = await startSandbox({
    port: 0,
    dataDirectory: join(directory, "cloud"),
    fetch: hearingKeys(keys),
  });
  house = await House.open(sandbox.url, sandbox.adminToken, keys);
  served = await serve(inProcess(), { port: 0 });
  appId = await register("Stripe Sync", served.url);
}, startTimeLimit);
afterEach(() => simulator.clearFaults());
afterAll(async () => {
  await served?.close();
  await sandbox?.close();
  await simulator?.close();
  rmSync(directory, { recursive: true, force: true });
});

function inProcess() {
  const apiKey = new Secret(simulatorKey);
  return createStripeSync({
    stripe: createStripeAccess({ apiKey, simulatorUrl: simulator.url, retries: impatient }),
    environment: {
      ANNEX_CLOUD_URL: sandbox.url,
      ANNEX_DATABASE: join(directory, "app.db"),
      ANNEX_LOG: join(directory, "app.log"),
      ANNEX_CALLBACK_SECRET: callbackSecret,
    },
  });
}

async function register(name: string, url: string): Promise<string> {
  const manifest = {
    name,
    registration_callback_url: `${url}/cloud/${callbackSecret}/callback`,
    portal_generator_url: `${url}/cloud/${callbackSecret}/portal`,
    permissions: everything,
  };
  return (await sandbox.registerApp({ manifest, url } as Parameters<Sandbox["registerApp"]>[0])).app_id;
}

let firstPortal: Portal;

describe("a first run, a second run, and what came in between", () => {
  let portal: Portal;
  let books: CloudClient;

  test("every currency ties to the last minor unit", patience, async () => {
    firstPortal = portal = await house.install(appId, 0, everything);
    books = house.books(portal);
    const run = await portal.finished(await portal.start());
    expect(run).toMatchObject({ status: "completed", counts: { waiting: 0, failed: 0, difference: 0 } });
    await expectTied(books, simulator.totals());
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
    const objects = await portal.objects(run?.run_id ?? "");
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

  test("the balance of any past day is Stripe's of that day", async () => {
    const { account } = simulator;
    const day = account.now - 20 * 86_400;
    for await (const balance of books.data.balances.iterate({ filters: { currency_eq: "KWD" } })) {
      if ((balance.meta_data?.["stripe_sync"] as { role?: string } | undefined)?.role !== "clearing")
        continue;
      const then = await books.proxy.getBalanceAt(balance.balance_id, new Date(day * 1000));
      const moved = account.movements.filter(({ currency, created }) => currency === "kwd" && created <= day);
      expect(then.balance.balance).toBe(BigInt(moved.reduce((sum, { net }) => sum + net, 0)));
      expect(then.balance.balance).not.toBe(balance.balance);
    }
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
    const detail = await portal.run(run?.run_id ?? "");
    expect(detail.finding_list.map(({ code }) => code)).toEqual(Array(4).fill("unknown_type"));
    expect(detail.findings).toBe(4);
    const others = await portal.objects(run?.run_id ?? "", "kind=other");
    expect(new Set(others.map(({ stripe_type }) => stripe_type))).toEqual(new Set(["loyalty_settlement"]));
    const suspense = detail.currencies.find(({ currency }) => currency === "JPY")?.ledger_suspense;
    expect(suspense).toEqual({ minor: "-5", currency: "JPY", decimals: 0 });
  });

  test("disputes that wait for an answer are flagged, once", async () => {
    const open = simulator.account.disputes.filter(({ status }) => status === "needs_response");
    const alerts = (await books.alerts.list({ pageSize: 200 })).data;
    expect(alerts.length).toBe(open.length);
    expect(open.every(({ id }) => alerts.some(({ description }) => description.includes(id)))).toBe(true);
  });

  test("a second run posts nothing and says so", patience, async () => {
    const before = await allTransactions(books);
    const run = await portal.finished(await portal.start());
    expect(run).toMatchObject({ status: "completed", counts: { posted: 0, failed: 0, difference: 0 } });
    expect(run.counts.already_posted).toBeGreaterThan(400);
    expect((await allTransactions(books)).length).toBe(before.length);
    const open = simulator.account.disputes.filter(({ status }) => status === "needs_response");
    expect((await books.alerts.list()).total).toBe(BigInt(open.length));
  });

  test("new sales are posted, and only they", patience, async () => {
    await fetch(`${simulator.url}/simulator/activity`, { method: "POST", body: '{"sales":7}' });
    const run = await portal.finished(await portal.start());
    expect(run).toMatchObject({ status: "completed", counts: { posted: 7 } });
    await expectTied(books, simulator.totals());
  });

  test("pages and filters hold what they promise", async () => {
    const [run] = runListSchema.parse((await portal.get("/runs?status=completed&limit=2")).body).data;
    const path = `/runs/${run?.run_id}/objects`;
    const payouts = await portal.objects(run?.run_id ?? "", "kind=payout&limit=7");
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

describe("when others fail", () => {
  let portal: Portal;

  beforeAll(async () => {
    // Uninstalled and installed again: the app has forgotten everything, the ledger has not.
    await house.uninstall(firstPortal);
    portal = await house.install(appId, 0, everything);
  });

  test("installed again, it finds everything there and posts nothing twice", patience, async () => {
    const run = await portal.finished(await portal.start());
    expect(run).toMatchObject({ status: "completed", counts: { posted: 0, difference: 0 } });
    await expectTied(house.books(portal), simulator.totals());
  });

  test("a few 429 and 500 pass unnoticed", patience, async () => {
    simulator.addFault({ kind: "429", count: 1, after: 2, retryAfterSeconds: 0 });
    simulator.addFault({ kind: "500", count: 2, after: 1 });
    simulator.addFault({ kind: "unreachable", count: 1 });
    expect(await portal.finished(await portal.start())).toMatchObject({ status: "completed" });
  });

  test(
    "Stripe out of reach: a failed run that says so, and the same run goes on after it",
    patience,
    async () => {
      simulator.addFault({ kind: "unreachable", after: 2 });
      const failed = await portal.finished(await portal.start());
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
      const completed = await portal.finished(runSchema.parse(retried.body));
      expect(completed).toMatchObject({ run_id: failed.run_id, status: "completed" });
      expect((await portal.post(`/runs/${failed.run_id}/retry`)).status).toBe(409);
    },
  );

  test("the instance stopped: likewise", patience, async () => {
    const instance = house.instance(0);
    await house.admin("PATCH", `/admin/instances/${instance}`, { state: "stopped" });
    const totals = totalsSchema.parse((await portal.get("/totals")).body);
    expect(totals).toMatchObject({
      stripe: { ok: true },
      ledger: { ok: false, failure: { code: "instance_unavailable" } },
    });
    const failed = await portal.finished(await portal.start());
    expect(failed).toMatchObject({ status: "failed", error: { code: "instance_unavailable" } });
    await house.admin("PATCH", `/admin/instances/${instance}`, { state: "running" });
    const retried = await portal.post(`/runs/${failed.run_id}/retry`);
    expect(await portal.finished(runSchema.parse(retried.body))).toMatchObject({ status: "completed" });
  });

  test("pressed twice at once, it runs once; cancelled, it stops", patience, async () => {
    simulator.addFault({ kind: "slow", delayMilliseconds: 150 });
    const answers = await Promise.all([1, 2, 3].map(() => portal.post("/runs")));
    const runs = answers.map(({ body }) => runSchema.parse(body).run_id);
    expect(new Set(runs).size).toBe(1);
    const active = overviewSchema.parse((await portal.get("/overview")).body);
    expect(active).toMatchObject({ active_run: { run_id: runs[0] }, actions: { start: { allowed: false } } });
    expect((await portal.post(`/runs/${runs[0]}/cancel`)).status).toBe(202);
    const cancelled = await portal.finished(runSchema.parse(answers[0]?.body));
    expect(cancelled.status).toBe("cancelled");
    expect((await portal.post(`/runs/${runs[0]}/cancel`)).status).toBe(409);
  });
});

test("without data:write the button says why, and the server refuses", async () => {
  const portal = await house.install(appId, 1, ["data:read"]);
  const { actions, alerts } = overviewSchema.parse((await portal.get("/overview")).body);
  expect(actions.start).toMatchObject({
    allowed: false,
    code: "missing_permission",
    required_scope: "data:write",
    reason: expect.stringMatching(/to post pay-ins/),
    next: expect.stringMatching(/install it again with data:write/),
  });
  expect(alerts).toMatchObject({ enabled: false, reason: expect.stringMatching(/alerts:write/) });
  const refused = await portal.post("/runs");
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ code: "missing_permission", required_scope: "data:write" });
  expect(await allTransactions(house.books(portal))).toEqual([]);
  await house.uninstall(portal);
});

describe("killed in the middle of a run, again and again", () => {
  let proxy: KillingProxy;
  let process: AppProcess;

  beforeAll(async () => {
    proxy = await KillingProxy.start(sandbox.url);
    process = new AppProcess(directory, {
      ANNEX_CLOUD_URL: proxy.url,
      STRIPE_SIMULATOR_URL: simulator.url,
    });
    await process.start();
  });
  afterAll(async () => {
    await process?.stop();
    proxy?.close();
  });

  test("the same run completes, nothing is there twice, and every currency ties", patience, async () => {
    const killed = await register("Stripe Sync, killed", process.url);
    const portal = await house.install(killed, 1, everything);
    const books = house.books(portal);
    const started = await portal.start();
    for (const point of killPoints) {
      proxy.arm(point, process.kill);
      await process.gone();
      await process.start();
    }
    const run = await portal.finished(started);
    expect(run).toMatchObject({ status: "completed", counts: { waiting: 0, failed: 0, difference: 0 } });
    await expectTied(books, simulator.totals());
    const objects = await portal.objects(run.run_id);
    const references = objects.flatMap(({ legs }) => legs.map(({ reference }) => reference));
    expect((await allTransactions(books)).map(({ reference }) => reference).sort()).toEqual(
      references.sort(),
    );
    expect((await books.data.identities.list()).total).toBe(BigInt(simulator.account.customers.length));
    const ledgers = await books.data.ledgers.list({ filters: { name_eq: "Stripe (simulator)" } });
    expect(ledgers.total).toBe(1n);
    // Killed between an alert and hearing of it, the app raises no second one and says that it cannot know.
    const open = simulator.account.disputes.filter(({ status }) => status === "needs_response");
    expect((await books.alerts.list()).total).toBe(BigInt(open.length));
    expect(run.finding_list.filter(({ code }) => code === "alert_uncertain").length).toBe(1);
  });
});

/** In the order of a run; the count begins again at each. */
const killPoints: readonly KillPoint[] = [
  { method: "POST", path: /\/ledgers$/, nth: 1, when: "after" },
  { method: "POST", path: /\/balances$/, nth: 2, when: "after" },
  { method: "POST", path: /\/transactions\/bulk$/, nth: 1, when: "before" },
  { method: "POST", path: /\/transactions\/bulk$/, nth: 5, when: "after" },
  { method: "POST", path: /\/alerts\/flag\//, nth: 1, when: "after" },
];

test(
  "what another program posted under Stripe's id is a finding, and never overwritten",
  patience,
  async () => {
    const portal = await house.install(appId, 1, ["data:read", "data:write"]);
    const books = house.books(portal);
    await fetch(`${simulator.url}/simulator/activity`, { method: "POST", body: '{"sales":1}' });
    const newest = simulator.account.movements.at(-1);
    if (newest === undefined) throw new Error("no movement");
    const reference = newest.id;
    await books.proxy.createTransaction({
      precise_amount: 5n,
      precision: 100,
      currency: newest.currency.toUpperCase(),
      reference,
      description: "somebody else's",
      source: "@elsewhere",
      destination: "@nowhere",
      allow_overdraft: true,
      skip_queue: true,
    });
    const run = await portal.finished(await portal.start());
    expect(run).toMatchObject({ status: "completed", counts: { difference: 1, failed: 0 } });
    const [object] = await portal.objects(run.run_id, "state=difference");
    expect(object).toMatchObject({ id: reference, finding: { code: "ledger_differs" } });
    expect(object?.finding?.error).toMatch(/its amount is 5 and should be/);
    expect(run.finding_list.map(({ code }) => code)).toContain("balance_differs");
    const { data } = await books.data.transactions.list({ filters: { reference_eq: reference } });
    expect(data.map(({ description }) => description)).toEqual(["somebody else's"]);
  },
);
