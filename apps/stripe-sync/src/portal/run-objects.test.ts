/** The objects of a run by place and by id: the same as by looking at each, and without looking at each. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { books, emptyLedger, movementOn, nothingAtStripe, toolsOn } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { readMovement } from "../mapping/movement.ts";
import type { ObjectState } from "../portal-types.ts";
import { keepStored, learnIdsPage } from "../sync/object-ids.ts";
import { keepPosition, keyOf, type StoredMovement, type SyncData, syncData } from "../sync/register.ts";
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
    const shown = { kept: { ...kept, ...run }, tally };
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
  expect(await objectsOf(unlisted, { kept, tally }, { kind: ["dispute"], limit: 10 })).toEqual({
    data: [],
    total: 0,
  });
  expect((await everyPage(unread, { places: true }, { id: "txn_c0re-77-" })).found).toEqual(["txn_77"]);
});

test("the index has each object once, where it stands", async () => {
  expect(await data.runIndex.count({ prefix: "run_1/" })).toBe(all.length);
  expect(objectCurrencies({ kept, tally })).toEqual(["EUR", "JPY"]);
  expect(objectCurrencies({ kept: { ...kept, places: false }, tally })).toBeUndefined();
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
  const other = { kept: { ...kept, runId: "run_2" }, tally: emptyTally };
  const answer = await objectsOf(data, other, { id: "txn_1", limit: 60 });
  expect(answer.data.map(({ id }) => id)).toEqual(["txn_1"]);
});

test("an id that begins like too many says so", async () => {
  const keys = Array.from(
    { length: 2001 },
    (_, number) => `many_${number}/${keyOf({ created: 1, id: "txn_1" })}`,
  );
  await data.objectIds.putMany(keys.map((key) => ({ key, value: true })));
  const answer = await objectsOf(data, { kept, tally }, { id: "many", limit: 60 });
  expect([answer.cut_at, answer.total]).toEqual([2000, undefined]);
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
