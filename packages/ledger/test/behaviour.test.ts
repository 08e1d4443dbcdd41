/** What the recordings do not show: rules of the contract that need a clock, a crash course or a second look. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger } from "../src/index.ts";
import {
  codeOf,
  integerOf,
  type Json,
  makeBalances,
  member,
  openTestLedger,
  send,
  textOf,
} from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";

const faults: unknown[] = [];
let ledger: Ledger;
let present = Date.UTC(2030, 0, 1);
let names = 0;

beforeAll(async () => {
  ledger = await openTestLedger(faults, { clock: () => new Date(present) });
}, 240_000);

afterAll(async () => {
  expect(await brokenInvariants(ledger.database)).toEqual([]);
  await ledger.close();
  expect(faults).toEqual([]);
});

const name = () => `behaviour-${names++}`;

function request(source: string, destination: string, amount: number, more: object = {}) {
  const common = { precision: 100, currency: "USD", reference: name(), description: "Behaviour" };
  return { ...common, amount, source, destination, skip_queue: true, ...more };
}

async function post(body: object) {
  return send(ledger, "POST", "/transactions", body);
}

async function amounts(id: string): Promise<readonly [bigint, bigint]> {
  const read = await send(ledger, "GET", `/balances/${id}`);
  return [integerOf(read, "balance"), integerOf(read, "inflight_balance")];
}

/** Balances of which the first has 100. */
async function funded(count: number): Promise<readonly string[]> {
  const ids = await makeBalances(ledger, count);
  await post(request("@World", ids[0] ?? "", 100, { allow_overdraft: true }));
  return ids;
}

describe("atomic splits (contract section 9.1.5)", () => {
  const legs = (first: string, second: string) => [
    { identifier: first, distribution: "60" },
    { identifier: second, distribution: "left" },
  ];

  it.each([
    ["applied legs are refunded through the queue", false],
    ["held legs are voided at once", true],
  ])("immediate: %s", async (_name, inflight) => {
    const [rich = "", poor = "", shop = ""] = await funded(3);
    const body = {
      ...request("", shop, 90),
      source: undefined,
      sources: legs(rich, poor),
      atomic: true,
      inflight,
    };
    const answer = await post(body);
    expect([answer.status, codeOf(answer)]).toEqual([400, "TXN_INSUFFICIENT_FUNDS"]);
    await ledger.settle();
    expect([await amounts(rich), await amounts(shop)]).toEqual([
      [10_000n, 0n],
      [0n, 0n],
    ]);
  });

  it("queued: siblings of a rejected leg are undone", async () => {
    const [rich = "", poor = "", shop = ""] = await funded(3);
    const body = request("", shop, 90, {
      source: undefined,
      sources: legs(rich, poor),
      atomic: true,
      skip_queue: false,
    });
    expect((await post(body)).status).toBe(201);
    await ledger.settle();
    await ledger.settle();
    expect([await amounts(rich), await amounts(shop)]).toEqual([
      [10_000n, 0n],
      [0n, 0n],
    ]);
  });

  it("not atomic: earlier legs stay", async () => {
    const [rich = "", poor = "", shop = ""] = await funded(3);
    const answer = await post({ ...request("", shop, 90), source: undefined, sources: legs(rich, poor) });
    expect(answer.status).toBe(400);
    await ledger.settle();
    expect([await amounts(rich), await amounts(shop)]).toEqual([
      [4000n, 0n],
      [6000n, 0n],
    ]);
  });
});

describe("the queue (contract section 8.3)", () => {
  it("accepts an amount that rounds to nothing, and stores nothing", async () => {
    const [from = "", to = ""] = await funded(2);
    const answer = await post(request(from, to, 0.004, { skip_queue: false }));
    expect([answer.status, textOf(answer, "status")]).toEqual([201, "QUEUED"]);
    await ledger.settle();
    expect((await send(ledger, "GET", `/transactions/${textOf(answer, "transaction_id")}`)).status).toBe(404);
  });

  it("leaves the row of a reference whose child's name is taken, and moves nothing", async () => {
    const [from = "", to = ""] = await funded(2);
    const body = request(from, to, 5, { skip_queue: false });
    await post(request(from, to, 1, { reference: `${body.reference}_q` }));
    const answer = await post(body);
    await ledger.settle();
    const read = await send(ledger, "GET", `/transactions/${textOf(answer, "transaction_id")}`);
    expect(textOf(read, "status")).toBe("QUEUED");
    expect(await amounts(to)).toEqual([100n, 0n]);
    const reason = `transaction validation failed: reference ${body.reference}_q has already been used`;
    expect(await newestRefusal()).toMatchObject({ kind: "queued", reason });
  });

  it("keeps an effective date in the year 0, which is 1 BC to PostgreSQL, and tells it again", async () => {
    const [from = ""] = await funded(1);
    for (const skip_queue of [true, false]) {
      const dated = request(from, "@World", 1, { effective_date: "0000-02-29T12:00:00Z", skip_queue });
      expect((await post(dated)).status).toBe(201);
      const [listed] = (await send(ledger, "GET", `/transactions?reference_eq=${dated.reference}`))
        .body as readonly Json[];
      expect(member(listed ?? null, "effective_date")).toBe("0000-02-29T12:00:00Z");
    }
    await ledger.settle();
  });

  it.each([
    ["queued", {}],
    ["scheduled for a time long past", { scheduled_for: "2020-01-01T00:00:00Z" }],
  ])("shows no child to a client that asks at once: %s", async (_name, more) => {
    const [shop = ""] = await funded(1);
    const body = request(shop, "@World", 1, { skip_queue: false, ...more });
    expect((await post(body)).status).toBe(201);
    const child = async () =>
      (await send(ledger, "GET", `/transactions/reference/${body.reference}_q`)).status;
    expect([await child(), await amounts(shop)]).toEqual([404, [10_000n, 0n]]);
    await ledger.settle();
    expect([await child(), await amounts(shop)]).toEqual([200, [9_900n, 0n]]);
  });

  it("rejects for another reason than funds only after the retries", async () => {
    const [shop = ""] = await funded(1);
    const indicator = `@${name()}`;
    await post(request(shop, indicator, 1));
    const self = await send(ledger, "GET", `/balances/indicator/${indicator}/currency/USD`);
    const body = request(textOf(self, "balance_id"), indicator, 1, { skip_queue: false });
    expect((await post(body)).status).toBe(201);
    const child = () => send(ledger, "GET", `/transactions/reference/${body.reference}_q`);
    await ledger.settle();
    expect((await child()).status).toBe(404);
    present += 10 * 60_000;
    await ledger.settle();
    const reason = `failed to persist transaction with balances: CONFLICT: Optimistic locking failure: balance with ID '${textOf(self, "balance_id")}' may have been updated or deleted by another transaction`;
    expect(member((await child()).body, "status")).toBe("REJECTED");
    expect(member((await child()).body, "meta_data")).toMatchObject({ blnk_rejection_reason: reason });
  });

  it.each([
    ["applied items are refunded", false],
    ["held items are voided", true],
  ])("undoes a batch of which an atomic item is rejected: %s", async (_name, inflight) => {
    const [rich = "", shop = ""] = await funded(2);
    const queued = { skip_queue: undefined };
    const items = [request(rich, shop, 10, queued), request(rich, shop, 20, queued)];
    const tooMuch = request(shop, rich, 900, { ...queued, atomic: true });
    const answer = await send(ledger, "POST", "/transactions/bulk", {
      transactions: [...items, tooMuch],
      inflight,
    });
    expect(answer.status).toBe(201);
    await ledger.settle();
    const rejected = await send(ledger, "GET", `/transactions/reference/${tooMuch.reference}_q`);
    expect(member(rejected.body, "status")).toBe("REJECTED");
    expect([await amounts(rich), await amounts(shop)]).toEqual([
      [10_000n, 0n],
      [0n, 0n],
    ]);
  });

  it("runs an asynchronous batch behind its answer", async () => {
    const [from = "", to = ""] = await funded(2);
    const answer = await send(ledger, "POST", "/transactions/bulk", {
      transactions: [request(from, to, 10), request(from, to, 20)],
      run_async: true,
      skip_queue: true,
    });
    expect([answer.status, textOf(answer, "status")]).toEqual([202, "processing"]);
    await ledger.settle();
    expect(await amounts(to)).toEqual([3000n, 0n]);
  });

  it("keeps on record why an asynchronous batch came to nothing, whose rows may tell nobody", async () => {
    const [from = "", to = ""] = await funded(2);
    const impossible = { destination: undefined, destinations: [{ identifier: to, distribution: "120%" }] };
    const [unfunded, split] = [() => request(to, from, 900), () => request(from, to, 1, impossible)];
    const failing = [
      { rest: [unfunded()], reason: /insufficient funds/ },
      { rest: [split()], reason: /^failed to split transaction: / },
      // It stops at the first, and never comes to the second.
      { rest: [unfunded(), split()], reason: /insufficient funds/ },
    ];
    for (const { rest, reason } of failing) {
      const transactions = [request(from, to, 10), ...rest];
      const sent = { transactions, run_async: true, skip_queue: true, atomic: true };
      const answer = await send(ledger, "POST", "/transactions/bulk", sent);
      await ledger.settle();
      const batch = { batchId: textOf(answer, "batch_id"), atomic: true };
      const told = { kind: "bulk", payload: batch, reason: expect.stringMatching(reason) };
      expect(await newestRefusal()).toEqual(expect.objectContaining(told));
      expect(await refusalsOf(batch.batchId)).toBe(1);
      expect(await amounts(to)).toEqual([0n, 0n]);
    }
  });

  it("keeps on record that an accepted commit met no hold, since the hold was rejected", async () => {
    const [poor = "", shop = ""] = await funded(2);
    const hold = await post(request(shop, poor, 900, { inflight: true, skip_queue: false }));
    const id = textOf(hold, "transaction_id");
    const accepted = await send(ledger, "PUT", `/transactions/inflight/${id}`, { status: "commit" });
    expect(accepted.status).toBe(200);
    await ledger.settle();
    const reason = "transaction is not in inflight status";
    expect(await newestRefusal()).toMatchObject({ kind: "hold-action", payload: { id }, reason });
  });

  it.each([
    ["minor units", { preciseAmount: "2", amount: 0 }, 2n],
    ["major units", { preciseAmount: null, amount: 0.03 }, 3n],
  ])("carries out a commit that an earlier version kept, in %s", async (_units, asked, committed) => {
    const [from = "", to = ""] = await funded(2);
    const hold = await post(request(from, to, 5, { inflight: true, skip_queue: true }));
    const payload = { id: textOf(hold, "transaction_id"), action: "commit", ...asked };
    await ledger.database.query(
      "INSERT INTO annex.work (kind, due_at, payload) VALUES ('hold-action', '2026-01-01', $1::text::jsonb)",
      [JSON.stringify(payload)],
    );
    await ledger.settle();
    expect(await amounts(to)).toEqual([committed, 500n - committed]);
  });

  it("does not wait for a hold from a row that only bears the mark of one", async () => {
    const [from = "", to = ""] = await funded(2);
    const queued = await post(request(from, to, 5, { skip_queue: false, meta_data: { inflight: true } }));
    const id = textOf(queued, "transaction_id");
    const accepted = await send(ledger, "PUT", `/transactions/inflight/${id}`, { status: "commit" });
    expect(accepted.status).toBe(200);
    await ledger.settle();
    const reason = "cannot commit. Transaction already committed";
    expect(await newestRefusal()).toMatchObject({ kind: "hold-action", payload: { id }, reason });
    expect(await amounts(to)).toEqual([500n, 0n]);
  });
});

describe("the id of a queued hold", () => {
  it("stands for that hold, and not for the one that mirrors it when it was voided and refunded", async () => {
    const [from = "", to = ""] = await funded(2);
    const body = request(from, to, 5, { inflight: true, skip_queue: false });
    const queued = textOf(await post(body), "transaction_id");
    await ledger.settle();
    const hold = textOf(
      await send(ledger, "GET", `/transactions/reference/${body.reference}_q`),
      "transaction_id",
    );
    await send(ledger, "PUT", `/transactions/inflight/${hold}`, { status: "void", skip_queue: true });
    await send(ledger, "POST", `/refund-transaction/${hold}`, { skip_queue: true });
    expect(await amounts(to)).toEqual([0n, -500n]);
    const all = { transactions: [{ transaction_id: queued }], skip_queue: true };
    const { body: answer } = await send(ledger, "POST", "/transactions/inflight/bulk/commit", all);
    expect(answer).toMatchObject({ succeeded: 0n, results: [{ code: "ALREADY_VOIDED" }] });
    expect(await amounts(to)).toEqual([0n, -500n]);
  });
});

/** The last of what was accepted and came to nothing. */
async function newestRefusal(): Promise<Json> {
  return (await refusals())[0] ?? null;
}

async function refusals(): Promise<readonly Json[]> {
  return member((await send(ledger, "GET", "/annex/work")).body, "refused") as readonly Json[];
}

/** How many reasons are on record for one batch. */
async function refusalsOf(batchId: string): Promise<number> {
  const about = (await refusals()).map((refusal) => member(refusal, "payload"));
  return about.filter((payload) => member(payload, "batchId") === batchId).length;
}

describe("expiry (contract sections 10.6 and 18)", () => {
  const expiring = () => ({ inflight: true, inflight_expiry_date: new Date(present + 60_000).toISOString() });

  async function pass(): Promise<void> {
    present += 61_000;
    await ledger.settle();
  }

  it("voids what remains of an immediate hold", async () => {
    const [from = "", to = ""] = await funded(2);
    const hold = await post(request(from, to, 50, expiring()));
    const path = `/transactions/inflight/${textOf(hold, "transaction_id")}`;
    await send(ledger, "PUT", path, { status: "commit", amount: 20, skip_queue: true });
    await pass();
    expect(await amounts(from)).toEqual([8000n, 0n]);
  });

  it("voids a queued hold that nothing was taken from", async () => {
    const [from = "", to = ""] = await funded(2);
    const queued = await post(request(from, to, 50, { ...expiring(), skip_queue: false }));
    await ledger.settle();
    expect(await amounts(from)).toEqual([10_000n, -5000n]);
    await pass();
    expect(await amounts(from)).toEqual([10_000n, 0n]);
    const commit = { status: "commit", skip_queue: true };
    const late = await send(
      ledger,
      "PUT",
      `/transactions/inflight/${textOf(queued, "transaction_id")}`,
      commit,
    );
    expect(codeOf(late)).toBe("TXN_ALREADY_VOIDED");
  });

  it("leaves a queued hold alone when something was taken, and other holds always", async () => {
    const [from = "", to = ""] = await funded(2);
    const queued = await post(request(from, to, 30, { ...expiring(), skip_queue: false }));
    await post(request(from, to, 40, { inflight: true }));
    await ledger.settle();
    const path = `/transactions/inflight/${textOf(queued, "transaction_id")}`;
    await send(ledger, "PUT", path, { status: "commit", amount: 10, skip_queue: true });
    await pass();
    expect(await amounts(from)).toEqual([9000n, -6000n]);
  });

  it("commits at the commit date", async () => {
    const [from = "", to = ""] = await funded(2);
    const date = new Date(present + 60_000).toISOString();
    await post(request(from, to, 50, { inflight: true, inflight_commit_date: date, skip_queue: false }));
    await ledger.settle();
    await pass();
    expect([await amounts(from), await amounts(to)]).toEqual([
      [5000n, 0n],
      [5000n, 0n],
    ]);
  });

  it("keeps on record that nothing was left to commit at the commit date", async () => {
    const [from = "", to = ""] = await funded(2);
    const date = new Date(present + 60_000).toISOString();
    const hold = await post(request(from, to, 50, { inflight: true, inflight_commit_date: date }));
    const holdId = textOf(hold, "transaction_id");
    await send(ledger, "PUT", `/transactions/inflight/${holdId}`, { status: "void", skip_queue: true });
    await pass();
    const reason = "transaction has already been voided";
    expect(await newestRefusal()).toMatchObject({ kind: "hold-commit", payload: { holdId }, reason });
  });
});

describe("dry runs (contract section 15.3)", () => {
  it("change nothing: no row, no balance, no reference, no internal balance", async () => {
    const [from = "", to = ""] = await funded(2);
    const count = async () =>
      (await ledger.database.query("SELECT count(*) AS n FROM blnk.transactions", []))[0];
    const before = await count();
    const body = request(from, to, 10);
    for (const skip of [true, false]) {
      expect((await post({ ...body, skip_queue: skip, dry_run: true })).status).toBe(200);
      const batch = { transactions: [body], dry_run: true, skip_queue: skip, atomic: true };
      expect((await send(ledger, "POST", "/transactions/bulk", batch)).status).toBe(200);
    }
    const virtual = await post(request("@Nobody", to, 1, { dry_run: true }));
    expect(member(virtual.body, "would_apply")).toBe(false);
    expect((await send(ledger, "GET", "/balances/indicator/@Nobody/currency/USD")).status).toBe(404);
    expect(await count()).toEqual(before);
    expect((await post(body)).status).toBe(201);
  });
});

describe("lineage of holds (contract section 13)", () => {
  it("keeps the shadows of a hold on hold, and commits them with it", async () => {
    const identity = await send(ledger, "POST", "/identities", { first_name: "Ada", last_name: name() });
    const made = await send(ledger, "POST", "/ledgers", { name: "Lineage" });
    const tracked = textOf(
      await send(ledger, "POST", "/balances", {
        ledger_id: textOf(made, "ledger_id"),
        currency: "USD",
        identity_id: textOf(identity, "identity_id"),
        track_fund_lineage: true,
      }),
      "balance_id",
    );
    const tag = { meta_data: { BLNK_LINEAGE_PROVIDER: "bank" }, allow_overdraft: true };
    await post(request("@World", tracked, 100, tag));
    await ledger.settle();
    const hold = await post(request(tracked, "@Shop", 40, { inflight: true }));
    await ledger.settle();
    const total = async () =>
      integerOf(await send(ledger, "GET", `/balances/${tracked}/lineage`), "total_with_lineage");
    expect(await total()).toBe(10_000n);
    const path = `/transactions/inflight/${textOf(hold, "transaction_id")}`;
    expect((await send(ledger, "PUT", path, { status: "commit", skip_queue: true })).status).toBe(200);
    await ledger.settle();
    expect(await total()).toBe(6000n);
  });
});
