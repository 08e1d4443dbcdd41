/**
 * The whole sync, on real parts: the local Cloud with its ledger, the simulator, and the app as it is served. Held
 * against the simulator's own totals, which are counted from what happened and not from what the app reads.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Served, serve } from "@annex/app";
import type { CloudClient, Identity, NewTransaction } from "@annex/client";
import type { Secret } from "@annex/protocol";
import { type Sandbox, startSandbox } from "@annex/sandbox";
import { Stripe } from "stripe";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../simulator/index.ts";
import { besideSimulator } from "../src/environment.ts";
import { customerIn } from "../src/mapping/customers.ts";
import {
  booksDetailSchema,
  booksListSchema,
  exportSchema,
  objectListSchema,
  overviewSchema,
  type PayoutJson,
  payoutCurrenciesSchema,
  payoutListSchema,
  type RunJson,
  runListSchema,
  settingsSchema,
  startedRunSchema,
  totalsSchema,
} from "../src/portal-types.ts";
import { neededPermissions } from "../src/stripe/permissions.ts";
import { createStripeSync } from "../src/stripe-sync.ts";
import {
  allTransactions,
  callbackSecret,
  expectTied,
  House,
  hearingKeys,
  type Portal,
  until,
} from "./house.ts";
import { AppProcess, KillingProxy, type KillPoint } from "./killed.ts";
import { smallShop, termsOf } from "./small-shop.ts";

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
    ledgers: "in-memory",
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
  return createStripeSync({
    source: besideSimulator({ simulatorUrl: simulator.url, retries: impatient }),
    clock: () => Date.now() + ahead,
    fetch: (input, init) => {
      cloudCalls += 1;
      return fetch(input, init);
    },
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

/** By how much the clock of the app in this process is ahead, in milliseconds. */
let ahead = 0;
/** Calls of the app in this process to Cloud. */
let cloudCalls = 0;
let firstPortal: Portal;
/** Of the second installation in the same instance. */
let secondPortal: Portal;
const withoutAlerts = everything.filter((scope) => scope !== "alerts:write");
const openDisputes = () => simulator.account.disputes.filter(({ status }) => status === "needs_response");

describe("a first run, a second run, and what came in between", () => {
  let portal: Portal;
  let books: CloudClient;

  test("every currency ties to the last minor unit", patience, async () => {
    firstPortal = portal = await house.install(appId, 0, withoutAlerts);
    books = house.books(portal);
    const run = await portal.finished(await portal.firstRun());
    expect(run).toMatchObject({
      status: "completed",
      reason: "install",
      counts: { waiting: 0, failed: 0, difference: 0 },
    });
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
          currency: leg.amount.currency,
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
      (one) => customerIn(one, { account: account.id, mode: "simulator" }) === sale?.customer,
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

  test("without alerts:write there is none", async () => {
    expect((await books.alerts.list()).total).toBe(0n);
  });

  test("a second run reads what came since, posts nothing, and hardly asks Cloud", patience, async () => {
    const before = await allTransactions(books);
    cloudCalls = 0;
    const started = await portal.start();
    const run = await portal.finished(started);
    expect(run).toMatchObject({ status: "completed", counts: { posted: 0, failed: 0, difference: 0 } });
    expect(run.counts.all).toBeLessThan(100);
    expect(cloudCalls).toBeLessThanOrEqual(10);
    expect(run.currencies.every(({ difference }) => difference?.minor === "0")).toBe(true);
    expect((await allTransactions(books)).length).toBe(before.length);
  });

  test("days that are asked for are looked at again, in the ledger too", patience, async () => {
    expect((await portal.post("/runs", { from: "2026-10-02", to: "2026-10-01" })).status).toBe(422);
    const run = await portal.finished(await portal.start({ from: "2026-09-10", to: "2026-09-11" }));
    const then = simulator.account.movements.filter(({ created }) => {
      const day = new Date(created * 1000).toISOString().slice(0, 10);
      return day === "2026-09-10" || day === "2026-09-11";
    });
    expect(run).toMatchObject({
      status: "completed",
      from: "2026-09-10T00:00:00.000Z",
      to: "2026-09-12T00:00:00.000Z",
      counts: { all: then.length, posted: 0, difference: 0 },
    });
    expect(run.currencies.every(({ difference }) => difference?.minor === "0")).toBe(true);
    expect(await portal.post("/runs", { from: "2999-01-01", to: "2999-01-02" })).toMatchObject({
      status: 422,
      body: { code: "invalid_range", field: "from" },
    });
  });

  test("everything is in as of the last sync up to now, which days that were asked for do not change", async () => {
    const runs = runListSchema.parse((await portal.get("/runs")).body).data;
    const upToNow = runs.find(({ status, from }) => status === "completed" && from === undefined);
    const { imported } = overviewSchema.parse((await portal.get("/overview")).body);
    // The unknown type waits in suspense, which is in the ledger.
    expect(imported).toEqual({ through: upToNow?.started_at, left_out: 0 });
  });

  test(
    "a run over all days looks at each object again, changes nothing, and hardly asks Cloud",
    patience,
    async () => {
      cloudCalls = 0;
      const started = await portal.start({ from: "2020-01-01", to: "2026-12-31" });
      const run = await portal.finished(started);
      expect(run).toMatchObject({ status: "completed", counts: { posted: 0, failed: 0, difference: 0 } });
      expect(run.counts.all).toBeGreaterThan(450);
      expect(cloudCalls).toBeLessThanOrEqual(10);
    },
  );

  test("sales during a run are no finding", patience, async () => {
    simulator.addFault({ kind: "slow", count: 6, delayMilliseconds: 40 });
    const started = await portal.start();
    for (let sale = 0; sale < 5; sale += 1) {
      await fetch(`${simulator.url}/simulator/activity`, { method: "POST", body: '{"sales":1}' });
    }
    const run = await portal.finished(started);
    expect(run).toMatchObject({ status: "completed", findings: 0 });
    expect((await portal.finished(await portal.start())).status).toBe("completed");
    await expectTied(books, simulator.totals());
  });

  test(
    "what Stripe lists late is no alarm on the page either, and the next run takes it",
    patience,
    async () => {
      const { account } = simulator;
      const newest = Math.max(...account.movements.map(({ created }) => created));
      account.sell({ terms: termsOf("usd"), amount: 7_700, at: newest - 300, product: "a late teapot" });
      const totals = totalsSchema.parse((await portal.get("/totals")).body);
      expect(totals.equal).toBe(true);
      expect(totals.currencies.find(({ currency }) => currency === "USD")?.later).toBeDefined();
      const run = await portal.finished(await portal.start());
      expect(run).toMatchObject({ counts: { posted: 1 }, findings: 0 });
    },
  );

  test("new sales are posted, and only they", patience, async () => {
    await fetch(`${simulator.url}/simulator/activity`, { method: "POST", body: '{"sales":7}' });
    const run = await portal.finished(await portal.start());
    expect(run).toMatchObject({ status: "completed", counts: { posted: 7 } });
    await expectTied(books, simulator.totals());
  });

  test("pages and filters hold what they promise", async () => {
    const run = await portal.firstRun();
    const path = `/runs/${run.run_id}/objects`;
    const payouts = await portal.objects(run.run_id, "kind=payout&limit=7");
    const returned = simulator.account.payouts.filter(({ status }) => /^(failed|canceled)$/.test(status));
    expect(payouts.length).toBe(simulator.account.payouts.length + returned.length);
    const times = payouts.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort().reverse());
    for (const query of ["kind=unicorn", "state=lost", "limit=0", "limit=201", "limit=x", "limit=0x1"]) {
      expect((await portal.get(`${path}?${query}`)).status).toBe(422);
    }
    expect((await portal.get("/runs/run_unknown")).status).toBe(404);
    expect((await portal.get("/runs?status=dancing")).status).toBe(422);
    const first = runListSchema.parse((await portal.get("/runs?limit=2")).body);
    const second = runListSchema.parse((await portal.get(`/runs?limit=2&after=${first.next}`)).body);
    const ids = [...first.data, ...second.data].map(({ run_id }) => run_id);
    expect(new Set(ids).size).toBe(4);
  });

  test("payouts are reconciled with what they paid out", async () => {
    const all = payoutListSchema.parse((await portal.get("/payouts?limit=200")).body).data;
    const { payouts } = simulator.account;
    expect(all.length).toBe(payouts.length);
    for (const payout of payouts) {
      const shown = all.find(({ id }) => id === payout.id);
      expect(shown?.state).toBe(stateOf(payout));
      const sums = shown?.sums?.reduce((sum, { amount }) => sum + BigInt(amount.minor), 0n);
      if (shown?.state === "reconciled") expect(sums).toBe(BigInt(payout.amount));
    }
    const { data: currencies } = payoutCurrenciesSchema.parse((await portal.get("/payouts/currencies")).body);
    expect(currencies).toEqual([...new Set(all.map(({ amount }) => amount.currency))].sort());
    const october = await portal.get("/payouts?from=2026-10-01&to=2026-10-31&currency=jpy");
    const some = payoutListSchema.parse(october.body).data;
    expect(some.length).toBeGreaterThan(1);
    expect(
      some.every(({ amount, created_at }) => amount.currency === "JPY" && created_at.startsWith("2026-10")),
    ).toBe(true);
    const [one] = some;
    const contents = objectListSchema.parse(
      (await portal.get(`/payouts/${one?.key}/objects?limit=200`)).body,
    );
    expect(contents.data.length).toBe(one?.count);
    const csv = exportSchema.parse((await portal.get("/payouts/export?currency=jpy")).body).text;
    expect(csv.split("\r\n").length).toBe(
      1 + all.filter(({ amount }) => amount.currency === "JPY").length + 1,
    );
    const file = exportSchema.parse((await portal.get(`/payouts/${one?.key}/export`)).body);
    expect(file.text.split("\r\n").length).toBe((one?.count ?? 0) + 2);
    expect((await portal.get("/payouts?from=soon")).status).toBe(422);
  });

  test("a finding is acknowledged by whom and why, and leads to its object and its transaction", async () => {
    const [finding, ...others] = await portal.findings("?status=new");
    expect(others.length).toBe(3);
    const path = `/findings/${encodeURIComponent(finding?.id ?? "")}/acknowledge`;
    expect((await portal.post(path, {})).status).toBe(422);
    const answer = await portal.post(path, { reason: "Settled with the network" });
    expect(answer.body).toMatchObject({
      status: "acknowledged",
      reason: "Settled with the network",
      acknowledged_by: expect.stringMatching(/^user_/),
    });
    expect((await portal.findings("?status=acknowledged")).map(({ id }) => id)).toEqual([finding?.id]);
    const object = await portal.get(`/objects/${finding?.object_key}`);
    expect(object.body).toMatchObject({
      id: finding?.object_id,
      legs: [{ transaction_id: finding?.transaction_id }],
    });
  });

  test("what has not changed is answered 304", async () => {
    const first = await portal.get("/overview");
    const tag = first.headers.get("etag") ?? "";
    expect(tag).not.toBe("");
    const second = await portal.get("/overview", { "If-None-Match": tag });
    expect(second.status).toBe(304);
    expect(overviewSchema.parse(first.body)).toMatchObject({
      source: { mode: "simulator", account: simulator.account.id, api_version: expect.any(String) },
      new_findings: 3,
      actions: { start: { allowed: true } },
      alerts: { enabled: false },
    });
  });

  test(
    "an identity is found by its address or by a customer's id, however many others came later",
    patience,
    async () => {
      const made = (facts: object) => books.proxy.createIdentity({ identity_type: "individual", ...facts });
      const byAddress = await made({ email_address: " Old.Friend@Example.COM " });
      const byId = await made({ meta_data: { stripe_sync: { customer: "cus_known" } } });
      // More than a page of them.
      await Promise.all(Array.from({ length: 210 }, (_, index) => made({ first_name: `Later ${index}` })));
      const { account } = simulator;
      const before = (await books.data.identities.list()).total;
      const [someone] = account.customers as [Stripe.Customer];
      const created = Math.floor(Date.now() / 1000);
      account.customers.push(
        { ...someone, created, id: "cus_addressed", email: "old.friend@example.com" },
        { ...someone, created, id: "cus_known", email: "another@example.com" },
      );
      expect((await portal.finished(await portal.start())).status).toBe("completed");
      const tiedTo = async ({ identity_id: id }: Identity) =>
        customerIn(await books.data.identities.get(id), { account: account.id, mode: "simulator" });
      expect([await tiedTo(byAddress), await tiedTo(byId)]).toEqual(["cus_addressed", "cus_known"]);
      expect((await books.data.identities.list()).total).toBe(before);
    },
  );

  test("all new findings of one kind are acknowledged at once, and no others", async () => {
    const others = (await portal.findings("?status=new&limit=200")).filter(
      ({ code }) => code !== "unknown_type",
    );
    const reason = "Settled with the network";
    const answer = await portal.post("/findings/acknowledge", { code: "unknown_type", reason });
    expect(answer).toMatchObject({ status: 200, body: { acknowledged: expect.any(Number) } });
    expect(await portal.findings("?status=new&code=unknown_type")).toEqual([]);
    const done = await portal.findings("?status=acknowledged&code=unknown_type&limit=200");
    expect(
      done.map((finding) => [finding.reason === undefined, finding.acknowledged_by === undefined]),
    ).toEqual(done.map(() => [false, false]));
    expect(await portal.findings("?status=new&limit=200")).toEqual(others);
    expect((await portal.post("/findings/acknowledge", { code: "anything", reason })).status).toBe(422);
  });
});

describe("when others fail", () => {
  let portal: Portal;

  beforeAll(async () => {
    // Uninstalled and installed again: the app has forgotten everything, the ledger has not.
    await house.uninstall(firstPortal);
    secondPortal = portal = await house.install(appId, 0, everything);
  });

  test(
    "installed again with alerts:write, it posts nothing twice and alerts what was posted before",
    patience,
    async () => {
      const books = house.books(portal);
      const run = await portal.finished(await portal.firstRun());
      expect(run).toMatchObject({ status: "completed", counts: { posted: 0, difference: 0 } });
      await expectTied(books, simulator.totals());
      const alerts = (await books.alerts.list({ pageSize: 200 })).data;
      expect(alerts.length).toBe(openDisputes().length);
      expect(
        openDisputes().every(({ id }) => alerts.some(({ description }) => description.includes(id))),
      ).toBe(true);
      expect((await portal.finished(await portal.start())).status).toBe("completed");
      expect((await books.alerts.list()).total).toBe(BigInt(openDisputes().length));
    },
  );

  test("a few 429 and 500 pass unnoticed", patience, async () => {
    simulator.addFault({ kind: "429", count: 1, after: 2, retryAfterSeconds: 0 });
    simulator.addFault({ kind: "500", count: 2, after: 1 });
    simulator.addFault({ kind: "unreachable", count: 1 });
    expect(await portal.finished(await portal.start())).toMatchObject({ status: "completed" });
  });

  test(
    "Stripe out of reach: the run says whom it waits for and until when, and goes on by itself",
    patience,
    async () => {
      simulator.addFault({ kind: "unreachable", after: 2 });
      const waiting = await portal.waiting(await portal.start());
      expect(waiting).toMatchObject({
        status: "queued",
        error: {
          code: "provider_unreachable",
          provider: "Stripe",
          next: expect.stringMatching(/simulator again/),
        },
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
      expect(await portal.finished(waiting)).toMatchObject({ run_id: waiting.run_id, status: "completed" });
      expect((await portal.post(`/runs/${waiting.run_id}/retry`)).status).toBe(409);
    },
  );

  test("pressed twice at once, it runs once; cancelled, it stops", patience, async () => {
    simulator.addFault({ kind: "slow", delayMilliseconds: 150 });
    const answers = await Promise.all([1, 2, 3].map(() => portal.post("/runs")));
    const runs = answers.map(({ body }) => startedRunSchema.parse(body).run_id);
    expect(new Set(runs).size).toBe(1);
    const days = await portal.post("/runs", { from: "2026-09-10", to: "2026-09-11" });
    expect(days).toMatchObject({ status: 409, body: { code: "run_active" } });
    const active = overviewSchema.parse((await portal.get("/overview")).body);
    expect(active).toMatchObject({ actions: { start: { allowed: false } } });
    expect((await portal.get("/jobs")).body).toMatchObject({ jobs: [{ active_run: { run_id: runs[0] } }] });
    expect((await portal.post(`/runs/${runs[0]}/cancel`)).status).toBe(202);
    const cancelled = await portal.finished(startedRunSchema.parse(answers[0]?.body));
    expect(cancelled.status).toBe("cancelled");
    expect((await portal.post(`/runs/${runs[0]}/cancel`)).status).toBe(409);
  });
});

describe("what a member decides", () => {
  let portal: Portal;
  const lesser = "rk_test_annex_lesser";
  const key = "rk_test_annex_first0123456789";
  const other = "rk_test_annex_other0123456789";
  const signingSecret = "whsec_0123456789abcdefghijklmnop";

  beforeAll(async () => {
    const { data } = runListSchema.parse((await secondPortal.get("/runs?limit=1")).body);
    portal = secondPortal;
    await portal.finished(data[0] as RunJson);
    simulator.keys.grant(
      lesser,
      neededPermissions.filter((permission) => permission !== "rak_payout_read"),
    );
    for (const full of [key, other]) simulator.keys.grant(full, neededPermissions);
  });

  test("a key that may not do all that is needed is refused by name, and not kept", async () => {
    for (const [wrong, says] of [
      ["pk_test_publishable", /rk_/],
      ["rk_test_annex_nobodys", /rak_connected_account_read.* The key was not kept\./],
      [lesser, /rak_payout_read.* The key was not kept\./],
    ] as const) {
      const refused = await portal.put("/settings/key", { key: wrong });
      expect(refused.status).toBe(422);
      expect(refused.body).toMatchObject({ error: expect.stringMatching(says), field: "key" });
    }
    const foreign = await portal.put("/settings/key", { key, connected_account: "acct_1Nobodys" });
    expect(foreign).toMatchObject({
      status: 422,
      body: { error: expect.stringMatching(/connected account/) },
    });
    const malformed = await portal.put("/settings/key", { key, connected_account: "nobody's" });
    expect(malformed).toMatchObject({ status: 422, body: { field: "connected_account" } });
    expect(settingsSchema.parse((await portal.get("/settings")).body).key.from).toBe("environment");
  });

  test(
    "a key is kept and never shown; revoked, the run says whose doing it is; replaced, all goes on",
    patience,
    async () => {
      const { id: connected_account } = simulator.account;
      const kept = await portal.put("/settings/key", { key, connected_account });
      expect(settingsSchema.parse(kept.body).key).toMatchObject({
        from: "entered",
        account: simulator.account.id,
        mode: "simulator",
        connected_account,
        set_by: expect.stringMatching(/^user_/),
      });
      expect(JSON.stringify(kept.body)).not.toContain(key.slice(10));
      const first = await portal.finished(await portal.runBecauseOf("key"));
      expect(first).toMatchObject({ status: "completed", counts: { posted: 0 } });
      simulator.keys.revoke(key);
      const failed = await portal.finished(await portal.start());
      expect(failed).toMatchObject({
        status: "failed",
        error: { code: "provider_refused_key", provider: "Stripe" },
      });
      expect((await portal.put("/settings/key", { key: other })).status).toBe(200);
      expect((await portal.finished(await portal.runBecauseOf("key"))).status).toBe("completed");
      const removed = await portal.delete("/settings/key");
      expect(settingsSchema.parse(removed.body).key.from).toBe("environment");
      const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((file) =>
        file.isFile(),
      );
      for (const file of files) {
        const bytes = readFileSync(join(file.parentPath, file.name));
        for (const secret of [key, other])
          expect([file.name, bytes.includes(secret)]).toEqual([file.name, false]);
      }
    },
  );

  test(
    "Stripe's webhook: signed it starts a sync, once; unsigned, forged or old it starts nothing",
    patience,
    async () => {
      const { path } = settingsSchema.parse((await portal.get("/settings")).body).webhook;
      const customer = simulator.account.customers[0];
      if (customer === undefined) throw new Error("no customer");
      customer.email = "moved@example.com";
      const event = {
        id: "evt_1moved",
        object: "event",
        type: "customer.updated",
        created: Math.floor(Date.now() / 1000),
        livemode: false,
        data: { object: customer },
      };
      const payload = JSON.stringify(event);
      const signed = (secret: string, timestamp = Math.floor(Date.now() / 1000)) =>
        new Stripe("sk_test_signs").webhooks.generateTestHeaderString({ payload, secret, timestamp });
      const send = (signature: string) =>
        fetch(`${served.url}${path}`, {
          method: "POST",
          body: payload,
          headers: { "stripe-signature": signature },
        });
      expect((await send(signed(signingSecret))).status).toBe(404);
      expect(await portal.put("/settings/webhook", { secret: "hunter2" })).toMatchObject({
        status: 422,
        body: { error: expect.stringContaining("must be the signing secret of the webhook at Stripe") },
      });
      expect((await portal.put("/settings/webhook", { secret: signingSecret })).status).toBe(200);
      const before = runListSchema.parse((await portal.get("/runs?limit=1")).body).data[0]?.run_id;
      for (const wrong of [
        "",
        "t=1,v1=00",
        signed("whsec_another0123456789"),
        signed(signingSecret, 1_790_000_000),
      ])
        expect((await send(wrong)).status).toBe(400);
      expect(runListSchema.parse((await portal.get("/runs?limit=1")).body).data[0]?.run_id).toBe(before);
      // Events begin one run a minute at most.
      ahead += 61_000;
      const answers = await Promise.all(
        [1, 2, 3].map(async () => (await send(signed(signingSecret))).json()),
      );
      expect(answers.map((answer) => (answer as { code: string }).code).sort()).toEqual([
        "known_already",
        "known_already",
        "noted",
      ]);
      const run = await portal.finished(await portal.runBecauseOf("webhook"));
      expect(run).toMatchObject({ status: "completed", findings: 0 });
      // The customer is older than what a run would look at by itself.
      const { data } = await house.books(portal).data.identities.list({
        filters: { email_address_eq: "moved@example.com" },
      });
      expect(data.length).toBe(1);
      expect((await send(signed(signingSecret))).status).toBe(200);
      expect(runListSchema.parse((await portal.get("/runs?limit=1")).body).data[0]?.run_id).toBe(run.run_id);
    },
  );

  test("a schedule is kept with its time zone, and what it says happens", patience, async () => {
    const wrong = await portal.put("/settings/schedule", { cron: "soon", time_zone: "UTC" });
    expect(wrong).toMatchObject({ status: 422, body: { field: "cron" } });
    const never = await portal.put("/settings/schedule", { cron: null, time_zone: "Asia/Tokyo" });
    expect(settingsSchema.parse(never.body).schedule).toEqual({ time_zone: "Asia/Tokyo" });
    const kept = await portal.put("/settings/schedule", { cron: "*/5 * * * *", time_zone: "Asia/Tokyo" });
    expect(settingsSchema.parse(kept.body).schedule.next_at).toBeDefined();
    ahead += 6 * 60_000;
    const run = await portal.finished(await portal.runBecauseOf("schedule"));
    expect(run).toMatchObject({ status: "completed", counts: { posted: 0 } });
    await portal.put("/settings/schedule", { cron: null, time_zone: "UTC" });
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
  let shop: Simulator;

  beforeAll(async () => {
    proxy = await KillingProxy.start(sandbox.url);
    shop = await startSimulator({ port: 0, account: smallShop() });
    const disputed = shop.account.charges.slice(0, 2);
    for (const charge of disputed) shop.account.dispute(charge, 1500, shop.account.now - 60);
    process = new AppProcess(directory, {
      ANNEX_CLOUD_URL: proxy.url,
      STRIPE_SIMULATOR_URL: shop.url,
    });
    await process.start();
  });
  afterAll(async () => {
    await process?.stop();
    proxy?.close();
    await shop?.close();
  });

  test("the same run completes, nothing is there twice, and every currency ties", patience, async () => {
    const killed = await register("Stripe Sync, killed", process.url);
    // Until the first blow is prepared, the run that the installation starts waits for Stripe.
    shop.addFault({ kind: "unreachable" });
    const portal = await house.install(killed, 1, everything);
    const books = house.books(portal);
    const started = await portal.waiting(await portal.firstRun());
    shop.clearFaults();
    for (const point of killPoints) {
      proxy.arm(point, process.kill);
      await process.gone();
      await process.start();
    }
    const run = await portal.finished(started);
    expect(run).toMatchObject({ status: "completed", counts: { waiting: 0, failed: 0, difference: 0 } });
    await expectTied(books, shop.totals());
    const objects = await portal.objects(run.run_id);
    const references = objects.flatMap(({ legs }) => legs.map(({ reference }) => reference));
    expect((await allTransactions(books)).map(({ reference }) => reference).sort()).toEqual(
      references.sort(),
    );
    expect((await books.data.identities.list()).total).toBe(BigInt(shop.account.customers.length));
    const ledgers = await books.data.ledgers.list({
      filters: { name_eq: `Stripe ${shop.account.id} (simulator)` },
    });
    expect(ledgers.total).toBe(1n);
    // Killed between an alert and hearing of it, the app raises no second one and says that it cannot know.
    expect((await books.alerts.list()).total).toBe(BigInt(shop.account.disputes.length));
    expect(run.finding_list.filter(({ code }) => code === "alert_uncertain").length).toBe(1);
  });
});

/** In the order of a run; the count begins again at each. Right after money was posted: whole-life.test.ts. */
const killPoints: readonly KillPoint[] = [
  { method: "POST", path: /\/ledgers$/, nth: 1, when: "after" },
  { method: "POST", path: /\/balances$/, nth: 2, when: "after" },
  { method: "POST", path: /\/transactions\/bulk$/, nth: 1, when: "before" },
  { method: "POST", path: /\/alerts\/flag\//, nth: 1, when: "after" },
];

describe("what stands in the ledger otherwise than it should", () => {
  let portal: Portal;
  let books: CloudClient;
  const [foreign, misplaced] = [0, 1];
  let sales: readonly { readonly id: string; readonly net: number; readonly currency: string }[];

  beforeAll(async () => {
    portal = secondPortal;
    books = house.books(portal);
    const sold = await fetch(`${simulator.url}/simulator/activity`, { method: "POST", body: '{"sales":2}' });
    const { data } = (await sold.json()) as { data: string[] };
    sales = data.map((charge) => movementOf(charge));
    await books.proxy.createTransaction(
      posting(sales[foreign], {
        description: "somebody else's",
        precise_amount: 5n,
        source: "@elsewhere",
        destination: "@nowhere",
      }),
    );
    const sale = sales[misplaced];
    const meta_data = { stripe_sync: { balance_transaction: sale?.id ?? "" } };
    const [from, to] = await Promise.all(
      ["suspense", "clearing"].map((role) => balanceOf(role, sale?.currency)),
    );
    await books.proxy.createTransaction(
      posting(sale, { precise_amount: BigInt(sale?.net ?? 0), source: from, destination: to, meta_data }),
    );
    expect(await portal.finished(await portal.start())).toMatchObject({
      status: "completed",
      counts: { difference: 1, failed: 0 },
    });
  }, 120_000);

  test("another program's transaction under Stripe's id is a finding, the only one, and never overwritten", async () => {
    const sale = sales[foreign];
    const [finding] = await portal.findings("?code=ledger_differs");
    expect(finding).toMatchObject({ object_id: sale?.id, transaction_id: expect.stringMatching(/^txn_/) });
    expect(finding?.error).toMatch(/its amount is 5 and should be/);
    // The totals show by how much, and whose fault it is; the difference is no finding of its own.
    const totals = totalsSchema.parse((await portal.get("/totals")).body);
    const row = totals.currencies.find(({ currency }) => currency === sale?.currency.toUpperCase());
    expect(row?.difference?.minor).toBe(`${-(sale?.net ?? 0)}`);
    expect(row?.missing?.minor).toBe(`${sale?.net}`);
    expect(await portal.findings("?code=balance_differs")).toEqual([]);
    const { data } = await books.data.transactions.list({ filters: { reference_eq: sale?.id ?? "" } });
    expect(data.map(({ description }) => description)).toEqual(["somebody else's"]);
  });

  test("what an older version booked elsewhere is corrected when a member approves, and then in its place", async () => {
    const sale = sales[misplaced];
    const before = (await books.data.balances.get(await balanceOf("suspense", sale?.currency))).balance;
    const [finding] = await portal.findings("?code=reclassify");
    expect(finding).toMatchObject({
      object_id: sale?.id,
      corrections: [{ from: "Pay-ins", to: "To be looked at", amount: { minor: `${sale?.net}` } }],
    });
    const path = `/findings/${encodeURIComponent(finding?.id ?? "")}/approve`;
    expect((await portal.post(path)).status).toBe(202);
    await until(
      () => portal.findings("?code=reclassify&status=resolved"),
      (resolved) => resolved.length === 1,
    );
    const after = (await books.data.balances.get(await balanceOf("suspense", sale?.currency))).balance;
    expect(after - before).toBe(BigInt(sale?.net ?? 0));
    expect((await portal.post(path)).status).toBe(409);
    // The finding leads to the posting, and the posting back to the object it corrects.
    const [resolved] = await portal.findings("?code=reclassify&status=resolved");
    const posted = resolved?.corrections?.[0]?.transaction_id ?? "";
    expect((await books.data.transactions.get(posted)).reference).toMatch(/-corrected-1$/);
    expect((await portal.get(`/transactions/${posted}/object`)).body).toMatchObject({ id: sale?.id });
    // Looked at again, it counts as corrected.
    const day = new Date(simulator.account.now * 1000).toISOString().slice(0, 10);
    const run = await portal.finished(await portal.start({ from: day }));
    expect(run.finding_list.map(({ code }) => code)).toEqual(["ledger_differs"]);
  }, 60_000);

  async function balanceOf(role: string, currency = ""): Promise<string> {
    const filters = {
      currency_eq: currency.toUpperCase(),
      "meta_data.stripe_sync.role_eq": role,
    } as const;
    const existing = (await books.data.balances.list({ filters })).data[0];
    if (existing !== undefined) return existing.balance_id;
    // The account has nothing in suspense in this currency yet.
    const [ledger] = (await books.data.ledgers.list({ filters: { name_like: "Stripe %" } })).data;
    const meta_data = { stripe_sync: { role, account: simulator.account.id, mode: "simulator" } };
    const made = { ledger_id: ledger?.ledger_id ?? "", currency: currency.toUpperCase(), meta_data };
    return (await books.proxy.createBalance(made)).balance_id;
  }
});

function stateOf({ status, reconciliation_status: reconciliation }: Stripe.Payout): PayoutJson["state"] {
  if (status === "failed" || status === "canceled") return "returned";
  return reconciliation === "completed" ? "reconciled" : "open";
}

function movementOf(charge: string) {
  const movement = simulator.account.movements.find(({ source }) => source === charge);
  if (movement === undefined) throw new Error("no movement");
  return movement;
}

function posting(
  sale: { readonly id: string; readonly currency: string } | undefined,
  facts: Partial<NewTransaction>,
) {
  const decimals = { jpy: 0, kwd: 3 }[sale?.currency ?? ""] ?? 2;
  return {
    precision: 10 ** decimals,
    currency: sale?.currency.toUpperCase() ?? "",
    reference: sale?.id ?? "",
    description: "a posting",
    allow_overdraft: true,
    skip_queue: true,
    ...facts,
  };
}

describe("a key of another account, and others that are away for an hour", () => {
  const hour = 3_600_000;
  /** The pause between two tries is no longer. */
  const longestPause = 5 * 60_000;
  const first = "rk_test_annex_shop0123456789";
  const second = "rk_test_annex_othershop0123456";
  let shop: Simulator;
  let otherShop: Simulator;
  let app: Served;
  let portal: Portal;
  let clockAhead = 0;
  let isCloudAway = false;

  beforeAll(async () => {
    [shop, otherShop] = await Promise.all([
      startSimulator({ port: 0, account: smallShop("acct_1FirstShop", 9) }),
      startSimulator({ port: 0, account: smallShop("acct_1OtherShop", 8) }),
    ]);
    shop.keys.grant(first, neededPermissions);
    otherShop.keys.grant(second, neededPermissions);
    const at = ({ url }: Simulator) => besideSimulator({ simulatorUrl: url, retries: impatient });
    app = await serve(
      createStripeSync({
        source: {
          connect: (given) => at(given.key.reveal() === second ? otherShop : shop).connect(given),
          fallback: undefined,
        },
        clock: () => Date.now() + clockAhead,
        fetch: (input, init) =>
          isCloudAway ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init),
        environment: {
          ANNEX_CLOUD_URL: sandbox.url,
          ANNEX_DATABASE: join(directory, "away.db"),
          ANNEX_LOG: join(directory, "away.log"),
          ANNEX_CALLBACK_SECRET: callbackSecret,
        },
      }),
      { port: 0 },
    );
    portal = await house.install(await register("Two keys", app.url), 1, everything);
    expect((await portal.put("/settings/schedule", { cron: null, time_zone: "UTC" })).status).toBe(200);
    expect((await portal.put("/settings/key", { key: first })).status).toBe(200);
    await portal.finished(await portal.runBecauseOf("key"));
  });
  afterAll(async () => {
    await app?.close();
    await Promise.all([shop?.close(), otherShop?.close()]);
  });

  test.each([
    ["Stripe", (is: boolean) => (is ? shop.addFault({ kind: "unreachable", after: 2 }) : shop.clearFaults())],
    ["Cloud", (is: boolean) => (isCloudAway = is)],
  ] as const)(
    "an hour without %s: the run is tried again and again, and goes on by itself",
    patience,
    async (who, away) => {
      away(true);
      const waiting = await portal.waiting(await portal.start());
      clockAhead += hour;
      // The session did not last so long.
      portal = await house.launch(portal.installation, portal.instance);
      const still = await until(
        () => portal.run(waiting.run_id),
        ({ attempt, waits_until }) => attempt > waiting.attempt && waits_until !== undefined,
      );
      expect(still).toMatchObject({
        status: "queued",
        error: { provider: who === "Stripe" ? "Stripe" : "Blnk Cloud" },
      });
      away(false);
      clockAhead += longestPause;
      const run = await portal.finished(waiting);
      expect(run).toMatchObject({ run_id: waiting.run_id, status: "completed", counts: { failed: 0 } });
      await expectTied(house.books(portal), shop.totals(), shop.account.id);
    },
  );

  test(
    "a run that began with the former account ends, and says so; the other account has books of its own",
    patience,
    async () => {
      shop.addFault({ kind: "unreachable", after: 2 });
      const waiting = await portal.waiting(await portal.start());
      expect((await portal.put("/settings/key", { key: second })).status).toBe(200);
      clockAhead += longestPause;
      expect(await portal.finished(waiting)).toMatchObject({
        status: "failed",
        error: {
          code: "stripe_account_changed",
          error: expect.stringContaining(
            `${shop.account.id} (simulator); the key is of ${otherShop.account.id}`,
          ),
        },
      });
      const run = await portal.finished(await portal.runBecauseOf("key"));
      expect(run).toMatchObject({ status: "completed", findings: 0 });
      expect(run.currencies.every(({ difference }) => difference?.minor === "0")).toBe(true);
    },
  );

  test(
    "what was read with the former key stays to be looked at, and it is said whether it still ties",
    patience,
    async () => {
      const [current, former] = booksListSchema.parse((await portal.get("/books")).body).data;
      expect([current, former]).toMatchObject([
        { account: otherShop.account.id, current: true },
        { account: shop.account.id, current: false, left_out: 0, new_findings: 0 },
      ]);
      const times = shop.account.movements
        .map(({ created }) => new Date(created * 1000).toISOString())
        .sort();
      expect([former?.from, former?.to]).toEqual([times[0], times.at(-1)]);
      const detail = async () => booksDetailSchema.parse((await portal.get(`/books/${former?.name}`)).body);
      const { currencies, compared_at } = await detail();
      expect(compared_at).toBeDefined();
      expect(
        currencies.map(({ currency, stripe, difference }) => [currency, stripe?.minor, difference?.minor]),
      ).toEqual(shop.totals().map(({ currency, held }) => [currency.toUpperCase(), `${held}`, "0"]));
      const { data } = payoutListSchema.parse((await portal.get(`/payouts?books=${former?.name}`)).body);
      expect(data.every(({ id }) => shop.account.payouts.some((payout) => payout.id === id))).toBe(true);
      expect(await portal.findings(`?books=${former?.name}`)).toEqual([]);
      expect((await portal.get("/findings?books=acct_1Nobody-live")).status).toBe(404);
      const runs = runListSchema.parse((await portal.get("/runs?limit=100")).body).data;
      const booksOf = async (run: RunJson | undefined) => (await portal.run(run?.run_id ?? "")).books;
      expect([await booksOf(runs[0]), await booksOf(runs.at(-1))]).toEqual([undefined, former?.name]);
      // Somebody books something else there.
      const books = house.books(portal);
      const { data: balances } = await books.data.balances.list({ pageSize: 200 });
      const clearing = balances.find(
        ({ currency, meta_data }) =>
          currency === "USD" &&
          isDeepStrictEqual(meta_data?.["stripe_sync"], {
            role: "clearing",
            name: "Stripe balance",
            account: shop.account.id,
            mode: "simulator",
          }),
      );
      const [byHand] = await books.proxy.ensureTransactions([
        {
          reference: "by-hand-1",
          description: "Booked by hand",
          precise_amount: 700n,
          precision: 100,
          currency: "USD",
          source: "@elsewhere",
          destination: clearing?.balance_id ?? "",
          allow_overdraft: true,
        },
      ]);
      expect(byHand?.outcome).toBe("posted");
      const usd = (await detail()).currencies.find(({ currency }) => currency === "USD");
      expect(usd?.difference?.minor).toBe("700");
    },
  );
});
