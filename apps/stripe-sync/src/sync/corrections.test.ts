/** What becomes of a correction that a member approved, on a Cloud with bad days. */
import { eventually, startTestCloud, type TestCloud, type TestPage } from "@annex/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { movementOn, nothingAtStripe, stripeOn } from "../../test/books-on-paper.ts";
import {
  findingListSchema,
  type KeptFindingJson,
  runDetailSchema,
  startedRunSchema,
} from "../portal-types.ts";
import { createStripeSync } from "../stripe-sync.ts";

/** The machine may be busy. */
const patience = 90_000;
/** Sales that the first import takes for something that it does not know. */
const sales = [
  ...["txn_refused", "txn_away", "txn_slow_1", "txn_slow_2"].map((id) => movementOn({ id })),
  movementOn({ id: "txn_by_hand", currency: "eur" }),
  movementOn({ id: "txn_by_hand_later", currency: "gbp" }),
];

let cloud: TestCloud;
let page: TestPage;
beforeAll(async () => {
  const stripe = nothingAtStripe();
  const paper = stripeOn(stripe);
  const app = createStripeSync({ source: { connect: () => paper, fallback: paper } });
  app.portal.get("/api/corrections", {}, async (c) => c.json(await c.jobs.counts({ job: "correct" })));
  app.portal.get("/api/correct-runs", {}, async (c) =>
    c.json(await c.jobs.list({ job: "correct", limit: 2 })),
  );
  cloud = await startTestCloud();
  await cloud.register(app);
  stripe.movements = sales.map((sale) => ({ ...sale, type: "sale", reporting_category: "sale" }) as never);
  page = await cloud.open(await cloud.install(app));
  const first = await eventually(runs, ([run]) => run?.status === "completed", patience);
  expect(first).toHaveLength(1);
  await moveByHand("EUR");
  await acknowledge("txn_by_hand", "It was a voucher.");
  // The version that knows them looks again.
  stripe.movements = sales;
  await syncDay();
}, 180_000);
afterEach(() => cloud.faults.clear());
afterAll(() => cloud.stop());

async function get(path: string): Promise<unknown> {
  return (await page.fetch(path)).json();
}

async function runs(): Promise<readonly { readonly run_id: string; readonly status: string }[]> {
  return ((await get("/api/runs")) as { data: { run_id: string; status: string }[] }).data;
}

async function post(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return page.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Everything of the day that the sales were made on is looked at again. */
async function syncDay(): Promise<void> {
  const started = await post("/api/runs", { from: "2026-10-31", to: "2026-10-31" });
  const { run_id } = startedRunSchema.parse(await started.json());
  await eventually(
    async () => runDetailSchema.parse(await get(`/api/runs/${run_id}`)),
    ({ status }) => status === "completed",
    patience,
  );
}

async function finding(of: string, code = "reclassify"): Promise<KeptFindingJson | undefined> {
  const { data } = findingListSchema.parse(await get(`/api/findings?code=${code}`));
  return data.find(({ object_id }) => object_id === of);
}

/** The finding, once it stands like this. */
function found(of: string, suits: (one: KeptFindingJson) => boolean): Promise<KeptFindingJson | undefined> {
  return eventually(
    () => finding(of),
    (one) => one !== undefined && suits(one),
    patience,
  );
}

async function approve(of: string): Promise<Response> {
  return post(`/api/findings/${encodeURIComponent((await finding(of))?.id ?? "")}/approve`, {});
}

async function acknowledge(of: string, reason: string): Promise<void> {
  const id = encodeURIComponent((await finding(of, "unknown_type"))?.id ?? "");
  expect((await post(`/api/findings/${id}/acknowledge`, { reason })).status).toBe(200);
}

async function toBeLookedAt(currency: string): Promise<Record<string, unknown> | undefined> {
  const balances = await cloud.ledger().balances();
  return balances.find(
    (one) =>
      one["currency"] === currency &&
      (one["meta_data"] as { stripe_sync?: { role?: string } } | null)?.stripe_sync?.role === "suspense",
  );
}

/** What a sale left in the account of what is to be looked at, booked by a person. */
async function moveByHand(currency: string): Promise<void> {
  await cloud.ledger().post("/transactions", {
    precise_amount: 1000,
    precision: 100,
    currency,
    reference: `by-hand-${currency}`,
    description: "A voucher",
    source: "@vouchers",
    destination: (await toBeLookedAt(currency))?.["balance_id"],
    allow_overdraft: true,
    skip_queue: true,
  });
  await eventually(
    () => toBeLookedAt(currency),
    (one) => Number(one?.["balance"]) === 0,
    patience,
  );
}

async function corrections(of: string): Promise<number> {
  const all = await cloud.ledger().transactions();
  return all.filter(({ reference }) => String(reference).startsWith(`${of}-corrected`)).length;
}

const isResolved = ({ status }: KeptFindingJson) => status === "resolved";

test("refused by Cloud, it is approved no more, says why, and can be approved again", async () => {
  await cloud.faults.set("gateway-status", { status: 404 });
  expect((await approve("txn_refused")).status).toBe(202);
  const failed = await found("txn_refused", (one) => one.correction_error !== undefined && !one.approved_at);
  expect(failed).toMatchObject({ status: "new", correction_error: { error: expect.any(String) } });
  await cloud.faults.clear();
  expect((await approve("txn_refused")).status).toBe(202);
  const posted = await found("txn_refused", isResolved);
  expect(posted).not.toHaveProperty("correction_error");
  expect(await corrections("txn_refused")).toBe(1);
}, 180_000);

test("while the instance is away it stays approved and says what it waits for; once it is back, it is posted", async () => {
  await cloud.faults.set("instance-stopped");
  expect((await approve("txn_away")).status).toBe(202);
  const waits = await found("txn_away", (one) => one.correction_goes_on_at !== undefined);
  expect(waits).toMatchObject({
    approved_at: expect.any(String),
    correction_error: { code: "instance_unavailable" },
  });
  // Pressed again, it is the same one.
  expect((await approve("txn_away")).status).toBe(202);
  expect(await get("/api/corrections")).toMatchObject({ completed: 1, failed: 1 });
  await cloud.faults.clear();
  await found("txn_away", isResolved);
  expect(await corrections("txn_away")).toBe(1);
}, 180_000);

test("two that are approved at once are posted one after the other", async () => {
  await cloud.faults.set("gateway-latency", { milliseconds: 100 });
  await Promise.all([approve("txn_slow_1"), approve("txn_slow_2")]);
  type Times = { readonly startedAt: string; readonly finishedAt?: string };
  const both = await eventually(
    async () => (await get("/api/correct-runs")) as readonly Times[],
    (listed) => listed.every(({ finishedAt }) => finishedAt !== undefined),
    patience,
  );
  const [first, second] = both.toSorted((one, other) => one.startedAt.localeCompare(other.startedAt));
  expect(Date.parse(second?.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(first?.finishedAt ?? ""));
  await Promise.all([found("txn_slow_1", isResolved), found("txn_slow_2", isResolved)]);
}, 180_000);

test.each([
  ["before it is proposed", "txn_by_hand", "EUR", async () => undefined],
  ["after it was", "txn_by_hand_later", "GBP", () => moveByHand("GBP")],
])(
  "what a person moves by hand %s is not moved once more",
  async (_when, id, currency, first) => {
    await first();
    expect((await approve(id)).status).toBe(202);
    const refused = await found(id, (one) => one.correction_error !== undefined && !one.approved_at);
    expect(refused).toMatchObject({ status: "new", correction_error: { code: "moved_already" } });
    expect(await corrections(id)).toBe(0);
    expect(Number((await toBeLookedAt(currency))?.["balance"])).toBe(0);
  },
  180_000,
);

test("a proposal says what the account holds, that it is too little, and what was said before", async () => {
  const [later, before] = [await finding("txn_by_hand_later"), await finding("txn_by_hand")];
  expect(later?.corrections).toMatchObject([{ held: { minor: "-1000", currency: "GBP" } }]);
  expect(later?.next).not.toMatch(/does not hold/);
  expect(before?.corrections).toMatchObject([{ held: { minor: "0", currency: "EUR" } }]);
  expect(before?.next).toMatch(/acknowledged \(“It was a voucher.”\).*“To be looked at” does not hold/);
});
