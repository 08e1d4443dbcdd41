/** Payouts, held against what they paid out, and against what brought them back. */
import { Secret } from "@annex/protocol";
import type { Stripe } from "stripe";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import {
  emptyLedger,
  movementOn,
  nothingAtStripe,
  now,
  seconds,
  toolsOn,
} from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { smallShop } from "../../test/small-shop.ts";
import { exportPayouts, payoutCurrencies, payoutDetail } from "../portal/payouts.ts";
import { createStripeAccess } from "../stripe/access.ts";
import { simulatorKey } from "../stripe/modes.ts";
import { toldBy } from "../webhook/event.ts";
import { waiting } from "./outcomes.ts";
import {
  contentsPage,
  lookAtPayouts,
  nothingPaidOut,
  oldPayoutsPage,
  type PayoutPage,
  payoutsPage,
  reconcile,
  reconcileReturned,
} from "./payouts.ts";
import { keepMovements } from "./reading.ts";
import { keyOf, rememberBooks, syncData } from "./register.ts";

let simulator: Simulator;
let installed: Installation;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, account: smallShop() });
  installed = await installation();
});
afterAll(async () => {
  await installed?.close();
  await simulator?.close();
});

test("a currency that is first paid out after somebody has looked is among them the next time", async () => {
  const { context } = installed;
  const books = booksOf(simulator);
  await rememberBooks(context.data, books);
  const stripe = createStripeAccess({ apiKey: new Secret(simulatorKey), simulatorUrl: simulator.url });
  const data = syncData(context.data, books);
  const tools = { stripe, data, runId: "run_1", clock: Date.now };
  const known: (readonly string[])[] = [];
  for (const currency of ["jpy", "kwd"]) {
    expect(simulator.account.payOut(currency, Math.floor(Date.now() / 1000))).toBeDefined();
    await payoutsPage(tools, undefined, undefined);
    known.push((await payoutCurrencies(context)).data);
  }
  expect(known).toEqual([["JPY"], ["JPY", "KWD"]]);
});

test("a file that does not hold everything says so", async () => {
  const { context } = installed;
  const rows = ({ text }: { text: string }) => text.trim().split("\r\n").length - 1;
  const all = await exportPayouts(context);
  expect([rows(all), all.cut_at]).toEqual([2, undefined]);
  const cut = await exportPayouts(context, 1);
  expect([rows(cut), cut.cut_at]).toEqual([1, 1]);
});

test("a payout is found by its address after a key of another account, and one of no books is not", async () => {
  const { context } = installed;
  const [payout] = await syncData(context.data, booksOf(simulator)).payouts.list({ limit: 1 });
  await rememberBooks(context.data, { account: "acct_1Another", mode: "test" });
  const at = (key: string) => {
    const [time, payoutId] = key.split("/");
    const param = (name: string) => ({ time, payoutId })[name] ?? "";
    return payoutDetail(Object.assign(Object.create(context), { param }));
  };
  expect(await at(payout?.key ?? "")).toEqual({ ...payout?.value, books: `${simulator.account.id}-test` });
  await expect(at("000000000001/po_none")).rejects.toMatchObject({ status: 404 });
});

describe("what a payout comes to", () => {
  const day = 86_400;
  let paper: Installation;
  const stripe = nothingAtStripe();
  beforeEach(async () => {
    paper = await installation();
    Object.assign(stripe, nothingAtStripe());
    clock = now;
  });
  afterEach(() => paper.close());
  let clock = now;
  const tools = () => ({ ...toolsOn(paper, { stripe, ledger: emptyLedger() }), clock: () => clock });

  const payout = (facts: Partial<Stripe.Payout> = {}, age = 0) => {
    const created = seconds - age;
    return {
      id: "po_1",
      object: "payout",
      amount: 1000,
      currency: "usd",
      created,
      arrival_date: created,
      status: "paid",
      automatic: true,
      reconciliation_status: "completed",
      description: null,
      balance_transaction: "txn_po",
      failure_balance_transaction: null,
      failure_code: null,
      failure_message: null,
      ...facts,
    } as Stripe.Payout;
  };
  const sale = movementOn({ id: "txn_sale" });
  const own = movementOn({
    id: "txn_po",
    type: "payout",
    reporting_category: "payout",
    amount: -1000,
    net: -1000,
    source: "po_1",
  });
  const back = (facts: object = {}) =>
    movementOn({
      id: "txn_back",
      type: "payout_failure",
      reporting_category: "payout_reversal",
      source: "po_1",
      ...facts,
    });
  const failed = (facts: Partial<Stripe.Payout> = {}) =>
    payout({ status: "failed", failure_balance_transaction: "txn_back", ...facts });

  /** How balance transactions stand in the ledger. */
  const stand = async (state: "posted" | "failed", ...transactions: Stripe.BalanceTransaction[]) => {
    const { data } = tools();
    await keepMovements(tools(), transactions, false);
    for (const key of transactions.map(keyOf)) {
      const stored = await data.movements.get(key);
      if (stored !== undefined) await data.movements.put(key, { ...stored, outcome: { ...waiting, state } });
    }
  };
  /** One run's look, as the job does it. */
  const look = async (from = seconds - 32 * day, again = false) => {
    const looked: string[] = [];
    const reconcileAll = async ({ open }: PayoutPage) => {
      for (const one of open) {
        looked.push(one.id);
        if (one.returned === true) await reconcileReturned(tools(), one);
        else await reconcile(tools(), one, await contentsPage(tools(), one, nothingPaidOut));
      }
    };
    await reconcileAll(await payoutsPage(tools(), from, undefined, again));
    await reconcileAll(await oldPayoutsPage(tools(), from, undefined));
    return looked;
  };
  const kept = async () => (await tools().data.payouts.list())[0]?.value;
  const findings = async () =>
    (await tools().data.findings.list()).map(({ value: { code, status } }) => [code, status]);

  test.each([
    ["is among what it contains", [own, sale]],
    ["is not", [sale]],
  ])("without its own posting in the ledger it is open, where that %s", async (_where, contents) => {
    stripe.payouts = [payout()];
    stripe.movements = [own, sale];
    stripe.contents = contents;
    await stand("posted", sale);
    await stand("failed", own);
    await look();
    expect(await kept()).toMatchObject({ state: "open", count: 1, difference: { minor: "0" } });
    await stand("posted", own);
    await look();
    expect(await kept()).toMatchObject({ state: "reconciled", count: 1 });
    expect(await look()).toEqual([]);
  });

  test("one that the bank got in another currency is held against what it took from the balance", async () => {
    stripe.payouts = [payout({ currency: "chf", amount: 1075 })];
    // Two thousandths for the exchange: as much less was sent.
    const took = { ...own, amount: -998, fee: 2, net: -1000 };
    stripe.movements = [took, sale];
    stripe.contents = [took, sale];
    await stand("posted", took, sale);
    await look();
    expect(await kept()).toMatchObject({
      state: "reconciled",
      amount: { currency: "CHF", minor: "1075" },
      taken: { currency: "USD", minor: "998" },
      sums: [
        { kind: "charge", amount: { currency: "USD", minor: "1000" } },
        { kind: "fee", amount: { currency: "USD", minor: "-2" } },
      ],
    });
    await rememberBooks(paper.context.data, tools().books);
    const [header, row] = (await exportPayouts(paper.context)).text.split("\r\n");
    expect([header, row].map((line) => line?.split(",").slice(-2))).toEqual([
      ["balance_currency", "balance_amount"],
      ["USD", "9.98"],
    ]);
    stripe.payouts = [failed({ currency: "chf", amount: 1075 })];
    const cameBack = back({ amount: 998, net: 998 });
    stripe.movements = [cameBack, took, sale];
    await stand("posted", cameBack);
    await look();
    expect(await kept()).toMatchObject({ state: "returned" });
    expect(await findings()).toEqual([]);
  });

  test("one of which Stripe does not say what it took in the balance's currency is a finding, and looked at no more", async () => {
    stripe.payouts = [payout({ currency: "chf", balance_transaction: null })];
    stripe.contents = [sale];
    await stand("posted", sale);
    expect([await look(), await look(), await look()]).toEqual([["po_1"], ["po_1"], []]);
    expect(await kept()).toMatchObject({ state: "open", count: 1 });
    expect(await findings()).toEqual([["payout_incomparable", "new"]]);
    clock += 40 * day * 1000;
    expect(await look()).toEqual([]);
    // Stripe says it after all, and tells of it.
    stripe.payouts = [payout({ currency: "chf" })];
    stripe.movements = [own, sale];
    await stand("posted", own);
    await lookAtPayouts(tools().data, ["po_1"]);
    expect(await look()).toEqual(["po_1"]);
    expect((await kept())?.state).toBe("reconciled");
    expect(await findings()).toEqual([["payout_incomparable", "resolved"]]);
  });

  test("one that came back, of which nobody can tell whether it is whole, is not said to have come back", async () => {
    stripe.payouts = [failed({ currency: "chf", balance_transaction: null })];
    stripe.movements = [back()];
    await stand("posted", back());
    expect([await look(), await look()]).toEqual([["po_1"], []]);
    clock += 40 * day * 1000;
    expect(await look()).toEqual([]);
    expect((await kept())?.state).toBe("open");
    const [found] = await tools().data.findings.list();
    expect(found?.value).toMatchObject({ code: "payout_incomparable", status: "new" });
    expect(found?.value.error).toMatch(/^The bank was sent 10\.00 CHF .* what came back by txn_back\.$/);
  });

  test.each<[string, Readonly<Record<string, unknown>>, string[][]]>([
    ["one that was made at no time", { created: undefined }, [["time_unreadable", "new"]]],
    ["one of no currency", { currency: null }, [["unknown_currency", "new"]]],
    ["a currency that is a number", { currency: 840 }, [["unknown_currency", "new"]]],
    ["an arrival that is no time", { arrival_date: undefined }, []],
    ["a description that is no text", { description: 7 }, []],
  ])("%s stops nothing", async (_what, facts, found) => {
    const odd = { ...payout(), ...facts } as Stripe.Payout;
    stripe.payouts = [odd, payout({ id: "po_2" })];
    const { open } = await payoutsPage(tools(), undefined, undefined);
    expect(open.at(-1)?.id).toBe("po_2");
    expect(await findings()).toEqual(found);
    stripe.payouts = [payout()];
    await payoutsPage(tools(), undefined, undefined);
    expect((await findings()).every(([, status]) => status === "resolved")).toBe(true);
  });

  test("one that failed has come back once what brought it back is in the ledger, whole", async () => {
    stripe.payouts = [payout()];
    stripe.movements = [own, sale];
    stripe.contents = [own, movementOn({ id: "txn_sale", amount: 900, net: 900 })];
    await stand("posted", own, sale);
    await look();
    expect(await kept()).toMatchObject({ state: "differs", difference: { minor: "-100" } });
    stripe.payouts = [failed({ failure_balance_transaction: null })];
    await look();
    const waits = await kept();
    expect(waits).toMatchObject({ state: "open", status: "failed" });
    expect([waits?.difference, waits?.sums]).toEqual([undefined, undefined]);
    expect(await findings()).toEqual([["payout_differs", "resolved"]]);
    stripe.payouts = [failed()];
    stripe.movements = [back(), own, sale];
    await stand("failed", back());
    await look();
    expect((await kept())?.state).toBe("open");
    await stand("posted", back());
    await look();
    expect(await kept()).toMatchObject({ state: "returned", returned_by: "txn_back" });
  });

  test("one of which less came back than left is a finding", async () => {
    stripe.payouts = [failed()];
    stripe.movements = [back({ amount: 990, net: 990 })];
    await stand("posted", back({ amount: 990, net: 990 }));
    await look();
    expect(await kept()).toMatchObject({ state: "differs", difference: { minor: "-10" } });
    expect(await findings()).toEqual([["payout_differs", "new"]]);
    const [found] = await tools().data.findings.list();
    expect(found?.value.error).toMatch(/ of 10\.00 USD came back by txn_back, .* by -0\.10 USD\.$/);
    // The finding leads to its payout, from the page of the run that made it too.
    const key = (await kept())?.key ?? "";
    for (const found of [tools().data.findings, tools().data.runFindings])
      expect((await found.list()).map(({ value }) => value.object_key)).toEqual([key]);
  });

  test("one that did not add up is looked at again, however old it is, until it does", async () => {
    stripe.payouts = [payout({}, 3 * day)];
    stripe.movements = [own, sale];
    stripe.contents = [own, movementOn({ id: "txn_sale", amount: 900, net: 900 })];
    await stand("posted", own, sale);
    await look();
    expect(await findings()).toEqual([["payout_differs", "new"]]);
    stripe.contents = [own, sale];
    const listsFrom = seconds - day;
    expect(await look(listsFrom)).toEqual(["po_1"]);
    expect((await kept())?.state).toBe("reconciled");
    expect(await findings()).toEqual([["payout_differs", "resolved"]]);
    expect(await look(listsFrom)).toEqual([]);
  });

  test.each([
    ["that the list reaches", 0],
    ["that is older", 40 * day],
  ])("one %s and that stays as it was rests a day, unless something is heard of it", async (_which, age) => {
    stripe.payouts = [payout({}, age)];
    stripe.movements = [own, sale];
    stripe.contents = [own, movementOn({ id: "txn_sale", amount: 900, net: 900 })];
    await stand("posted", own, sale);
    await look(0);
    // The list of what it contains may not have been whole.
    await lookAtPayouts(tools().data, ["po_1"]);
    expect([await look(), await look(), await look()]).toEqual([["po_1"], [], []]);
    clock += (day - 1) * 1000;
    expect(await look()).toEqual([]);
    clock += 1000;
    expect([await look(), await look()]).toEqual([["po_1"], []]);
    await lookAtPayouts(tools().data, ["po_1"]);
    expect([await look(), await look()]).toEqual([["po_1"], []]);
    // The clock was a thousand days ahead until now.
    clock -= 1000 * day * 1000;
    expect([await look(), await look()]).toEqual([["po_1"], []]);
    expect(await look(0, true)).toEqual(["po_1"]);
    expect((await kept())?.state).toBe("differs");
  });

  test("one that lacks something in the ledger rests until that is in", async () => {
    stripe.payouts = [payout()];
    stripe.movements = [own, sale];
    stripe.contents = [own, sale];
    await stand("posted", own);
    await stand("failed", sale);
    expect([await look(), await look(), await look()]).toEqual([["po_1"], ["po_1"], []]);
    await stand("posted", sale);
    expect(await look()).toEqual(["po_1"]);
    expect((await kept())?.state).toBe("reconciled");
  });

  test("one with an amount that cannot be read is not read again by itself", async () => {
    stripe.payouts = [payout()];
    stripe.movements = [own];
    stripe.contents = [own, movementOn({ id: "txn_sale", amount: 2 ** 60, net: 2 ** 60 })];
    await stand("posted", own);
    expect([await look(), await look(), await look()]).toEqual([["po_1"], ["po_1"], []]);
    clock += 40 * day * 1000;
    expect([await look(), await look(seconds + day)]).toEqual([[], []]);
    await lookAtPayouts(tools().data, ["po_1"]);
    expect(await look()).toEqual(["po_1"]);
  });

  test("one that comes back when no list reaches it any more is heard of by what brought it back", async () => {
    stripe.payouts = [payout({}, 40 * day)];
    stripe.movements = [own, sale];
    stripe.contents = [own, sale];
    await stand("posted", own, sale);
    await look(0);
    expect((await kept())?.state).toBe("reconciled");
    expect(await look()).toEqual([]);
    stripe.payouts = [{ ...failed(), created: seconds - 40 * day }];
    stripe.movements = [back(), own, sale];
    await stand("posted", back());
    expect(await look()).toEqual(["po_1"]);
    expect((await kept())?.state).toBe("returned");
  });

  test("one that an event tells of is looked at, and one that an older version left open once", async () => {
    stripe.payouts = [payout({ reconciliation_status: "in_progress" }, 40 * day)];
    await look(0);
    expect(await look()).toEqual([]);
    stripe.payouts = [payout({}, 40 * day)];
    stripe.movements = [own, sale];
    stripe.contents = [own, sale];
    await stand("posted", own, sale);
    const event = { id: "evt_1", type: "payout.reconciliation_completed", created: seconds, livemode: false };
    const { payouts = [] } = toldBy({ ...event, data: { object: { ...stripe.payouts[0] } } });
    await lookAtPayouts(tools().data, payouts);
    expect(await look()).toEqual(["po_1"]);
    expect((await kept())?.state).toBe("reconciled");
    const { data } = tools();
    for (const { key } of await data.payoutsToLookAt.list()) await data.payoutsToLookAt.delete(key);
    for (const { key, value } of await data.payouts.list())
      await data.payouts.put(key, { ...value, state: "open" });
    expect(await look()).toEqual(["po_1"]);
    expect(await look()).toEqual([]);
  });

  test("one that an older version leaves open beside this one is looked at once no list reaches it", async () => {
    stripe.movements = [own, sale];
    stripe.contents = [own, sale];
    await stand("posted", own, sale);
    await look(seconds - 32 * day);
    stripe.payouts = [payout({}, 31 * day)];
    await payoutsPage(tools(), seconds - 32 * day, undefined);
    expect((await kept())?.state).toBe("open");
    expect(await look(seconds - 30 * day)).toEqual(["po_1"]);
    expect((await kept())?.state).toBe("reconciled");
  });
});

function booksOf({ account }: Simulator) {
  return { account: account.id, mode: "test" } as const;
}
