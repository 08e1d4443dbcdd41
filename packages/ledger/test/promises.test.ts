/**
 * An answer is a promise. Each test is a day on which one was broken: a create that was answered 201 and stored
 * nowhere, a commit that was accepted and forgotten, a posting that waited for a stranger's lock.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger } from "../src/index.ts";
import {
  type Answered,
  codeOf,
  integerOf,
  makeBalances,
  member,
  openTestLedger,
  send,
  textOf,
} from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";

let server: PostgresServer;
let url: string;
let ledger: Ledger;
let stranger: Client;
const faults: { readonly error: unknown; readonly reference: string }[] = [];

beforeAll(async () => {
  server = await startPostgres();
  url = await server.createDatabase("promises");
  ledger = await openTestLedger([], {
    database: { kind: "server", url },
    // Each refund of the losers would be refunded itself, as Core does it.
    imitated: { secondRefundReapplies: false },
    onFault: (error, reference) => faults.push({ error, reference }),
  });
  stranger = new Client(url);
  await stranger.connect();
}, 120_000);

afterAll(async () => {
  expect(await brokenInvariants(ledger.database)).toEqual([]);
  await ledger.close();
  await stranger.end();
  await server.stop();
}, 60_000);

let names = 0;

function body(source: string, destination: string, more: object = {}) {
  const reference = `promise-${names++}`;
  const common = { precise_amount: 100n, precision: 100, currency: "USD", description: "Promise" };
  return { ...common, reference, source, destination, allow_overdraft: true, ...more };
}

const post = (request: object): Promise<Answered> => send(ledger, "POST", "/transactions", request);

async function whileLocked<T>(balance: string, work: () => Promise<T>): Promise<T> {
  await stranger.query("BEGIN");
  await stranger.query("SELECT 1 FROM blnk.balances WHERE balance_id = $1 FOR UPDATE", [balance]);
  try {
    return await work();
  } finally {
    await stranger.query("ROLLBACK");
  }
}

/** Lets PostgreSQL refuse a row as a full disk would. */
async function refusing<T>(column: string, value: string, work: () => Promise<T>): Promise<T> {
  await stranger.query(
    "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$",
  );
  await stranger.query(
    `CREATE TRIGGER refusing BEFORE INSERT ON blnk.transactions FOR EACH ROW
       WHEN (NEW.${column} = '${value}') EXECUTE FUNCTION refuse()`,
  );
  try {
    return await work();
  } finally {
    await stranger.query("DROP TRIGGER refusing ON blnk.transactions");
  }
}

const referenceOf = (answer: Answered) =>
  member(member(member(answer.body, "error_detail"), "details"), "reference");

describe("a create", () => {
  it.each([true, false])(
    "that the database refuses is answered 500 with the fault's reference (skip_queue %s)",
    async (skip_queue) => {
      const [source = "", destination = ""] = await makeBalances(ledger, 2);
      const request = body(source, destination, { skip_queue });
      const before = faults.length;
      const refused = await refusing("reference", request.reference, () => post(request));
      expect([refused.status, codeOf(refused)]).toEqual([500, "GEN_INTERNAL"]);
      expect(faults.slice(before).map(({ reference }) => reference)).toEqual([referenceOf(refused)]);
      const read = await send(ledger, "GET", `/transactions/reference/${request.reference}`);
      expect(read.status).toBe(404);
      expect((await post(request)).status).toBe(201);
    },
  );

  it("waits three seconds for a locked row and is refused in Core's words; one for the queue is stored at once", async () => {
    const [source = "", destination = ""] = await makeBalances(ledger, 2);
    const now = body(source, destination, { skip_queue: true });
    const later = body(source, destination);
    await whileLocked(source, async () => {
      const [refused, accepted] = await Promise.all([post(now), post(later)]);
      expect([refused.status, codeOf(refused)]).toEqual([423, "GEN_RESOURCE_LOCKED"]);
      expect(member(refused.body, "error")).toBe(
        "failed to acquire lock: failed to acquire all locks within the wait timeout",
      );
      expect(accepted.status).toBe(201);
      const stored = await send(ledger, "GET", `/transactions/${textOf(accepted, "transaction_id")}`);
      expect(textOf(stored, "status")).toBe("QUEUED");
    });
  }, 30_000);
});

describe("an action on many holds", () => {
  it.each(["void", "commit"])(
    "reports each by itself, also beside one the database fails at: %s",
    async (kind) => {
      const [source = "", destination = ""] = await makeBalances(ledger, 2);
      const create = () => post(body(source, destination, { inflight: true, skip_queue: true }));
      const ids = [];
      for (let count = 0; count < 3; count++) ids.push(textOf(await create(), "transaction_id"));
      const [first = "", failing = "", last = ""] = ids;
      const before = faults.length;
      const all = [first, "\0", failing, last];
      // An amount in major units is looked up for each of them.
      const transactions = all.map((transaction_id) => ({ transaction_id, amount: 0.01 }));
      const request = {
        ...(kind === "void" ? { transaction_ids: all } : { transactions }),
        skip_queue: true,
      };
      const answer = await refusing("parent_transaction", failing, () =>
        send(ledger, "POST", `/transactions/inflight/bulk/${kind}`, request),
      );
      const told = faults.slice(before).map(({ reference }) => reference);
      expect([answer.status, told.length]).toEqual([200, 2]);
      expect(answer.body).toMatchObject({
        succeeded: 2n,
        failed: 2n,
        results: [
          { transaction_id: first, status: "succeeded" },
          { code: "INTERNAL_ERROR", message: expect.stringContaining(told[0] ?? "no fault") },
          { code: "INTERNAL_ERROR", message: expect.stringContaining(told[1] ?? "no fault") },
          { transaction_id: last, status: "succeeded" },
        ],
      });
    },
  );
});

describe("a locked row", () => {
  it("delays its own postings only", async () => {
    const [locked = "", other = "", from = "", to = ""] = await makeBalances(ledger, 4);
    for (const id of [locked, other, from, to]) await post(body("@World", id, { skip_queue: true }));
    await whileLocked(locked, async () => {
      const waiting = Array.from({ length: 5 }, () => post(body(locked, other, { skip_queue: true })));
      await wait(100);
      const started = performance.now();
      for (let count = 0; count < 5; count++) {
        expect((await post(body(from, to, { skip_queue: true }))).status).toBe(201);
        expect((await post(body(other, from, { skip_queue: true }))).status).toBe(201);
      }
      expect(performance.now() - started).toBeLessThan(2500);
      expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([423, 423, 423, 423, 423]);
      expect(performance.now() - started).toBeLessThan(8000);
    });
  }, 30_000);

  it("keeps no reader and no other change waiting, however many want to change it", async () => {
    const [locked = "", other = ""] = await makeBalances(ledger, 2);
    const label = (id: string) => send(ledger, "POST", `/${id}/metadata`, { meta_data: { label: id } });
    /** What has ended, in its order: three others, and however many wait. */
    const round = async (): Promise<readonly string[]> => {
      const ended: string[] = [];
      const noted = async (name: string, answer: Promise<Answered>) => {
        const { status } = await answer;
        ended.push(`${name} ${status}`);
      };
      const waiting = await whileLocked(locked, async () => {
        const begun = Array.from({ length: 30 }, () => noted("locked", label(locked)));
        await noted("other", label(other));
        await noted("other", send(ledger, "GET", `/balances/${other}`));
        await noted("other", send(ledger, "GET", "/annex/work"));
        return begun;
      });
      await Promise.all(waiting);
      return ended;
    };
    // None of those that wait has come to an end before the others, however it did. On a machine that stands still for
    // as long as a row is waited for they have, whoever they kept waiting; where they keep others, they always have.
    const others = Array.from({ length: 3 }, () => "other 200");
    const made = Array.from({ length: 30 }, () => "locked 200");
    await expect.poll(round, { timeout: 60_000 }).toEqual([...others, ...made]);
  }, 90_000);

  it("is taken as soon as it is free", async () => {
    const [locked = "", other = ""] = await makeBalances(ledger, 2);
    const posting = await whileLocked(locked, async () => {
      const begun = post(body(locked, other, { skip_queue: true }));
      await wait(1000);
      return { begun };
    });
    expect((await posting.begun).status).toBe(201);
  }, 30_000);
});

describe("an accepted commit", () => {
  it("of a hold that a locked row keeps from being placed is carried out when the row is free", async () => {
    const [source = "", destination = ""] = await makeBalances(ledger, 2);
    const hold = await whileLocked(source, async () => {
      const queued = await post(body(source, destination, { inflight: true }));
      const id = textOf(queued, "transaction_id");
      const accepted = await send(ledger, "PUT", `/transactions/inflight/${id}`, { status: "commit" });
      expect(accepted.status).toBe(200);
      // Long enough for the hold to be tried, and for the commit to find that it is not placed.
      await wait(4500);
      const { body: work } = await send(ledger, "GET", "/annex/work");
      const waiting = member(work, "waiting") as readonly {
        readonly kind: string;
        readonly last_error: string;
      }[];
      expect(waiting.find(({ kind }) => kind === "hold-action")?.last_error).toBe(
        "the hold is not placed yet",
      );
      return id;
    });
    await expect
      .poll(async () => integerOf(await send(ledger, "GET", `/balances/${destination}`), "balance"), {
        timeout: 60_000,
      })
      .toBe(100n);
    const read = await send(ledger, "GET", `/balances/${source}`);
    expect(integerOf(read, "inflight_balance")).toBe(0n);
    expect((await send(ledger, "GET", `/transactions/${hold}`)).status).toBe(200);
  }, 90_000);

  it("that can't be carried out any more leaves its refusal on record", async () => {
    const [source = "", destination = ""] = await makeBalances(ledger, 2);
    const hold = textOf(
      await post(body(source, destination, { inflight: true, skip_queue: true })),
      "transaction_id",
    );
    const accepted = await send(ledger, "PUT", `/transactions/inflight/${hold}`, { status: "commit" });
    expect(accepted.status).toBe(200);
    await send(ledger, "PUT", `/transactions/inflight/${hold}`, { status: "void", skip_queue: true });
    await ledger.settle();
    const { body: work } = await send(ledger, "GET", "/annex/work");
    const refused = member(work, "refused") as readonly {
      readonly reason: string;
      readonly payload: object;
    }[];
    expect(
      refused.filter(({ payload }) => "id" in payload && payload.id === hold).map(({ reason }) => reason),
    ).toEqual(["transaction has already been voided"]);
  });
});

describe("of many refunds of one row", () => {
  it.each([true, false])("one is made, and the others are told so (skip_queue %s)", async (skip_queue) => {
    const [source = "", destination = ""] = await makeBalances(ledger, 2);
    const paid = textOf(await post(body(source, destination, { skip_queue: true })), "transaction_id");
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => send(ledger, "POST", `/refund-transaction/${paid}`, { skip_queue })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409 || status === 423)).toHaveLength(5);
    await ledger.settle();
    expect(integerOf(await send(ledger, "GET", `/balances/${source}`), "balance")).toBe(0n);
  });
});
