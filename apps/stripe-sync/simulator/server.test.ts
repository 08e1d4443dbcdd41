import { createConnection } from "node:net";
import { Stripe } from "stripe";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { simulatorKey } from "../src/stripe/modes.ts";
import { type Simulator, startSimulator } from "./server.ts";

let simulator: Simulator;
let stripe: Stripe;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, seed: 3 });
  const { hostname, port } = new URL(simulator.url);
  stripe = new Stripe(simulatorKey, { protocol: "http", host: hostname, port, maxNetworkRetries: 0 });
});
afterEach(() => simulator.clearFaults());
afterAll(() => simulator.close());

const get = (path: string, headers: Record<string, string> = { Authorization: `Bearer ${simulatorKey}` }) =>
  fetch(`${simulator.url}${path}`, { headers });
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { message: string } }).error;

describe("through the official package", () => {
  test("pages of every list hold every object once, newest first", async () => {
    const { account } = simulator;
    const lists = [
      [stripe.balanceTransactions, account.movements],
      [stripe.charges, account.charges],
      [stripe.customers, account.customers],
      [stripe.refunds, account.refunds],
      [stripe.disputes, account.disputes],
      [stripe.payouts, account.payouts],
    ] as const;
    for (const [resource, objects] of lists) {
      const found: { id: string; created: number }[] = [];
      for await (const item of resource.list({ limit: 37 })) found.push(item);
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set(objects.map(({ id }) => id)));
      expect(found.length).toBe(objects.length);
      const times = found.map(({ created }) => created);
      expect(times).toEqual([...times].sort((one, other) => other - one));
    }
  });

  test("the balance is what the balance transactions add up to", async () => {
    const balance = await stripe.balance.retrieve();
    for (const totals of simulator.totals()) {
      const amounts = [...balance.available, ...balance.pending].filter(
        ({ currency }) => currency === totals.currency,
      );
      expect(amounts.reduce((sum, { amount }) => sum + amount, 0)).toBe(totals.net);
    }
  });

  test("a source and its charge are expanded, and retrieved by id", async () => {
    const page = await stripe.balanceTransactions.list({
      limit: 1,
      type: "charge",
      expand: ["data.source.customer"],
    });
    const source = page.data[0]?.source as Stripe.Charge;
    expect(source.object).toBe("charge");
    const again = await stripe.charges.retrieve(source.id, { expand: ["balance_transaction"] });
    expect((again.balance_transaction as Stripe.BalanceTransaction).id).toBe(page.data[0]?.id);
  });

  test("ending_before goes the other way", async () => {
    const first = await stripe.payouts.list({ limit: 4 });
    const second = await stripe.payouts.list({ limit: 4, starting_after: first.data[3]?.id ?? "" });
    const back = await stripe.payouts.list({ limit: 2, ending_before: second.data[0]?.id ?? "" });
    expect(back.data.map(({ id }) => id)).toEqual(first.data.slice(2, 4).map(({ id }) => id));
  });

  test("ranges of time and the contents of a payout are filtered", async () => {
    const { account } = simulator;
    const middle = account.now - 30 * 86_400;
    const late = await stripe.charges.list({ limit: 100, created: { gte: middle } });
    expect(late.data.length).toBeGreaterThan(0);
    expect(late.data.every(({ created }) => created >= middle)).toBe(true);
    const payout = account.payouts[0];
    if (payout === undefined) throw new Error("no payout");
    const contents = await stripe.balanceTransactions.list({ payout: payout.id, limit: 100 });
    expect(new Set(contents.data.map(({ id }) => id))).toEqual(account.payoutContents.get(payout.id));
  });

  test("an unknown id is refused as Stripe refuses it", async () => {
    await expect(stripe.charges.retrieve("ch_nope")).rejects.toMatchObject({
      statusCode: 404,
      code: "resource_missing",
      requestId: expect.stringMatching(/^req_/),
    });
  });

  test("nothing can be written", async () => {
    await expect(stripe.customers.create({ name: "x" })).rejects.toMatchObject({ statusCode: 405 });
  });
});

describe("refusals", () => {
  test.each([
    ["/v1/charges?limit=0", 400, /limit/],
    ["/v1/charges?limit=101", 400, /limit/],
    ["/v1/charges?limit=ten", 400, /Invalid integer/],
    ["/v1/charges?colour=red", 400, /unknown parameter: colour/],
    ["/v1/charges?starting_after=ch_x", 404, /No such charge/],
    ["/v1/charges?starting_after=ch_x&ending_before=ch_y", 400, /only specify one/],
    ["/v1/charges?expand[]=data.nothing", 400, /cannot be expanded/],
    ["/v1/charges?expand[]=a.b.c.d.e", 400, /4 levels/],
    ["/v1/charges?created[gte]=soon", 400, /Invalid integer/],
    ["/v1/unicorns", 404, /Unrecognized request URL/],
    ["/v1/charges/ch_1/more", 404, /Unrecognized request URL/],
  ])("%s", async (path, status, message) => {
    const response = await get(path);
    expect(response.status).toBe(status);
    expect((await errorOf(response)).message).toMatch(message);
  });

  test("a missing, unknown or live key", async () => {
    expect((await get("/v1/balance", {})).status).toBe(401);
    expect((await get("/v1/balance", { Authorization: "Bearer nonsense" })).status).toBe(401);
    const live = await get("/v1/balance", { Authorization: "Bearer sk_live_abc" });
    expect((await errorOf(live)).message).toMatch(/no live keys/);
    const basic = Buffer.from(`${simulatorKey}:`).toString("base64");
    expect((await get("/v1/balance", { Authorization: `Basic ${basic}` })).status).toBe(200);
  });

  test("a restricted key that the settings would take for Stripe's own is not made", async () => {
    const make = (key: string) =>
      fetch(`${simulator.url}/simulator/keys`, {
        method: "PUT",
        body: JSON.stringify({ key, permissions: ["rak_balance_read"] }),
      });
    const refused = await make("rk_test_mine");
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("key: must begin with rk_test_annex_");
    expect((await make("rk_test_annex_mine")).status).toBe(201);
  });

  test("a page of another origin cannot steer it", async () => {
    const response = await fetch(`${simulator.url}/simulator/faults`, {
      method: "DELETE",
      headers: { Origin: "https://example.com" },
    });
    expect(response.status).toBe(403);
  });
});

describe("faults, through the control door", () => {
  const set = (body: unknown) =>
    fetch(`${simulator.url}/simulator/faults`, { method: "POST", body: JSON.stringify(body) });

  test("429 tells when to come back, as often as it was told to", async () => {
    expect((await set({ kind: "429", count: 1, after: 1, retry_after: 7 })).status).toBe(201);
    expect((await get("/v1/balance")).status).toBe(200);
    const refused = await get("/v1/balance");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "7"]);
    expect((await get("/v1/balance")).status).toBe(200);
  });

  test("500 lasts until it is taken away", async () => {
    await set({ kind: "500" });
    expect((await get("/v1/balance")).status).toBe(500);
    expect((await get("/v1/balance")).status).toBe(500);
    await fetch(`${simulator.url}/simulator/faults`, { method: "DELETE" });
    expect((await get("/v1/balance")).status).toBe(200);
  });

  test("unreachable cuts the connection without a byte", async () => {
    await set({ kind: "unreachable", count: 1 });
    const { hostname, port } = new URL(simulator.url);
    const received = await new Promise<string>((resolve) => {
      let text = "";
      const socket = createConnection(Number(port), hostname);
      socket.on("data", (chunk) => {
        text += chunk.toString();
      });
      socket.on("error", () => undefined).on("close", () => resolve(text));
      socket.write(`GET /v1/balance HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${simulatorKey}\r\n\r\n`);
    });
    expect(received).toBe("");
  });

  test("slow answers late, and rightly", async () => {
    await set({ kind: "slow", count: 1, delay_ms: 30 });
    const started = performance.now();
    expect((await get("/v1/balance")).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(25);
  });

  test.each([{}, { kind: "flood" }, { kind: "429", count: 0 }, { kind: "429", colour: "red" }, 7])(
    "a wrong fault %j is refused and names the field",
    async (body) => {
      const response = await set(body);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: "invalid_body" });
    },
  );
});

test("new activity shows up on top", async () => {
  const response = await fetch(`${simulator.url}/simulator/activity`, {
    method: "POST",
    body: '{"sales":2}',
  });
  const { data } = (await response.json()) as { data: string[] };
  const newest = await stripe.charges.list({ limit: 2 });
  expect(newest.data.map(({ id }) => id)).toEqual([...data].reverse());
  expect(simulator.totals().every(({ net, held }) => net === held)).toBe(true);
});
