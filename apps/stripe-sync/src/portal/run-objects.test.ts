/** The objects of a run by place and by id: the same as by looking at each, and without looking at each. */

import type { JobRun } from "@annex/app";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { books, emptyLedger, movementOn, nothingAtStripe, toolsOn } from "../../test/books-on-paper.ts";
import { type Installation, installation } from "../../test/installation.ts";
import { readMovement } from "../mapping/movement.ts";
import type { AboutRunPageJson, ObjectState } from "../portal-types.ts";
import { reportFindings } from "../sync/findings.ts";
import { keepStored, learnIdsPage } from "../sync/object-ids.ts";
import {
  keepPosition,
  keyOf,
  runKey,
  type StoredMovement,
  type SyncData,
  syncData,
} from "../sync/register.ts";
import { forgetTallies, keepRun } from "../sync/retention.ts";
import { entryOf, type RunEntry, runTallies } from "../sync/run-objects.ts";
import { addTallies, emptyTally, type Tally } from "../sync/tally.ts";
import { objectCurrencies, objectsOf } from "./run-objects.ts";
import { aboutShownRun } from "./runs.ts";

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

describe("a run that ended early", () => {
  const at = new Date("2026-11-01T12:00:00Z");
  const entries = (numbers: readonly number[], state: ObjectState) =>
    numbers.map((number) => entryOf((all[number] as StoredMovement).movement, state));
  const finding = { code: "ledger_refused" as const, object_id: "txn_1" };
  const runOf = (runId: string, status: "cancelled" | "running"): JobRun => ({
    runId,
    job: "sync",
    status,
    input: { reason: "person" },
    attempt: 1,
    createdAt: at,
    // As it was told last, a while before the end.
    progress: {
      message: "Reading",
      done: 0,
      tally: { ...emptyTally, states: { waiting: 2 }, kinds: { charge: 2 } },
    },
  });
  const shown = async (run: JobRun) => {
    const { counts, findings, kinds } = (await aboutShownRun(
      run,
      installed.context,
      "page",
    )) as AboutRunPageJson;
    return { all: counts.all, waiting: counts.waiting, posted: counts.posted, findings, kinds };
  };

  test("says what it did to its end, not what it told last", async () => {
    await keepRun(installed.context.data, { runId: "run_4", ...books, places: true }, at);
    const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger: emptyLedger() }, "run_4");
    await tools.listWork(entries([1, 2, 3, 4, 7], "waiting"));
    await tools.listWork(entries([1, 2], "posted"));
    await reportFindings(data, "run_4", at, [
      { finding: { ...finding, error: "It was refused.", next: "" } },
    ]);
    const done = { all: 5, waiting: 3, posted: 2, findings: 1 };
    const kinds = [
      { kind: "charge", count: 4 },
      { kind: "refund", count: 1 },
    ];
    expect(await shown(runOf("run_4", "cancelled"))).toEqual({ ...done, kinds });
  });

  test("that an earlier version began says what it told last, since what came before was counted nowhere", async () => {
    const tools = toolsOn(installed, { stripe: nothingAtStripe(), ledger: emptyLedger() }, "run_5");
    await tools.listWork(entries([1, 2, 3], "waiting"));
    expect(await shown(runOf("run_5", "cancelled"))).toMatchObject({ all: 2, waiting: 2 });
  });

  test("is remembered until its run is no more, one that completed no longer than it runs", async () => {
    const counted = runTallies(installed.context.data);
    for (const runId of ["run_6", "run_7"]) await counted.put(runId, emptyTally);
    const status = new Map([
      ["run_4", "cancelled" as const],
      ["run_6", "completed" as const],
    ]);
    await forgetTallies(installed.context.data, {
      get: async (runId) => {
        const known = status.get(runId);
        return known && { ...runOf(runId, "running"), status: known };
      },
    });
    expect((await counted.list()).map(({ key }) => key)).toEqual(["run_4"]);
  });
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

describe("the beginning of very many ids", () => {
  const many = 2100;
  const older = Array.from({ length: many }, (_, number) =>
    keyOf({ created: 7000 + number, id: `txn_m${number}` }),
  );
  const searchedFor = ["txn_2", "txn_5", "txn_600"];
  const asked = { most: 0 };
  const counted = () => {
    let looks = 0;
    const get: SyncData["runObjects"]["get"] = (key) => {
      looks += 1;
      asked.most = Math.max(asked.most, looks);
      return data.runObjects.get(key);
    };
    return { ...data, runObjects: { ...data.runObjects, get } };
  };
  const pages = async (size: number, query: Omit<Query, "limit" | "id"> = {}) => {
    const found: string[] = [];
    const parts: (boolean | undefined)[] = [];
    const run = { kept, tally: { ...emptyTally, states: { posted: size } }, isExact: true };
    for (let after: string | undefined = "", page = 0; after !== undefined && page < 20; page += 1) {
      const from = after === "" ? {} : { after };
      const answer = await objectsOf(counted(), run, { ...query, ...from, id: "Many_", limit: 2 });
      found.push(...answer.data.map(({ id }) => id));
      parts.push(answer.is_part);
      after = answer.next;
    }
    return { found, parts };
  };

  beforeAll(async () => {
    const ids = [
      // What the run has not looked at comes first, and what it has is the oldest there is.
      ...older.map((key, number) => `many_a${number}/${key}`),
      ...searchedFor.map((id) => `many_b/${keyOf({ created: Number(id.slice(4)), id })}`),
    ];
    await data.objectIds.putMany(ids.map((key) => ({ key, value: true })));
  });

  test("of a large run all are found, however old, a part of the index for each question", async () => {
    const { found, parts } = await pages(1_000_000);
    expect(found).toEqual(searchedFor);
    expect(parts).toEqual([true, true, true]);
    expect(asked.most).toBeLessThanOrEqual(2000);
    expect((await pages(1_000_000, { state: ["waiting"] })).found).toEqual(["txn_600"]);
  });

  test("each object once, whichever of its ids begin so", async () => {
    const run = { kept, tally: { ...emptyTally, states: { posted: 1_000_000 } }, isExact: true };
    const found: string[] = [];
    for (let after: string | undefined = ""; after !== undefined; ) {
      const from = after === "" ? {} : { after };
      // Of each object its own id begins so, and those of its two transactions in the ledger.
      const answer = await objectsOf(data, run, { ...from, id: "txn_", limit: 90 });
      found.push(...answer.data.map(({ id }) => id));
      after = answer.next;
    }
    expect(found.toSorted()).toEqual(ids(all).toSorted());
  });

  test("a list that began in a small run goes on the same way when the run has become large", async () => {
    const found: string[] = [];
    for (let after: string | undefined = "", size = 700; after !== undefined; size = 1_000_000) {
      const run = { kept, tally: { ...emptyTally, states: { posted: size } }, isExact: true };
      const from = after === "" ? {} : { after };
      const answer = await objectsOf(data, run, { ...from, id: "txn_", limit: 300 });
      found.push(...answer.data.map(({ id }) => id));
      after = answer.next;
    }
    expect(found).toEqual(ids(newestFirst));
  });

  test("a small run is looked through itself, newest first, without asking about each id", async () => {
    asked.most = 0;
    const run = { kept, tally, isExact: true };
    const answer = await objectsOf(counted(), run, { id: "txn_", limit: 3 });
    expect(answer.data.map(({ id }) => id)).toEqual(["txn_699", "txn_698", "txn_697"]);
    expect(answer.is_part).toBe(true);
    expect(asked.most).toBe(0);
  });
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
    const { data: found, next } = await search("cus_BIG");
    expect([found.map(({ id }) => id), next]).toEqual([["txn_4"], undefined]);
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
    expect([cut.identity_cut, cut.total]).toEqual([true, undefined]);
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
