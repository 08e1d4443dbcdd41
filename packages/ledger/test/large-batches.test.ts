/**
 * Batches that are made in several commits (contract section 12): to whoever sent one nothing is different, others
 * have their turn between two parts, and one that a kill interrupted is made or undone whole.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import { createTimekeeper } from "../src/context.ts";
import { bulkFailure } from "../src/http/bulk-failure.ts";
import { dryBatch } from "../src/http/dry-runs.ts";
import { transactionBody } from "../src/http/transaction-request.ts";
import type { Ledger, LedgerDatabase } from "../src/index.ts";
import { postSeries, undoBatch } from "../src/posting/batch-parts.ts";
import { postBatch } from "../src/posting/batches.ts";
import type { PostingContext } from "../src/posting/context.ts";
import { FinishedElsewhere, OrderFailed } from "../src/posting/failures.ts";
import { createPosting } from "../src/posting/index.ts";
import { type AcceptedWork, carryOutInParts, itemsPerCommit, postInParts } from "../src/posting/parts.ts";
import { prepareRequest } from "../src/posting/prepare.ts";
import { legSeries } from "../src/posting/split-parts.ts";
import type { Order, Outcome } from "../src/posting/types.ts";
import { toTimestampText } from "../src/rules/times.ts";
import {
  DatabaseError,
  outcomeUnknown,
  type SqlDatabase,
  type TransactionalDatabase,
} from "../src/store/database.ts";
import { openEngine } from "../src/store/engine.ts";
import { migrate } from "../src/store/schema.ts";
import { addLeasedWork, addWork, type WorkProgress } from "../src/store/work.ts";
import { undoBatchKind } from "../src/store/work-payloads.ts";
import {
  type Answered,
  codeOf,
  integerOf,
  makeBalances,
  member,
  openTestLedger,
  parseJson,
  send,
  textOf,
} from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(() => server.stop(), 60_000);

const count = 3 * itemsPerCommit;
const imitated = { splitHoldsNeverExpire: true, secondRefundReapplies: true };
let names = 0;

const engines: readonly [string, () => Promise<LedgerDatabase>][] = [
  ["embedded", async () => ({ kind: "embedded" })],
  ["server", async () => ({ kind: "server", url: await server.createDatabase(`batches_${names++}`) })],
];

const detailsOf = ({ body }: Answered) => member(member(body, "error_detail"), "details");

describe.each(engines)("a large batch, engine: %s", (_engine, database) => {
  let ledger: Ledger;
  const faults: unknown[] = [];
  beforeAll(async () => {
    ledger = await openTestLedger(faults, { database: await database() });
  }, 60_000);
  afterAll(async () => {
    expect([faults, await brokenInvariants(ledger.database)]).toEqual([[], []]);
    await ledger.close();
  }, 60_000);

  const item = (source: string, destination: string, more: object = {}) => {
    const common = { precise_amount: 1n, precision: 100, currency: "USD", description: "Part" };
    return { ...common, reference: `part-${names++}`, source, destination, allow_overdraft: true, ...more };
  };
  const items = (source: string, destination: string) =>
    Array.from({ length: count }, () => item(source, destination));
  const post = (transactions: readonly object[], more: object): Promise<Answered> =>
    send(ledger, "POST", "/transactions/bulk", { transactions, skip_queue: true, ...more });
  async function amounts(id: string): Promise<readonly bigint[]> {
    const answer = await send(ledger, "GET", `/balances/${id}`);
    return [integerOf(answer, "balance"), integerOf(answer, "inflight_balance")];
  }
  const work = () => ledger.database.query("SELECT kind, progress FROM annex.work", []);

  it("is made whole, one after the other, and others have their turn meanwhile", async () => {
    const [from = "", to = "", other = ""] = await makeBalances(ledger, 3);
    const sent = items(from, to);
    let answered = false;
    const batch = post(sent, { atomic: true }).finally(() => {
      answered = true;
    });
    let meanwhile = 0;
    while (!answered) {
      await send(ledger, "POST", "/transactions", item(other, from, { skip_queue: true }));
      if (!answered) meanwhile++;
    }
    const answer = await batch;
    expect([answer.status, integerOf(answer, "transaction_count")]).toEqual([201, BigInt(count)]);
    expect(meanwhile).toBeGreaterThan(0);
    expect(await amounts(to)).toEqual([BigInt(count), 0n]);
    const rows = await ledger.database.query(
      "SELECT reference FROM blnk.transactions WHERE parent_transaction = $1 ORDER BY id",
      [textOf(answer, "batch_id")],
    );
    expect(rows.map(({ reference }) => reference)).toEqual(sent.map(({ reference }) => reference));
    expect(await work()).toEqual([]);
  }, 60_000);

  /** How often others have their turn before a request is answered. */
  async function turnsDuring(request: Promise<Answered>): Promise<readonly [Answered, number]> {
    let turns = 0;
    let isAnswered = false;
    const count = () => {
      turns += 1;
      if (!isAnswered) setImmediate(count);
    };
    setImmediate(count);
    const answer = await request;
    isAnswered = true;
    return [answer, turns];
  }

  it("is read in turns: others have theirs before it is known what was sent", async () => {
    const tooMany = Array.from({ length: 10_001 }, () => ({
      ...item("a", "b"),
      meta_data: { note: "-".repeat(250) },
    }));
    const [answer, turns] = await turnsDuring(post(tooMany, {}));
    expect([answer.status, codeOf(answer)]).toEqual([400, "TXN_BULK_LIMIT_EXCEEDED"]);
    // What is read in one go lets nobody have one.
    expect(turns).toBeGreaterThan(1);
  }, 60_000);

  it("is nothing that a stranger could hold others up with at another route", async () => {
    const body = { x: Array.from({ length: 1_000_000 }, () => 1) };
    const [answer, turns] = await turnsDuring(send(ledger, "POST", "/transactions", body));
    expect([answer.status, codeOf(answer)]).toEqual([400, "TXN_VALIDATION_ERROR"]);
    expect(turns).toBeGreaterThan(1);
  }, 60_000);

  describe("and a large split", () => {
    const last = 2 * itemsPerCommit + 5;
    const legs = (name: string, impossible?: number) =>
      Array.from({ length: count }, (_, index) => ({
        identifier: index === impossible ? "bln_none" : `@${name}-${index}`,
        precise_distribution: "1",
      }));
    const split = (from: string, name: string, more: object, impossible?: number): Promise<Answered> =>
      send(ledger, "POST", "/transactions", {
        ...item(from, ""),
        precise_amount: BigInt(count),
        destinations: legs(name, impossible),
        ...more,
      });
    const received = async (name: string) =>
      ledger.database.query(
        `SELECT count(*)::integer AS legs, coalesce(sum(balance), 0)::integer AS balance FROM blnk.balances
         WHERE indicator LIKE $1 AND balance <> 0`,
        [`@${name}-%`],
      );

    it.each([
      ["at once", { skip_queue: true }],
      ["at once or not at all", { skip_queue: true, atomic: true }],
    ])(
      "is made whole %s, in several commits",
      async (how, more) => {
        const [from = ""] = await makeBalances(ledger, 1);
        const name = `split-${how.replaceAll(" ", "-")}`;
        const answer = await split(from, name, more);
        expect(answer.status).toBe(201);
        // Between two of them others have their turn.
        const commits = await ledger.database.query(
          "SELECT count(*)::integer AS legs FROM blnk.transactions WHERE parent_transaction = $1 GROUP BY xmin",
          [textOf(answer, "transaction_id")],
        );
        expect(commits).toEqual([
          { legs: itemsPerCommit },
          { legs: itemsPerCommit },
          { legs: itemsPerCommit },
        ]);
        await ledger.settle();
        expect(await received(name)).toEqual([{ legs: count, balance: count }]);
        expect((await amounts(from))[0]).toBe(-BigInt(count));
        expect(await work()).toEqual([]);
      },
      60_000,
    );

    it.each([
      ["for the queue", {}],
      ["for the queue, atomic", { atomic: true }],
      ["of holds, atomic", { skip_queue: true, inflight: true, atomic: true }],
      ["of holds for the queue", { inflight: true }],
    ])(
      "whose legs could not be undone is made in one commit: %s",
      async (how, more) => {
        const [from = ""] = await makeBalances(ledger, 1);
        const answer = await split(from, `whole-${how.replaceAll(/\W+/g, "-")}`, more);
        expect(answer.status).toBe(201);
        const commits = await ledger.database.query(
          `SELECT count(*)::integer AS legs FROM blnk.transactions
           WHERE parent_transaction = $1 AND reference NOT LIKE '%\\_q' GROUP BY xmin`,
          [textOf(answer, "transaction_id")],
        );
        expect(commits).toEqual([{ legs: count }]);
        await ledger.settle();
        expect(await work()).toEqual([]);
      },
      60_000,
    );

    it("for the queue moves nothing where a leg can't be accepted, also when it is sent again with another", async () => {
      const [from = ""] = await makeBalances(ledger, 1);
      const name = "accepted";
      const reference = name;
      const impossible = await split(from, name, { reference }, last);
      expect([impossible.status, textOf(impossible, "status")]).toEqual([201, "QUEUED"]);
      await ledger.settle();
      expect(await received(name)).toEqual([{ legs: 0, balance: 0 }]);
      await split(from, name, { reference: `${name}-whole` });
      const longer = [...legs(name), { identifier: `@${name}-more`, precise_distribution: "1" }];
      const again = { reference: `${name}-whole`, precise_amount: BigInt(count) + 1n, destinations: longer };
      expect((await split(from, name, again)).status).toBe(201);
      await ledger.settle();
      expect(await received(name)).toEqual([{ legs: count, balance: count }]);
      expect([(await amounts(from))[0], await work()]).toEqual([-BigInt(count), []]);
    }, 60_000);

    it("stops at the leg that is refused, and keeps those before it unless it is atomic", async () => {
      for (const atomic of [false, true]) {
        const [from = ""] = await makeBalances(ledger, 1);
        const name = atomic ? "undone" : "kept";
        const answer = await split(from, name, { skip_queue: true, atomic }, last);
        expect([answer.status, codeOf(answer)]).toEqual([404, "TXN_NOT_FOUND"]);
        const kept = atomic ? 0 : last;
        expect(detailsOf(answer)).toEqual({ leg: BigInt(last), made: BigInt(kept) });
        await ledger.settle();
        expect(await received(name)).toEqual([{ legs: kept, balance: kept }]);
        expect((await amounts(from))[0]).toBe(-BigInt(kept));
        expect(await work()).toEqual([]);
      }
    }, 60_000);
  });

  it("is previewed in turns, with every item's result", async () => {
    const [source = "", destination = ""] = await makeBalances(ledger, 2);
    const sent = Array.from({ length: 10_000 }, () => ({
      ...transactionBody.zero,
      ...item(source, destination),
      skip_queue: true,
    }));
    let turns = 0;
    const asked: number[] = [];
    const counting = setInterval(() => turns++, 0);
    const database: SqlDatabase = {
      query(sql, parameters) {
        asked.push(turns);
        return ledger.database.query(sql, parameters);
      },
    };
    const batch = { batchId: "bulk_dry", items: sent, atomic: false, skipQueue: true, runAsync: false };
    const answer = await dryBatch(batch, { database, now: createTimekeeper(() => new Date()), imitated });
    clearInterval(counting);
    const body = parseJson(answer.body);
    expect([member(body, "would_apply"), member(body, "results")]).toMatchObject([true, { length: 10_000 }]);
    // In one go nobody has a turn before the database is first asked, nor more than one after it was last.
    expect(asked[0]).toBeGreaterThan(0);
    expect(turns - (asked.at(-1) ?? 0)).toBeGreaterThan(1);
  }, 60_000);

  it.each([
    ["is not undone where it is not atomic", {}, [BigInt(count), 0n], /were not rolled back\.$/],
    ["is undone where it is atomic", { atomic: true }, [0n, 0n], /have been refunded\.$/],
    ["of holds too", { atomic: true, inflight: true }, [0n, 0n], /have been voided\.$/],
  ])(
    "that stops in a later part %s",
    async (_name, how, expected, text) => {
      const [from = "", to = ""] = await makeBalances(ledger, 2);
      const unfunded = item(to, from, { allow_overdraft: false, precise_amount: 100_000n });
      const answer = await post([...items(from, to), unfunded, item(from, to)], how);
      expect([answer.status, codeOf(answer)]).toEqual([400, "TXN_INSUFFICIENT_FUNDS"]);
      expect(member(answer.body, "error")).toMatch(new RegExp(`^failed to queue transaction ${count + 1} `));
      expect(member(answer.body, "error")).toMatch(text);
      await ledger.settle();
      expect([await amounts(to), await work()]).toEqual([expected, []]);
    },
    60_000,
  );

  it("of holds is committed by its id, queued or not, and then refunded", async () => {
    const [from = "", to = ""] = await makeBalances(ledger, 2);
    for (const skip_queue of [true, false]) {
      const batch = await post(items(from, to), { inflight: true });
      const id = textOf(batch, "batch_id");
      const action = { status: "commit", skip_queue };
      expect((await send(ledger, "PUT", `/transactions/inflight/${id}`, action)).status).toBe(200);
      await ledger.settle();
      expect([await amounts(to), await work()]).toEqual([[BigInt(count), 0n], []]);
      const back = await post(items(to, from), {});
      expect(await amounts(to)).toEqual([0n, 0n]);
      const refund = { skip_queue };
      const refunded = await send(ledger, "POST", `/refund-transaction/${textOf(back, "batch_id")}`, refund);
      expect(refunded.status).toBe(201);
      await ledger.settle();
      expect(await amounts(to)).toEqual([BigInt(count), 0n]);
      await post(items(to, from), {});
    }
  }, 60_000);

  it("of holds that are committed at once is not half undone", async () => {
    const [from = "", to = ""] = await makeBalances(ledger, 2);
    const due = { inflight_commit_date: "2026-01-01T00:00:00Z" };
    const holds = Array.from({ length: count }, () => item(from, to, due));
    const unfunded = item(to, from, { allow_overdraft: false, precise_amount: 100_000n });
    const answer = await post([...holds, unfunded], { atomic: true, inflight: true });
    expect([answer.status, codeOf(answer)]).toEqual([400, "TXN_INSUFFICIENT_FUNDS"]);
    await ledger.settle();
    expect([await amounts(to), await work()]).toEqual([[0n, 0n], []]);
  }, 60_000);

  it("takes a reference once, also when two of its parts want it", async () => {
    const [from = "", to = ""] = await makeBalances(ledger, 2);
    const sent = items(from, to);
    const answer = await post([...sent, { ...item(from, to), reference: sent[0]?.reference }], {});
    expect([answer.status, codeOf(answer)]).toEqual([409, "TXN_DUPLICATE_REFERENCE"]);
    expect(await amounts(to)).toEqual([BigInt(count), 0n]);
  }, 60_000);
});

describe("what is large and the database fails in the middle of", () => {
  interface Large {
    readonly path: string;
    readonly body: object;
  }
  const common = { precision: 100, currency: "USD", description: "Part", allow_overdraft: true };

  function largeBatch(source: string, destination: string): Large {
    const transactions = Array.from({ length: count }, (_, index) => ({
      ...{ ...common, precise_amount: 1n, reference: `cut-${index + 1}`, source, destination },
    }));
    return { path: "/transactions/bulk", body: { transactions } };
  }

  function largeSplit(source: string): Large {
    const destinations = Array.from({ length: count }, (_, index) => ({
      ...{ identifier: `@leg-${index}`, precise_distribution: "1" },
    }));
    const body = { ...common, precise_amount: BigInt(count), reference: "cut", source, destinations };
    return { path: "/transactions", body };
  }

  /** What the database refuses the second part of, or another, and what else it refuses; then all is well again. */
  async function interrupted(
    how: object,
    alsoRefused = "false",
    large: typeof largeBatch = largeBatch,
    part = 2,
  ) {
    const url = await server.createDatabase(`interrupted_${names++}`);
    const ledger = await openTestLedger([], { database: { kind: "server", url } });
    const [from = "", to = ""] = await makeBalances(ledger, 2);
    await ledger.database.query(
      "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut' USING ERRCODE = '53100'; END $$",
      [],
    );
    await ledger.database.query(
      `CREATE FUNCTION is_behind_first_part(made text) RETURNS boolean LANGUAGE sql AS $$ SELECT EXISTS (
         SELECT FROM blnk.transactions
         WHERE transaction_id = made AND substring(reference FROM '[0-9]+$')::integer > ${itemsPerCommit}) $$`,
      [],
    );
    await ledger.database.query(
      `CREATE TRIGGER cut BEFORE INSERT ON blnk.transactions FOR EACH ROW
         WHEN (NEW.reference IN ('cut-${part * itemsPerCommit}', 'cut_${part * itemsPerCommit}') OR ${alsoRefused}) EXECUTE FUNCTION cut()`,
      [],
    );
    const { path, body } = large(from, to);
    const answer = await send(ledger, "POST", path, { ...body, skip_queue: true, ...how });
    const balance = async () => -integerOf(await send(ledger, "GET", `/balances/${from}`), "balance");
    await ledger.settle();
    const meanwhile = await balance();
    await ledger.database.query("DROP TRIGGER cut ON blnk.transactions", []);
    await ledger.database.query("UPDATE annex.work SET due_at = now() - interval '1 day'", []);
    await ledger.settle();
    const left = await ledger.database.query("SELECT kind FROM annex.work", []);
    const rows = await ledger.database.query(
      "SELECT count(*)::integer AS n FROM blnk.transactions WHERE reference ~ '^cut[-_][0-9]+$'",
      [],
    );
    const seen = {
      status: answer.status,
      text: member(answer.body, "error"),
      details: detailsOf(answer),
      meanwhile,
      after: await balance(),
    };
    await ledger.close();
    return { ...seen, left, rows: rows[0]?.["n"] };
  }

  const part = BigInt(itemsPerCommit);
  const refused = `failed to queue transaction ${itemsPerCommit + 1} `;

  describe("a split", () => {
    const kept = (made: bigint) => ({ reference: expect.any(String), leg: part, made });

    it("made at once says how far it came", async () => {
      const seen = await interrupted({}, "false", largeSplit);
      const rows = { rows: itemsPerCommit, left: [] };
      expect(seen).toMatchObject({
        status: 500,
        details: kept(part),
        meanwhile: part,
        after: part,
        ...rows,
      });
    }, 60_000);

    it("is undone, if it is atomic", async () => {
      const seen = await interrupted({ atomic: true }, "false", largeSplit);
      expect(seen).toMatchObject({ status: 500, details: kept(0n), meanwhile: 0n, after: 0n, left: [] });
    }, 60_000);

    it("is undone behind the answer, if that fails too", async () => {
      const seen = await interrupted({ atomic: true }, "NEW.reference LIKE '%refund%'", largeSplit);
      const text = expect.stringContaining("Legs before it are not undone yet: ");
      expect(seen).toMatchObject({
        status: 500,
        text,
        details: kept(part),
        meanwhile: part,
        after: 0n,
        left: [],
      });
    }, 60_000);

    it("says how many legs stand, if undoing it is cut short", async () => {
      const behindFirst = "NEW.reference LIKE '%refund%' AND is_behind_first_part(NEW.parent_transaction)";
      const seen = await interrupted({ atomic: true }, behindFirst, largeSplit, 3);
      expect(seen).toMatchObject({
        status: 500,
        text: expect.stringContaining("Legs before it are not undone yet: "),
        details: { reference: expect.any(String), leg: 2n * part, made: part },
        meanwhile: part,
        after: 0n,
        left: [],
      });
    }, 60_000);

    it.each([false, true])(
      "for the queue is not there at all (atomic: %s)",
      async (atomic) => {
        const seen = await interrupted({ atomic, skip_queue: false }, "false", largeSplit);
        expect(seen).toMatchObject({ status: 500, meanwhile: 0n, after: 0n, rows: 0, left: [] });
      },
      60_000,
    );
  });

  it("a batch goes on where it was, if it was accepted", async () => {
    const seen = await interrupted({ run_async: true });
    expect(seen).toMatchObject({ status: 202, meanwhile: part, after: BigInt(count), rows: count, left: [] });
  }, 60_000);

  it("a batch says how far it came", async () => {
    const seen = await interrupted({});
    const text = expect.stringMatching(new RegExp(`^${refused}.*were not rolled back\\.$`));
    expect(seen).toMatchObject({ status: 400, text, meanwhile: part, after: part, left: [] });
  }, 60_000);

  it("a batch is undone, if it is atomic", async () => {
    const seen = await interrupted({ atomic: true });
    const text = expect.stringMatching(new RegExp(`^${refused}.*have been refunded\\.$`));
    expect(seen).toMatchObject({ status: 400, text, meanwhile: 0n, after: 0n, left: [] });
  }, 60_000);

  it("a batch is undone behind the answer, if that fails too", async () => {
    const seen = await interrupted({ atomic: true }, "NEW.reference LIKE '%refund%'");
    const text = expect.stringMatching(new RegExp(`^${refused}.*Failed to roll back all transactions: .+`));
    expect(seen).toMatchObject({ status: 400, text, meanwhile: part, after: 0n, left: [] });
  }, 60_000);
});

describe("work in parts", () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({ transaction_id: `txn_${from + index}` }));

  it("acts on each row once, though others come before them while it waits", async () => {
    const acted: string[] = [];
    let progress: WorkProgress | null = null;
    let isBroken = false;
    const posting = {
      post: async ({ description, advances }: Order & { readonly description?: readonly string[] }) => {
        if (isBroken) throw new Error("broken");
        acted.push(...(description ?? []));
        progress = advances?.to([]) ?? null;
        isBroken = acted.length < 100;
        return { outcomes: [], after: [] };
      },
    };
    const context = { posting } as unknown as PostingContext;
    const carryOut = (found: readonly { readonly transaction_id: string }[]) =>
      carryOutInParts(
        context,
        found,
        (some) => ({
          movements: [],
          onRefusal: "continue",
          description: some.map((row) => row.transaction_id),
        }),
        { workId: "1", progress },
      );
    await expect(carryOut(rows(0, 150))).rejects.toThrow("broken");
    isBroken = false;
    await carryOut([...rows(500, 600), ...rows(0, 150)]);
    expect(acted).toEqual(rows(0, 150).map((row) => row.transaction_id));
    expect(progress).toBeNull();
  });

  it("tells the caller what was made and what failed, and nothing where nobody knows", async () => {
    const stored = { kind: "stored", row: {} } as Outcome;
    const failing = (error: OrderFailed) => {
      let commits = 0;
      const post = async ({ description }: Order & { readonly description?: number }) => {
        commits += 1;
        if (commits === 2) throw error;
        return { outcomes: Array.from({ length: description ?? 0 }, () => stored), after: [] };
      };
      const context = { posting: { post } } as unknown as PostingContext;
      return postInParts(context, rows(0, 150), ({ length }) => ({
        ...{ movements: [], description: length },
        onRefusal: "continue",
      }));
    };
    const outcomes = await failing(new OrderFailed({ code: "not_recorded" }, "fault_1", undefined));
    const refused = { kind: "refused", refusal: { code: "not_recorded" }, reference: "fault_1" };
    expect(outcomes.slice(0, itemsPerCommit)).toEqual(Array.from({ length: itemsPerCommit }, () => stored));
    expect(outcomes.slice(itemsPerCommit)).toEqual(
      Array.from({ length: 150 - itemsPerCommit }, () => refused),
    );
    const unknown = new OrderFailed({ code: "not_recorded" }, "fault_2", undefined, true);
    await expect(failing(unknown)).rejects.toBe(unknown);
  });

  it("is finished by nobody who does not know how far it is", async () => {
    const url = await server.createDatabase("places");
    const engine = await openEngine({ kind: "server", url });
    await migrate(engine.database);
    const posting = createPosting(engine.posting, {
      now: () => "2026-01-01 00:00:00",
      onFault: (error) => expect.fail(String(error)),
      commitsAtOnce: 1,
    });
    const workId = await addLeasedWork(engine.database, { kind: "x", dueAt: "2026-01-01", payload: {} }, 60);
    const step = (from: WorkProgress | null, to: WorkProgress | undefined) =>
      posting.post({ movements: [], onRefusal: "continue", advances: { workId, from, to: () => to } });
    await step(null, { made: 1 });
    for (const from of [null, { made: 2 }, { made: 1, stopped: true }]) {
      await expect(step(from, { made: 3 })).rejects.toThrow(FinishedElsewhere);
      await expect(step(from, undefined)).rejects.toThrow(FinishedElsewhere);
    }
    await step({ made: 1 }, undefined);
    expect(await engine.database.query("SELECT work_id FROM annex.work", [])).toEqual([]);
    await engine.close();
  });
});

describe("an atomic batch or split that somebody else takes for abandoned", () => {
  type Besides = (context: PostingContext, batchId: string, work: AcceptedWork) => Promise<void>;

  interface Disturbed {
    /** What posting sees of the database. */
    readonly through?: (database: TransactionalDatabase) => TransactionalDatabase;
    /** Comes before each order behind the second. */
    readonly whileUndone?: (context: PostingContext, order: Order) => Promise<void>;
    /** Which item wants more than there is. */
    readonly unfunded?: number;
    /** Of a split: whether it is made whole or not at all (so it is). */
    readonly isAtomic?: boolean;
  }
  const itself = (database: TransactionalDatabase) => database;
  const nothing = async () => {};

  /** Makes something under a group's id, and says what it stopped at. */
  type Make<Failure> = (
    context: PostingContext,
    groupId: string,
    sides: { readonly source: string; readonly destination: string },
  ) => Promise<Failure | undefined>;

  /** Makes three parts and more; `besides` is done by somebody else before the second is made. */
  async function disturbed<Failure>(
    besides: Besides,
    { through = itself, whileUndone = nothing }: Disturbed,
    make: Make<Failure>,
  ) {
    const url = await server.createDatabase(`overtaken_${names++}`);
    const ledger = await openTestLedger([], { database: { kind: "server", url } });
    const [source = "", destination = ""] = await makeBalances(ledger, 2);
    await ledger.close();
    const { database, posting: postingDatabase, close } = await openEngine({ kind: "server", url });
    const now = createTimekeeper(() => new Date());
    const posting = createPosting(through(postingDatabase), {
      now: () => toTimestampText(now()),
      onFault: (error) => expect.fail(String(error)),
      commitsAtOnce: 2,
    });
    let workId = "";
    let posted = 0;
    const work: PostingContext["work"] = {
      add: (items) => addWork(database, items),
      wake: () => {},
      async during(item, doing) {
        workId = await addLeasedWork(database, item, 60);
        return doing(workId);
      },
    };
    const undisturbed: PostingContext = { database, now, posting, work, imitated };
    const batchId = "bulk_overtaken";
    const post = async (order: Order) => {
      posted += 1;
      if (posted === 2) await besides(undisturbed, batchId, { workId, progress: { made: itemsPerCommit } });
      if (posted > 2) await whileUndone(undisturbed, order);
      return posting.post(order);
    };
    const context = { ...undisturbed, posting: { ...posting, post } };
    const failure = await make(context, batchId, { source, destination });
    const rows = await database.query(
      "SELECT status, count(*)::integer AS n FROM blnk.transactions GROUP BY status ORDER BY status",
      [],
    );
    const left = await database.query("SELECT progress FROM annex.work WHERE kind = $1", [undoBatchKind]);
    await close();
    return { failure, rows, left };
  }

  async function sent(besides: Besides, how: Disturbed = {}) {
    const { unfunded = -1 } = how;
    const { failure, rows, left } = await disturbed(
      besides,
      how,
      (context, batchId, { source, destination }) => {
        const items = Array.from({ length: count }, (_, index) => ({
          ...{
            ...transactionBody.zero,
            precise_amount: index === unfunded ? 10n ** 15n : 1n,
            precision: 100,
            currency: "USD",
            description: "Part",
          },
          ...{ reference: `overtaken-${index}`, source, destination, skip_queue: true },
          allow_overdraft: index !== unfunded,
        }));
        return postBatch(context, { batchId, items, atomic: true });
      },
    );
    if (failure === undefined) throw new Error("it was made");
    const answer = bulkFailure(failure, { batchId: "bulk_overtaken", atomic: true, inflight: false });
    return { status: answer.status, text: answer.message, rows, left };
  }

  /** A split in its stead, one of whose legs may be impossible. */
  async function split(besides: Besides, how: Disturbed = {}) {
    const { failure, rows, left } = await disturbed(besides, how, (context, groupId, { source }) => {
      const destinations = Array.from({ length: count }, (_, index) => ({
        ...{ identifier: index === how.unfunded ? "bln_none" : `@leg-${index}`, transaction_id: "" },
        ...{ distribution: "", precise_distribution: "1" },
      }));
      const request = {
        ...{ ...transactionBody.zero, precise_amount: BigInt(count), precision: 100, currency: "USD" },
        ...{ reference: "overtaken", description: "Part", source, destinations },
        ...{ allow_overdraft: true, skip_queue: true, atomic: how.isAtomic ?? true },
      };
      const prepared = { ...prepareRequest(request, context.now), transactionId: groupId };
      return postSeries(context, legSeries(context, prepared));
    });
    const { index, refusal, notUndone } = failure ?? {};
    return { index, code: refusal?.code, notUndone, rows, left };
  }

  const refundedOnce = [
    { status: "APPLIED", n: itemsPerCommit },
    { status: "QUEUED", n: itemsPerCommit },
  ];
  const text = (end: string) =>
    expect.stringMatching(
      new RegExp(`^failed to queue transaction ${itemsPerCommit + 1} .*failed to acquire lock: .*${end}`),
    );

  it("and undoes is told as locked, and as undone", async () => {
    const ofSplit = await split((context, groupId, work) => undoBatch(context, groupId, work));
    expect(ofSplit).toEqual({ index: itemsPerCommit, code: "kept_locked", rows: refundedOnce, left: [] });
    const seen = await sent((context, batchId, work) => undoBatch(context, batchId, work));
    expect(seen).toEqual({ status: 423, text: text("have been refunded\\.$"), rows: refundedOnce, left: [] });
  }, 60_000);

  it("and has begun to undo is undone from there on", async () => {
    const seen = await sent(async ({ posting }, _batchId, { workId, progress: from }) => {
      const to = { stopped: true, undone: "0" };
      await posting.post({ movements: [], onRefusal: "continue", advances: { workId, from, to: () => to } });
    });
    expect(seen).toEqual({ status: 423, text: text("have been refunded\\.$"), rows: refundedOnce, left: [] });
  }, 60_000);

  it("and undoes a step of it after each of ours is undone, once, and told so", async () => {
    let lost = 0;
    const undoesAsWell = async ({ posting }: PostingContext, { advances }: Order) => {
      if (advances === undefined || lost === 2) return;
      lost += 1;
      const { workId, from } = advances;
      const to = { stopped: true, undone: "0", step: lost };
      await posting.post({ movements: [], onRefusal: "continue", advances: { workId, from, to: () => to } });
    };
    const seen = await sent(nothing, { whileUndone: undoesAsWell, unfunded: itemsPerCommit });
    expect(lost).toBe(2);
    expect(seen).toEqual({
      status: 400,
      text: expect.stringMatching(/insufficient funds.*have been refunded\.$/),
      rows: refundedOnce,
      left: [],
    });
  }, 60_000);

  /** The next commit is made, and the connection lost before anybody knows. */
  function loseCommits() {
    let isToBeLost = false;
    return {
      next: async () => {
        isToBeLost = true;
      },
      isWaiting: () => isToBeLost,
      through: (database: TransactionalDatabase): TransactionalDatabase => ({
        query: (...asked) => database.query(...asked),
        execute: (sql) => database.execute(sql),
        close: () => database.close(),
        async transaction(work) {
          const made = await database.transaction(work);
          if (!isToBeLost) return made;
          isToBeLost = false;
          throw new DatabaseError("lost after the commit", outcomeUnknown, undefined, undefined);
        },
      }),
    };
  }

  it("is not what it is where the connection is lost: the refusal stays what it was", async () => {
    const lost = loseCommits();
    const ofSplit = await split(lost.next, { through: lost.through, unfunded: itemsPerCommit });
    expect(lost.isWaiting()).toBe(false);
    expect(ofSplit).toMatchObject({ index: itemsPerCommit, rows: refundedOnce, left: [] });
    expect(ofSplit.code).not.toBe("kept_locked");
    const seen = await sent(lost.next, { through: lost.through, unfunded: itemsPerCommit });
    expect(lost.isWaiting()).toBe(false);
    expect(seen).toEqual({
      status: 400,
      text: expect.stringMatching(/insufficient funds.*have been refunded\.$/),
      rows: refundedOnce,
      left: [],
    });
  }, 60_000);

  it("is another matter where it is not atomic: a commit that is lost is found, and no leg is made twice", async () => {
    const lost = loseCommits();
    const ofSplit = await split(lost.next, { through: lost.through, isAtomic: false });
    expect(lost.isWaiting()).toBe(false);
    expect(ofSplit).toMatchObject({ index: undefined, rows: [{ status: "APPLIED", n: count }], left: [] });
  }, 60_000);
});
