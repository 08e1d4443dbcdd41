/** The official TypeScript client, unchanged, against the ledger's HTTP door. */
import { BlnkInit } from "@blnkfinance/blnk-typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ledger, Listening } from "../src/index.ts";
import { openTestLedger } from "./harness.ts";

const key = "a key of the test";

describe("the official TypeScript client", () => {
  const faults: unknown[] = [];
  let ledger: Ledger;
  let door: Listening;
  let client: ReturnType<typeof BlnkInit>;

  beforeAll(async () => {
    ledger = await openTestLedger(faults, { key });
    door = await ledger.listen({ port: 0 });
    const quiet = { info() {}, error() {}, debug() {} };
    client = BlnkInit(key, { baseUrl: `${door.url}/`, logger: quiet });
  }, 120_000);

  afterAll(async () => {
    await door.close();
    await ledger.close();
    expect(faults).toEqual([]);
  });

  const common = { precision: 100, currency: "USD", description: "By the client" };

  async function newBalance(): Promise<string> {
    const made = await client.Ledgers.create({ name: "Customers", meta_data: {} });
    const ledgerId = made.data?.ledger_id ?? "";
    const balance = await client.LedgerBalances.create({
      ledger_id: ledgerId,
      currency: "USD",
      meta_data: {},
    });
    expect([made.status, balance.status]).toEqual([201, 201]);
    return balance.data?.balance_id ?? "";
  }

  it("asks for the key and for health", async () => {
    expect(await client.System.health()).toMatchObject({ status: 200, data: { status: "UP" } });
    const stranger = BlnkInit("another key", {
      baseUrl: `${door.url}/`,
      logger: { info() {}, error() {}, debug() {} },
    });
    expect((await stranger.Ledgers.create({ name: "No", meta_data: {} })).status).toBe(401);
  });

  it("posts, reads, splits and refunds", async () => {
    const balance = await newBalance();
    const made = await client.Transactions.create({
      ...common,
      amount: 50,
      reference: "client-1",
      source: "@Funding",
      destination: balance,
      allow_overdraft: true,
      skip_queue: true,
    });
    expect(made).toMatchObject({ status: 201, data: { status: "APPLIED", precise_amount: 5000 } });
    const id = made.data?.transaction_id ?? "";
    expect(await client.Transactions.get(id)).toMatchObject({ status: 200, data: { reference: "client-1" } });
    const refund = await client.Transactions.refund(id, { skip_queue: true });
    expect(refund).toMatchObject({ status: 201, data: { status: "APPLIED", parent_transaction: id } });
    const read = await client.LedgerBalances.get(balance);
    expect(read).toMatchObject({
      status: 200,
      data: { balance: 0, credit_balance: 5000, debit_balance: 5000 },
    });
  });

  it("queues a hold and settles it, one by one and in bulk", async () => {
    const balance = await newBalance();
    const hold = async (reference: string) => {
      const made = await client.Transactions.create({
        ...common,
        amount: 10,
        reference,
        source: "@Funding",
        destination: balance,
        allow_overdraft: true,
        inflight: true,
      });
      expect(made).toMatchObject({ status: 201, data: { status: "QUEUED" } });
      return made.data?.transaction_id ?? "";
    };
    const [first, second, third] = [
      await hold("client-h1"),
      await hold("client-h2"),
      await hold("client-h3"),
    ];
    await ledger.settle();
    const queued = await client.Transactions.updateStatus(first, { status: "commit" });
    expect(queued).toMatchObject({ status: 200, data: { queued: true } });
    const committed = await client.Transactions.bulkCommitInflight({
      skip_queue: true,
      transactions: [{ transaction_id: second }],
    });
    expect(committed).toMatchObject({ status: 200, data: { succeeded: 1, failed: 0 } });
    const voided = await client.Transactions.bulkVoidInflight({ skip_queue: true, transaction_ids: [third] });
    expect(voided).toMatchObject({ status: 200, data: { results: [{ status: "succeeded" }] } });
    await ledger.settle();
    expect(await client.LedgerBalances.get(balance)).toMatchObject({
      data: { balance: 2000, inflight_balance: 0 },
    });
  });

  it("creates a batch, an identity and its metadata", async () => {
    const balance = await newBalance();
    const batch = await client.Transactions.createBulk({
      skip_queue: true,
      transactions: [
        {
          ...common,
          amount: 1,
          reference: "client-b1",
          source: "@Funding",
          destination: balance,
          allow_overdraft: true,
        },
        {
          ...common,
          amount: 2,
          reference: "client-b2",
          source: "@Funding",
          destination: balance,
          allow_overdraft: true,
        },
      ],
    });
    expect(batch).toMatchObject({ status: 201, data: { status: "applied", transaction_count: 2 } });
    const noted = await client.Metadata.update(balance, { meta_data: { tier: "gold" } });
    expect(noted).toMatchObject({ status: 200, data: { meta_data: { tier: "gold" } } });
  });
});
