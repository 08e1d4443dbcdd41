import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Secret } from "@annex/protocol";
import { Stripe } from "stripe";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import {
  createStripeAccess,
  type StripeAccess,
  type StripeAccessOptions,
  stripeApiVersion,
} from "./access.ts";
import { defaultStripeRetries, nextWait, retryAfterSeconds, stripeFailure } from "./failures.ts";
import { simulatorKey } from "./modes.ts";
import { neededPermissions, permissionsOf, type StripeCallName } from "./permissions.ts";

const failure = (status: number, headers: Record<string, string> = {}) =>
  Stripe.errors.generateV1Error({
    type: status === 429 ? "rate_limit_error" : "api_error",
    message: "from Stripe",
    statusCode: status,
    headers,
  } as Parameters<typeof Stripe.errors.generateV1Error>[0]);

const connection = new Stripe.errors.StripeConnectionError({
  message: "no connection",
} as ConstructorParameters<typeof Stripe.errors.StripeConnectionError>[0]);

describe("when a call is tried again", () => {
  const wait = (error: unknown, failures = 1) => nextWait(error, failures, defaultStripeRetries, () => 0.5);

  test.each([
    ["no connection", connection, 375],
    ["500", failure(500), 375],
    ["503", failure(503), 375],
    ["429 without a time", failure(429), 375],
    // Seconds, not milliseconds, and the jitter on top.
    ["429 with a time", failure(429, { "retry-after": "3" }), 3_250],
    // Longer than a person waits without a word: the run says then for whom it waits, and until when.
    ["429 with the longest time that is waited out", failure(429, { "retry-after": "5" }), 5_250],
    ["429 with a time that is longer by a little", failure(429, { "retry-after": "5.1" }), undefined],
    ["429 with a time too long to wait", failure(429, { "retry-after": "31" }), undefined],
    ["429 with a broken number of seconds", failure(429, { "retry-after": "1.5" }), 1_750],
    ["409: locked by another call", failure(409), 375],
    ["408", failure(408), 375],
    ["400", failure(400), undefined],
    ["401", failure(401), undefined],
    ["404", failure(404), undefined],
    ["something else", new Error("x"), undefined],
  ])("%s", (_name, error, milliseconds) => {
    expect(wait(error)).toBe(milliseconds);
  });

  test("waits double, have an upper end, and come to one", () => {
    expect([1, 2, 3].map((failures) => wait(connection, failures))).toEqual([375, 750, 1_500]);
    expect(wait(connection, 4)).toBeUndefined();
    const patient = { ...defaultStripeRetries, attempts: 100 };
    expect(nextWait(connection, 30, patient, () => 1)).toBe(patient.maximumMilliseconds);
  });

  test("Retry-After may be a date", () => {
    const now = Date.UTC(2026, 10, 24, 12, 0, 0);
    expect(retryAfterSeconds(failure(429, { "retry-after": "Tue, 24 Nov 2026 12:00:07 GMT" }), now)).toBe(7);
    expect(retryAfterSeconds(failure(429, { "retry-after": "soon" }), now)).toBeUndefined();
  });
});

describe("what a person is told", () => {
  const simulator = { mode: "simulator", address: "http://127.0.0.1:9999" } as const;
  const live = { mode: "live", address: "https://api.stripe.com" } as const;

  test.each([
    [connection, live, "provider_unreachable", /status\.stripe\.com/],
    [failure(502), live, "provider_unreachable", /status\.stripe\.com/],
    [connection, simulator, "provider_unreachable", /simulator .*--port 9999/],
    [failure(429, { "retry-after": "40" }), live, "provider_rate_limited", /40 seconds/],
    [failure(401), live, "provider_refused_key", /STRIPE_SECRET_KEY/],
    [
      failure(403),
      { ...live, permissions: ["rak_customer_read"] },
      "provider_refused_key",
      /rak_customer_read/,
    ],
    [failure(400), live, "provider_refused", /reference below/],
    [new Error("x"), live, "provider_refused", /reference below/],
  ] as const)("%s at %j", (error, place, code, next) => {
    const told = stripeFailure(error, place);
    expect(told.code).toBe(code);
    expect(told.whatToDo).toMatch(next);
  });

  test("a simulator that has ended is named as the cause", () => {
    const place = { ...simulator, ended: () => "the local simulator has ended (SIGKILL)" };
    expect(stripeFailure(connection, place).whatHappened).toMatch(/has ended \(SIGKILL\)/);
  });
});

describe("calls", () => {
  let simulator: Simulator;
  const waits: number[] = [];
  const options = (): StripeAccessOptions => ({
    apiKey: new Secret(simulatorKey),
    simulatorUrl: simulator.url,
    random: () => 0,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
    },
  });
  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
  });
  afterEach(() => {
    simulator.clearFaults();
    waits.length = 0;
  });
  afterAll(() => simulator.close());

  test("a 429 is waited out as long as Stripe asks, then the answer comes", async () => {
    simulator.addFault({ kind: "429", count: 2, retryAfterSeconds: 4 });
    const balance = await createStripeAccess(options()).balance();
    expect(balance.available.length).toBe(5);
    expect(waits).toEqual([4_000, 4_000]);
  });

  test("what does not pass ends after four tries", async () => {
    simulator.addFault({ kind: "500" });
    await expect(createStripeAccess(options()).balance()).rejects.toMatchObject({
      code: "provider_unreachable",
      status: 502,
      details: { provider: "Stripe" },
    });
    expect(waits).toEqual([250, 500, 1_000]);
  });

  test("what is no answer of Stripe's is asked for again: a proxy's page, or something else in its place", async () => {
    const stripe = createStripeAccess(options());
    const unreadable = { code: "provider_unreachable", status: 502, details: { provider: "Stripe" } };
    simulator.addFault({ kind: "garbled", count: 1 });
    expect((await stripe.balance()).available.length).toBe(5);
    simulator.addFault({ kind: "garbled" });
    await expect(stripe.movements()).rejects.toMatchObject(unreadable);
    // Not even this says that there is none.
    await expect(stripe.movement("txn_nobodys")).rejects.toMatchObject(unreadable);
    simulator.clearFaults();
    simulator.addFault({ kind: "empty" });
    await expect(stripe.payouts()).rejects.toMatchObject(unreadable);
    await expect(stripe.balance()).rejects.toMatchObject(unreadable);
  });

  test("a page that waits for the answer asks once", async () => {
    simulator.addFault({ kind: "429" });
    await expect(createStripeAccess(options()).balance({ once: true })).rejects.toMatchObject({
      code: "provider_rate_limited",
      details: { retry_after: 1 },
    });
    expect(waits).toEqual([]);
  });

  test("an aborted call does not go on", async () => {
    const stop = AbortSignal.abort(new Error("cancelled"));
    await expect(createStripeAccess(options()).movements({ signal: stop })).rejects.toThrow("cancelled");
  });

  test("the version that this app was written for is sent with every call, whatever the account's own is", async () => {
    const sent = new Map<string, unknown>();
    const server = createServer(({ url = "", headers }, response) => {
      sent.set(url.split("?")[0] ?? "", headers["stripe-version"]);
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({ id: "acct_1", data: [], has_more: false, available: [], pending: [], source: null }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const stripe = createStripeAccess({ ...options(), simulatorUrl: `http://127.0.0.1:${port}` });
    await Promise.all([
      stripe.account(),
      stripe.balance(),
      stripe.customers(),
      stripe.customer("cus_1"),
      stripe.movements(),
      stripe.movement("txn_1"),
      stripe.contentsOf("po_1"),
      stripe.payouts(),
      stripe.payout("po_1"),
    ]);
    server.close();
    server.closeAllConnections();
    expect(sent.size).toBe(8);
    expect([...new Set(sent.values())]).toEqual([stripeApiVersion]);
    expect(stripeApiVersion).toMatch(/^\d{4}-\d{2}-\d{2}\.[a-z]+$/);
  });

  test.each<[string, unknown]>([
    ["no id", {}],
    ["a number for an id", { id: 7 }],
    ["nothing in its id", { id: "" }],
    ["nothing in its place", null],
  ])(
    "an object with %s is no answer of Stripe's, alone or on a page, and is asked for again",
    async (_what, item) => {
      const server = createServer(({ url = "" }, response) => {
        const isList =
          /^\/v1\/(customers|balance_transactions|payouts)\?/.test(url) && !url.includes("expand[0]=source");
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(isList ? { data: [{ id: "x_1" }, item], has_more: true } : (item ?? {})));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => {
        server.close();
        server.closeAllConnections();
      });
      const { port } = server.address() as AddressInfo;
      const stripe = createStripeAccess({ ...options(), simulatorUrl: `http://127.0.0.1:${port}` });
      for (const ask of [
        () => stripe.account(),
        () => stripe.customers(),
        () => stripe.customer("cus_1"),
        () => stripe.movements(),
        () => stripe.movement("txn_1"),
        () => stripe.contentsOf("po_1"),
        () => stripe.payouts(),
        () => stripe.payout("po_1"),
      ])
        await expect(ask()).rejects.toMatchObject({ code: "provider_unreachable" });
      expect(waits.length).toBe(8 * 3);
    },
  );

  test.each<[string, object]>([
    ["a page that does not say whether there are more", { data: [{ id: "x_1", source: null }] }],
    ["a page that says so in no boolean", { data: [{ id: "x_1", source: null }], has_more: "false" }],
    ["a page of nothing that more follow", { data: [], has_more: true }],
    [
      "a balance transaction that does not say what it moved for",
      { data: [{ id: "txn_1" }], has_more: false },
    ],
    ["a source with a number for an id", { data: [{ id: "txn_1", source: { id: 7 } }], has_more: false }],
  ])("%s is no answer of Stripe's", async (_what, page) => {
    const server = createServer(({ url = "" }, response) => {
      const [only] = (page as { data: object[] }).data;
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(url.includes("/txn_1") ? (only ?? {}) : page));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    const stripe = createStripeAccess({ ...options(), simulatorUrl: `http://127.0.0.1:${port}` });
    const isOfSource = JSON.stringify(page).includes("txn_1");
    for (const ask of [
      () => stripe.movements(),
      () => stripe.contentsOf("po_1"),
      () => (isOfSource ? stripe.movement("txn_1") : stripe.payouts()),
    ])
      await expect(ask()).rejects.toMatchObject({ code: "provider_unreachable" });
  });

  test("pages lead to one another, and sources are expanded", async () => {
    const stripe = createStripeAccess(options());
    const first = await stripe.movements();
    expect(first.items.length).toBe(100);
    const second = await stripe.movements({ after: first.next });
    const ids = new Set([...first.items, ...second.items].map(({ id }) => id));
    expect(ids.size).toBe(200);
    expect(first.items.some(({ source }) => typeof source === "object" && source !== null)).toBe(true);
    expect((await stripe.customers()).next).toBeUndefined();
  });

  test("a list of customers goes on where the one that it stopped at was deleted meanwhile", async () => {
    const stripe = createStripeAccess(options());
    const { customers } = simulator.account;
    const first = await stripe.customers({ limit: 3 });
    const [gone] = customers.splice(
      customers.findIndex(({ id }) => first.next?.startsWith(`${id} `)),
      1,
    ) as [Stripe.Customer];
    const rest = await stripe.customers({ after: first.next });
    const listed = new Set([...first.items, ...rest.items].map(({ id }) => id));
    customers.push(gone);
    expect(listed).toEqual(new Set(customers.map(({ id }) => id)));
    // Anything else that is missing is no end of a page.
    await expect(stripe.customers({ after: "cus_none" })).rejects.toMatchObject({ code: "provider_refused" });
  });

  test("a range of time is what Stripe is asked for", async () => {
    const stripe = createStripeAccess(options());
    const from = simulator.account.now - 10 * 86_400;
    const to = simulator.account.now - 5 * 86_400;
    const { items } = await stripe.movements({ from, to });
    expect(items.length).toBeGreaterThan(0);
    expect(items.every(({ created }) => created >= from && created < to)).toBe(true);
  });

  const calls: readonly [StripeCallName, (stripe: StripeAccess) => Promise<unknown>][] = [
    ["account", (stripe) => stripe.account()],
    ["balance", (stripe) => stripe.balance()],
    ["balanceTransactions", (stripe) => stripe.movements()],
    ["balanceTransactions", (stripe) => stripe.movement(simulator.account.movements[0]?.id ?? "")],
    ["balanceTransactions", (stripe) => stripe.contentsOf(simulator.account.payouts[0]?.id ?? "")],
    ["customers", (stripe) => stripe.customers()],
    ["payouts", (stripe) => stripe.payout(simulator.account.payouts[0]?.id ?? "")],
    ["customers", (stripe) => stripe.customer(simulator.account.customers[0]?.id ?? "")],
    ["payouts", (stripe) => stripe.payouts()],
  ];

  test("a restricted key with the permissions named here can make every call", async () => {
    const apiKey = new Secret("rk_test_all");
    simulator.keys.grant("rk_test_all", neededPermissions);
    const stripe = createStripeAccess({ ...options(), apiKey });
    for (const [, call] of calls) await expect(call(stripe)).resolves.toBeDefined();
  });

  test("for a connected account it makes every call without asking whose it is, which no such key may", async () => {
    const apiKey = new Secret("rk_test_connect");
    simulator.keys.grant("rk_test_connect", neededPermissions.slice(1));
    const connectedAccount = simulator.account.id;
    const stripe = createStripeAccess({ ...options(), apiKey, connectedAccount });
    for (const [, call] of calls) await expect(call(stripe)).resolves.toBeDefined();
    expect(await stripe.account()).toBe(connectedAccount);
    simulator.keys.grant("rk_test_connect", neededPermissions);
    const headers = { Authorization: "Bearer rk_test_connect" };
    const ask = (more: object) => fetch(`${simulator.url}/v1/account`, { headers: { ...headers, ...more } });
    expect((await ask({})).status).toBe(200);
    const refused = await ask({ "Stripe-Account": connectedAccount });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("rak_connected_account_read");
  });

  test.each(neededPermissions)(
    "without %s the error of each call that wants it names it",
    async (permission) => {
      const apiKey = new Secret("rk_test_less");
      // What implies another would let it in again.
      const granted = neededPermissions.filter(
        (other) =>
          other !== permission &&
          !(permission === "rak_balance_read" && other === "rak_balance_transaction_source_read"),
      );
      simulator.keys.grant("rk_test_less", granted);
      const stripe = createStripeAccess({ ...options(), apiKey });
      for (const [name, call] of calls) {
        const wanted = permissionsOf[name].some(
          (needed) => !granted.includes(needed) && needed === permission,
        );
        if (!wanted) continue;
        await expect(call(stripe)).rejects.toMatchObject({
          code: "provider_refused_key",
          whatHappened: expect.stringContaining(permission),
          whatToDo: expect.stringContaining(permission),
        });
      }
    },
  );

  /** README's table: what is asked, without the id of one, and which permissions it is said to need. */
  function readmeRows(): readonly { readonly path: string; readonly permissions: readonly string[] }[] {
    const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| `GET \/v1\/(\w+)`.*?\|(.*)\|$/gm)];
    return rows.map(([, path = "", permissions = ""]) => ({
      path,
      permissions: [...permissions.matchAll(/`(\w+)`/g)].map(([, permission = ""]) => permission),
    }));
  }

  /** The collections that a call asks Stripe for, and the methods it goes by. */
  async function asked(call: (stripe: StripeAccess) => Promise<unknown>) {
    const paths = new Set<string>();
    const methods = new Set<string>();
    const server = createServer((request, response) => {
      paths.add(request.url?.split(/[/?]/)[2] ?? "");
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const simulatorUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const stripe = createStripeAccess({ ...options(), simulatorUrl });
    const watched = new Proxy(stripe, {
      get: (target, name) => {
        methods.add(String(name));
        return Reflect.get(target, name);
      },
    });
    await call(watched).catch(() => undefined);
    server.closeAllConnections();
    server.close();
    return { paths: [...paths], methods: [...methods] };
  }

  test("README's table, the calls that are made and what the simulator refuses are one and the same", async () => {
    const rows = readmeRows();
    const made = await Promise.all(
      calls.map(async ([name, call]) => ({ name, call, ...(await asked(call)) })),
    );
    const functions = Object.entries(createStripeAccess(options())).filter(
      ([, value]) => typeof value === "function",
    );
    expect(new Set(made.flatMap(({ methods }) => methods))).toEqual(new Set(functions.map(([name]) => name)));
    expect(new Set(made.flatMap(({ paths }) => paths))).toEqual(new Set(rows.map(({ path }) => path)));
    for (const { path, permissions } of rows) {
      const own = made.filter(({ paths }) => paths.includes(path));
      for (const { name } of own) expect([path, permissionsOf[name]]).toEqual([path, permissions]);
      simulator.keys.grant("rk_test_row", permissions);
      const stripe = createStripeAccess({ ...options(), apiKey: new Secret("rk_test_row") });
      for (const { call } of own) await expect(call(stripe)).resolves.toBeDefined();
      for (const permission of permissions) {
        // What implies another would let it in again.
        const rest = neededPermissions.filter(
          (other) =>
            other !== permission &&
            !(permission === "rak_balance_read" && other === "rak_balance_transaction_source_read"),
        );
        simulator.keys.grant("rk_test_row", rest);
        for (const { call } of own)
          await expect(call(stripe)).rejects.toMatchObject({
            whatHappened: expect.stringContaining(permission),
          });
        const others = made.filter(({ name }) =>
          permissionsOf[name].every((needed) => rest.some((granted) => granted === needed)),
        );
        for (const { call } of others) await expect(call(stripe)).resolves.toBeDefined();
      }
    }
  });

  test("a key that was rolled is refused as one that is none", async () => {
    simulator.keys.grant("rk_test_rolled", neededPermissions);
    simulator.keys.revoke("rk_test_rolled");
    const stripe = createStripeAccess({ ...options(), apiKey: new Secret("rk_test_rolled") });
    await expect(stripe.balance()).rejects.toMatchObject({
      code: "provider_refused_key",
      whatHappened: expect.stringMatching(/does not accept/),
    });
  });

  test("the key says which money it is, and is never part of an error", async () => {
    const key = (text: string) => createStripeAccess({ apiKey: new Secret(text) }).mode;
    expect([key("sk_live_1"), key("rk_live_1"), key("sk_test_1"), key("rk_test_1")]).toEqual([
      "live",
      "live",
      "test",
      "test",
    ]);
    const secret = "sk_live_abcdefghijklmnop";
    const refused = createStripeAccess({ ...options(), apiKey: new Secret(secret) }).balance();
    const error = await refused.catch((problem: unknown) => problem);
    expect(error).toMatchObject({ code: "provider_refused_key" });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("abcdefgh");
  });
});
