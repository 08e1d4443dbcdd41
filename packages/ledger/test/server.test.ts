/**
 * The same ledger on a PostgreSQL server: the recordings, and two ledgers on one database, where nothing but
 * the database keeps them from each other's toes.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PostgresServer, startPostgres } from "../../../tests/support/postgres-server.ts";
import type { Ledger, LedgerOptions } from "../src/index.ts";
import { type Answered, codeOf, integerOf, makeBalances, openTestLedger, send, textOf } from "./harness.ts";
import { brokenInvariants } from "./invariants.ts";
import { recordings, replay } from "./replay.ts";

describe("on a PostgreSQL server", () => {
  const faults: unknown[] = [];
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);

  afterAll(async () => {
    await server.stop();
    expect(faults).toEqual([]);
  });

  let databases = 0;

  const open = (url: string, options: Partial<LedgerOptions> = {}): Promise<Ledger> =>
    openTestLedger(faults, { ...options, database: { kind: "server", url } });

  it("replays the recordings equal", async () => {
    const files = await recordings();
    const report = await replay(
      async (options) => open(await server.createDatabase(`recordings_${databases++}`), options),
      files,
    );
    expect(report.length).toBe(files.length);
    expect(report.filter(({ ok }) => !ok)).toEqual([]);
  }, 240_000);

  describe("with two ledgers on one database", () => {
    let ledgers: readonly [Ledger, Ledger];
    let balances: readonly string[];

    beforeAll(async () => {
      const url = await server.createDatabase("shared");
      ledgers = await Promise.all([open(url), open(url)]);
      balances = await makeBalances(ledgers[0], 3);
    }, 60_000);

    afterAll(async () => {
      await Promise.all(ledgers.map((ledger) => ledger.close()));
    });

    const body = (
      reference: string,
      source: string,
      destination: string,
      precise: bigint,
      more: object = {},
    ) => ({
      precise_amount: precise,
      precision: 100,
      currency: "USD",
      reference,
      description: "Shared",
      source,
      destination,
      skip_queue: true,
      ...more,
    });

    function both(index: number): Ledger {
      return index % 2 === 0 ? ledgers[0] : ledgers[1];
    }

    async function post(index: number, request: object): Promise<Answered> {
      return send(both(index), "POST", "/transactions", request);
    }

    it("never overdraws a balance that both spend from", async () => {
      const [purse = "", shop = ""] = balances;
      await post(0, body("fund", "@World", purse, 100n, { allow_overdraft: true }));
      const spent = await Promise.all(
        Array.from({ length: 60 }, (_, index) => post(index, body(`spend-${index}`, purse, shop, 5n))),
      );
      expect(spent.filter(({ status }) => status === 201).length).toBe(20);
      const refused = spent.filter(({ status }) => status !== 201);
      expect(new Set(refused.map(codeOf))).toEqual(new Set(["TXN_INSUFFICIENT_FUNDS"]));
      const read = await send(ledgers[1], "GET", `/balances/${purse}`);
      expect(integerOf(read, "balance")).toBe(0n);
    }, 60_000);

    it("gives a reference to one of them only", async () => {
      const [, shop = "", bank = ""] = balances;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          post(index, body("once", "@World", index % 4 < 2 ? shop : bank, 1n, { allow_overdraft: true })),
        ),
      );
      expect(answers.filter(({ status }) => status === 201).length).toBe(1);
      const rest = answers.filter(({ status }) => status !== 201);
      expect(new Set(rest.map(({ status }) => status))).toEqual(new Set([409]));
    }, 60_000);

    it("settles a hold once, whoever asks", async () => {
      const [, shop = "", bank = ""] = balances;
      const hold = await post(0, body("hold", shop, bank, 10n, { inflight: true, allow_overdraft: true }));
      const path = `/transactions/inflight/${textOf(hold, "transaction_id")}`;
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          send(both(index), "PUT", path, { status: index % 3 === 0 ? "void" : "commit", skip_queue: true }),
        ),
      );
      expect(answers.filter(({ status }) => status === 200).length).toBe(1);
    }, 60_000);

    it("does queued work once, though both look for it", async () => {
      const [, shop = "", bank = ""] = balances;
      const before = integerOf(await send(ledgers[0], "GET", `/balances/${bank}`), "credit_balance");
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          post(index, body(`queued-${index}`, shop, bank, 1n, { skip_queue: false, allow_overdraft: true })),
        ),
      );
      const deadline = Date.now() + 45_000;
      let credit = before;
      while (credit < before + 100n && Date.now() < deadline) {
        await Promise.all(ledgers.map((ledger) => ledger.settle()));
        credit = integerOf(await send(ledgers[0], "GET", `/balances/${bank}`), "credit_balance");
      }
      expect(credit).toBe(before + 100n);
      expect(await brokenInvariants(ledgers[0].database)).toEqual([]);
    }, 60_000);
  });
});
