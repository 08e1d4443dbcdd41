/**
 * Batches that are made in several commits (contract section 12): to whoever sent one nothing is different, others
 * have their turn between two parts, and one that a kill interrupted is made or undone whole.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger, LedgerDatabase } from "../src/index.ts";
import { itemsPerCommit } from "../src/posting/parts.ts";
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
beforeAll(async () => {
  server = await startPostgres();
}, 120_000);
afterAll(() => server.stop(), 60_000);

const count = 3 * itemsPerCommit;
let names = 0;

const engines: readonly [string, () => Promise<LedgerDatabase>][] = [
  ["embedded", async () => ({ kind: "embedded" })],
  ["server", async () => ({ kind: "server", url: await server.createDatabase(`batches_${names++}`) })],
];

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
    expect(meanwhile).toBeGreaterThan(1);
    expect(await amounts(to)).toEqual([BigInt(count), 0n]);
    const rows = await ledger.database.query(
      "SELECT reference FROM blnk.transactions WHERE parent_transaction = $1 ORDER BY created_at",
      [textOf(answer, "batch_id")],
    );
    expect(rows.map(({ reference }) => reference)).toEqual(sent.map(({ reference }) => reference));
    expect(await work()).toEqual([]);
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

  it("takes a reference once, also when two of its parts want it", async () => {
    const [from = "", to = ""] = await makeBalances(ledger, 2);
    const sent = items(from, to);
    const answer = await post([...sent, { ...item(from, to), reference: sent[0]?.reference }], {});
    expect([answer.status, codeOf(answer)]).toEqual([409, "TXN_DUPLICATE_REFERENCE"]);
    expect(await amounts(to)).toEqual([BigInt(count), 0n]);
  }, 60_000);
});

describe("a large batch that a kill interrupted", () => {
  /** Ends the ledger in the middle of a batch, as far as its database can tell, and opens it again. */
  async function interrupted(how: object) {
    const url = await server.createDatabase(`interrupted_${names++}`);
    const first = await openTestLedger([], { database: { kind: "server", url } });
    const [from = "", to = ""] = await makeBalances(first, 2);
    const transactions = Array.from({ length: count }, (_, index) => ({
      ...{ precise_amount: 1n, precision: 100, currency: "USD", description: "Part", allow_overdraft: true },
      ...{ reference: `cut-${index}`, source: from, destination: to },
    }));
    // The second part's last row is refused by the database, as at a kill before its commit.
    await first.database.query(
      "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut' USING ERRCODE = '53100'; END $$",
      [],
    );
    await first.database.query(
      `CREATE TRIGGER cut BEFORE INSERT ON blnk.transactions FOR EACH ROW
         WHEN (NEW.reference = 'cut-${2 * itemsPerCommit - 1}') EXECUTE FUNCTION cut()`,
      [],
    );
    const body = { transactions, skip_queue: true, ...how };
    const answer = await send(first, "POST", "/transactions/bulk", body);
    await first.settle();
    const balance = async (ledger: Ledger) =>
      integerOf(await send(ledger, "GET", `/balances/${to}`), "balance");
    const made = await balance(first);
    await first.close();
    const second = await openTestLedger([], { database: { kind: "server", url } });
    await second.database.query("DROP TRIGGER cut ON blnk.transactions", []);
    await second.database.query(
      "UPDATE annex.work SET leased_until = NULL, due_at = now() - interval '1 day'",
      [],
    );
    await second.settle();
    const rows = await second.database.query(
      "SELECT count(*)::integer AS n, count(DISTINCT reference)::integer AS d FROM blnk.transactions WHERE reference LIKE 'cut-%' AND status = 'APPLIED' AND reference NOT LIKE '%refund%'",
      [],
    );
    const left = await second.database.query("SELECT kind FROM annex.work", []);
    const seen = { status: answer.status, made, after: await balance(second), rows, left };
    await second.close();
    return seen;
  }

  it("goes on where it was, if it was accepted", async () => {
    const seen = await interrupted({ run_async: true });
    const rows = [{ n: count, d: count }];
    expect(seen).toMatchObject({
      status: 202,
      made: BigInt(itemsPerCommit),
      after: BigInt(count),
      rows,
      left: [],
    });
  }, 60_000);

  it("is undone, if it is atomic and nobody was told how it ended", async () => {
    const seen = await interrupted({ atomic: true });
    expect(seen).toMatchObject({ status: 500, made: BigInt(itemsPerCommit), after: 0n, left: [] });
  }, 60_000);
});
