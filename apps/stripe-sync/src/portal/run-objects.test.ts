/** The objects of a run by place and by id: the same as by looking at each, and without looking at each. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { books, emptyLedger, movementOn, nothingAtStripe, toolsOn } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { readMovement } from "../mapping/movement.ts";
import type { ObjectState } from "../portal-types.ts";
import { keepStored, learnIdsPage } from "../sync/object-ids.ts";
import {
  keepPosition,
  keyOf,
  runKey,
  type StoredMovement,
  type SyncData,
  syncData,
} from "../sync/register.ts";
import { entryOf, type RunEntry } from "../sync/run-objects.ts";
import { addTallies, emptyTally, type Tally } from "../sync/tally.ts";
import { objectCurrencies, objectsOf } from "./run-objects.ts";

let installed: Installation;
let data: SyncData;
let tally: Tally = emptyTally;

const kept = { runId: "run_1", ...books, places: true };
const currencyOf = (number: number) => (number % 3 === 0 ? "jpy" : "eur");
const stateOf = (number: number): ObjectState =>
  number === 3 ? "failed" : number === 600 ? "waiting" : number % 2 === 0 ? "posted" : "already_posted";
const all = Array.from({ length: 700 }, (_, number): StoredMovement => {
  const facts = {
    id: `txn_${number}`,
    created: number,
    currency: currencyOf(number),
    source: `ch_${number}A`,
    type: number % 7 === 0 ? "refund" : "charge",
  };
  const money = { minor: "1000", currency: currencyOf(number).toUpperCase(), decimals: 2 };
  const sides = { from: "Pay-ins", to: "Stripe balance" };
  const leg = { role: "net", reference: `txn_${number}`, ...sides, amount: money } as const;
  const fee = { ...leg, role: "fee", reference: `txn_${number}-fee` } as const;
  const legs = [
    { ...leg, transaction_id: `txn_c0re-${number}-x` },
    { ...fee, transaction_id: `txn_c0re-${number}-y` },
  ];
  const outcome = { state: stateOf(number), legs, customerId: `cus_${number % 350}` };
  return { movement: readMovement(movementOn(facts)), outcome };
});
const newestFirst = all.toReversed();
const ids = (stored: readonly StoredMovement[]) => stored.map(({ movement: { id } }) => id);

beforeAll(async () => {
  installed = await installation();
  data = syncData(installed.context.data, books);
  const list = async (entries: readonly RunEntry[], runId = "run_1") => {
    const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger: emptyLedger() }, runId);
    const change = await tools.listWork(entries);
    if (runId === "run_1") tally = addTallies(tally, change);
  };
  const entries = (states: (stored: StoredMovement) => ObjectState) =>
    all.map((stored) => entryOf(stored.movement, states(stored)));
  // Each waits first; some are come upon twice before they are posted, and fail at first.
  await list(entries(() => "waiting"));
  await list(entries(() => "failed").slice(5, 20));
  await list(entries(({ outcome }) => outcome.state));
  await list(entries(({ outcome }) => outcome.state).slice(0, 10), "run_2");
  await keepStored(data, all);
  await keepPosition(data, { ledgerId: "ldg_1", idsKnown: true });
});
afterAll(() => installed?.close());

type Query = Parameters<typeof objectsOf>[2];

async function everyPage(from: SyncData, run: { readonly places: boolean }, query: Omit<Query, "limit">) {
  const found: string[] = [];
  const totals = new Set<number | undefined>();
  let after: string | undefined;
  do {
    const shown = { kept: { ...kept, ...run }, tally, isExact: true };
    const page = await objectsOf(from, shown, { ...query, limit: 60, after });
    found.push(...page.data.map(({ id }) => id));
    totals.add(page.total);
    after = page.next;
  } while (after !== undefined);
  return { found, totals: [...totals] };
}

test.each<[string, Omit<Query, "limit">, (stored: StoredMovement, number: number) => boolean]>([
  ["posted", { state: ["posted"] }, ({ outcome }) => outcome.state === "posted"],
  ["failed", { state: ["failed"] }, (_stored, number) => number === 3],
  ["waiting", { state: ["waiting"] }, (_stored, number) => number === 600],
  ["none", { state: ["difference"] }, () => false],
  ["in yen", { currency: "JPY" }, (_stored, number) => number % 3 === 0],
  ["refunds in euros", { kind: ["refund"], currency: "EUR" }, (_s, n) => n % 7 === 0 && n % 3 !== 0],
])(
  "%s: page by page the same as by looking at each, newest first, and so many",
  async (_which, query, isMeant) => {
    const meant = ids(newestFirst.filter((stored, at) => isMeant(stored, all.length - 1 - at)));
    expect(await everyPage(data, { places: false }, query)).toEqual({ found: meant, totals: [undefined] });
    expect(await everyPage(data, { places: true }, query)).toEqual({ found: meant, totals: [meant.length] });
  },
);

test("what is rare is found without looking at each, and none of a kind without looking at any", async () => {
  const noList = async () => {
    throw new Error("Every object of the run was looked at.");
  };
  const unread = { ...data, runObjects: { ...data.runObjects, list: noList } };
  for (const [state, id] of [
    ["failed", "txn_3"],
    ["waiting", "txn_600"],
  ] as const)
    expect((await everyPage(unread, { places: true }, { state: [state] })).found).toEqual([id]);
  const unlisted = { ...unread, runIndex: { ...data.runIndex, list: noList } };
  expect(await objectsOf(unlisted, { kept, tally, isExact: true }, { kind: ["dispute"], limit: 10 })).toEqual(
    {
      data: [],
      total: 0,
    },
  );
  expect((await everyPage(unread, { places: true }, { id: "txn_c0re-77-" })).found).toEqual(["txn_77"]);
});

test("the index has each object once, where it stands", async () => {
  expect(await data.runIndex.count({ prefix: "run_1/" })).toBe(all.length);
  const run = { kept, tally, isExact: true };
  expect(await objectCurrencies(data, run)).toEqual(["EUR", "JPY"]);
  expect(await objectCurrencies(data, { ...run, kept: { ...kept, places: false } })).toBeUndefined();
});

test("a run that ended early hides nothing that it did after it told its counts last, and says no total", async () => {
  const early = { kept, tally: emptyTally, isExact: false };
  const list = (query: Omit<Query, "limit">) => objectsOf(data, early, { ...query, limit: 60 });
  const answer = await list({ state: ["failed", "waiting"] });
  expect([answer.data.map(({ id }) => id), answer.total]).toEqual([["txn_600", "txn_3"], undefined]);
  const all = await list({});
  expect([all.data.length, all.total]).toEqual([60, undefined]);
  expect(await objectCurrencies(data, early)).toEqual(["EUR", "JPY"]);
});

test.each([
  ["its own", "txn_12", ["txn_129", "txn_128", "txn_127", "txn_126", "txn_125"]],
  ["its source's, in any letters", "CH_12a", ["txn_12"]],
  ["its customer's", "cus_349", ["txn_699", "txn_349"]],
  ["a transaction's in the ledger", "txn_c0re-12-y", ["txn_12"]],
  ["a reference in the ledger", "txn_12-fee", ["txn_12"]],
  ["nobody's", "txn_x", []],
])("by an id: %s", async (_whose, id, first) => {
  const { found, totals } = await everyPage(data, { places: true }, { id });
  expect(found.slice(0, 5)).toEqual(first);
  expect(totals).toEqual([found.length]);
});

test("by an id and a place together, and of this run only", async () => {
  const both = await everyPage(data, { places: true }, { id: "cus_349", state: ["posted"] });
  expect(both).toEqual({ found: [], totals: [0] });
  const other = { kept: { ...kept, runId: "run_2" }, tally: emptyTally, isExact: true };
  const answer = await objectsOf(data, other, { id: "txn_1", limit: 60 });
  expect(answer.data.map(({ id }) => id)).toEqual(["txn_1"]);
});

test("an id that begins like too many says so", async () => {
  const keys = Array.from(
    { length: 2001 },
    (_, number) => `many_${number}/${keyOf({ created: 1, id: "txn_1" })}`,
  );
  await data.objectIds.putMany(keys.map((key) => ({ key, value: true })));
  const answer = await objectsOf(data, { kept, tally, isExact: true }, { id: "many", limit: 60 });
  expect([answer.cut_at, answer.total]).toEqual([2000, undefined]);
});

describe("an id that leads to very much", () => {
  const many = 2100;
  const keys = Array.from({ length: many }, (_, number) =>
    keyOf({ created: 5000 + number, id: `txn_b${number}` }),
  );
  const customers = Array.from({ length: 101 }, (_, number) =>
    keyOf({ created: 9000 + number, id: `cus_i${number}` }),
  );
  const note = (entries: readonly string[]) =>
    data.objectIds.putMany(entries.map((key) => ({ key, value: true as const })));
  const search = (id: string) => objectsOf(data, { kept, tally, isExact: true }, { id, limit: 60 });

  test("one of its oldest is found, since a whole id is looked through to its end", async () => {
    // What it leads to beside is newer, and of other runs.
    await note([...keys.map((key) => `cus_big/${key}`), `cus_big/${keyOf({ created: 4, id: "txn_4" })}`]);
    const { data: found, cut_at: cutAt } = await search("cus_BIG");
    expect([found.map(({ id }) => id), cutAt]).toEqual([["txn_4"], undefined]);
  });

  test("an identity's customers are looked up together no further than one search may, and it says so", async () => {
    await note([
      ...customers.map((key) => `idt_many/${key}`),
      `idt_few/${customers[0]}`,
      `cus_i0/${keyOf({ created: 8, id: "txn_8" })}`,
      `idt_rich/${keyOf({ created: 9, id: "cus_big" })}`,
    ]);
    let lists = 0;
    const list: SyncData["objectIds"]["list"] = async (options) => {
      lists += 1;
      return data.objectIds.list(options);
    };
    const counted = { ...data, objectIds: { ...data.objectIds, list } };
    const cut = await objectsOf(counted, { kept, tally, isExact: true }, { id: "idt_many", limit: 60 });
    expect([cut.identity_cut, cut.cut_at, cut.total]).toEqual([true, undefined, undefined]);
    expect(lists).toBeLessThanOrEqual(101);
    expect((await search("idt_rich")).identity_cut).toBe(true);
    const whole = await search("idt_few");
    expect([whole.data.map(({ id }) => id), whole.total]).toEqual([["txn_8"], 1]);
    // Whoever has typed a part of it only is not shown what somebody else has paid.
    expect((await search("idt_fe")).data).toEqual([]);
  });
});

test("what an earlier version kept is found by looking at each, and by its ids once they are noted", async () => {
  await data.objectIds.clear();
  await keepPosition(data, { ledgerId: "ldg_1" });
  const found = () => everyPage(data, { places: true }, { id: "ch_12A" });
  expect((await found()).found).toEqual(["txn_12"]);
  await keepPosition(data, { ledgerId: "ldg_1", idsKnown: true });
  expect((await found()).found).toEqual([]);
  for (let next: string | undefined = ""; next !== undefined; )
    next = (await learnIdsPage(data, next === "" ? undefined : next)).next;
  expect(await found()).toEqual({ found: ["txn_12"], totals: [1] });
});

test("customers and alerts that an earlier version kept are found once their ids are noted", async () => {
  const customer = keyOf({ created: 7, id: "cus_old" });
  const dispute = keyOf({ created: 10, id: "txn_10" });
  const object = { id: "cus_old", kind: "customer" as const, state: "posted" as const, legs: [] };
  await data.customers.put("cus_old", {
    identityId: "idt_old",
    fingerprint: "",
    object: {
      ...object,
      created_at: new Date(7000).toISOString(),
      identity_id: "idt_old",
      stripe_type: "customer",
    },
  });
  await data.alerts.put(dispute, { alertId: "anom_old" });
  await data.runObjects.put(runKey("run_3", customer), { kind: "customer", state: "posted" });
  await data.runObjects.put(runKey("run_3", dispute), { kind: "dispute", state: "posted" });
  await data.objectIds.clear();
  for (let next: string | undefined = ""; next !== undefined; )
    next = (await learnIdsPage(data, next === "" ? undefined : next)).next;
  const found = async (id: string) => {
    const shown = { kept: { ...kept, runId: "run_3" }, tally, isExact: true };
    const { data: objects, total } = await objectsOf(data, shown, { id, limit: 60 });
    return [objects.map(({ id: one }) => one), total];
  };
  expect(await found("cus_old")).toEqual([["cus_old"], 1]);
  expect(await found("idt_old")).toEqual([["cus_old"], 1]);
  expect(await found("anom_old")).toEqual([["txn_10"], 1]);
});
