import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ledger, openLedger } from "../index.ts";
import { createDataReader } from "./index.ts";

describe("totals of transactions", () => {
  let ledger: Ledger;
  let now = 0;
  let rowsRead: string[] = [];

  beforeAll(async () => {
    ledger = await openLedger({ database: { kind: "embedded" } });
  });

  afterAll(() => ledger?.close());

  async function add(count: number, currency: string): Promise<void> {
    await ledger.database.query(
      `INSERT INTO blnk.transactions (transaction_id, currency, status, precise_amount, amount, meta_data)
       SELECT 'txn_' || gen_random_uuid(), $1, 'APPLIED', 1, 1, '{"kind":"sale"}' FROM generate_series(1, $2::text::int)`,
      [currency, String(count)],
    );
  }

  it("stay exact while rows come in, and remember only what is settled", async () => {
    const database = {
      query: (text: string, parameters: readonly unknown[], options: { readonly planAnew: true }) => {
        rowsRead.push(text);
        return ledger.database.query(text, parameters, options);
      },
    };
    const reader = createDataReader(database, { clock: () => now });
    const total = async (query: string): Promise<number> => {
      rowsRead = [];
      const answer: { readonly total: number } = JSON.parse(
        await reader.list("transactions", new URLSearchParams(query)),
      );
      return answer.total;
    };
    const countsNewerOnly = (): boolean => rowsRead.some((text) => text.includes('AND "id" >'));

    await add(30, "USD");
    expect(await total("currency_eq=USD")).toBe(30);
    await add(2, "USD");
    expect(await total("currency_eq=USD")).toBe(32);
    expect(countsNewerOnly()).toBe(false);
    now += 10_000;
    expect(await total("currency_eq=USD")).toBe(32);
    await add(3, "USD");
    await add(3, "EUR");
    expect(await total("currency_eq=USD")).toBe(35);
    expect(countsNewerOnly()).toBe(true);
    expect(await total("currency_eq=EUR")).toBe(3);
    now += 10_000;
    await add(2_500, "USD");
    expect(await total("currency_eq=USD")).toBe(2_535);
    now += 10_000;
    expect(await total("currency_eq=USD")).toBe(2_535);
    expect(await total("currency_eq=USD")).toBe(2_535);
  });

  it("are counted anew where metadata is asked for, since it changes", async () => {
    const reader = createDataReader(ledger.database, { clock: () => now });
    const sales = async (): Promise<string> =>
      reader.list("transactions", new URLSearchParams("meta_data.kind_eq=sale&pageSize=1"));
    const before: { readonly total: number } = JSON.parse(await sales());
    now += 10_000;
    await sales();
    now += 10_000;
    await sales();
    await ledger.database.query("UPDATE blnk.transactions SET meta_data = '{}' WHERE currency = 'EUR'", []);
    expect(JSON.parse(await sales())).toMatchObject({ total: before.total - 3 });
  });
});
