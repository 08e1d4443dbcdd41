import { type Ledger, openLedger } from "@annex/ledger";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataReader } from "./index.ts";

describe("totals of transactions", () => {
  let ledger: Ledger;
  let now = 0;
  let rowsRead: string[] = [];
  const watched = {
    query: (text: string, parameters: readonly unknown[], options: { readonly planAnew: true }) => {
      rowsRead.push(text);
      return ledger.database.query(text, parameters, options);
    },
  };

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
    const reader = createDataReader(watched, { clock: () => now });
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

  it("are the same told from counts by day as counted row by row, while rows come in", async () => {
    const reader = createDataReader(watched, { clock: () => now });
    const addOverDays = (count: number) =>
      ledger.database.query(
        `INSERT INTO blnk.transactions (transaction_id, currency, status, precise_amount, amount, created_at)
         SELECT 'txn_' || gen_random_uuid(), 'CHF', 'APPLIED', 1, 1, timestamp '2026-01-01' + i * interval '7 hours'
         FROM generate_series(1, $1::text::int) AS i`,
        [String(count)],
      );
    const spans = [
      "created_at_gte=2026-01-04",
      "created_at_gt=2026-01-04",
      "created_at_gte=2026-01-03T05:00:00Z&created_at_lt=2026-01-09T14:00:00Z",
      "created_at_between=2026-01-02%7C2026-01-05",
      "created_at_lte=2026-01-06T00:00:00Z",
      "created_at_lt=2026-01-01",
      "created_at_gte=2026-01-05T01:00:00Z&created_at_lt=2026-01-05T20:00:00Z",
    ];
    const counted = async (span: string): Promise<unknown> => {
      const fresh = createDataReader(ledger.database, { clock: () => now });
      return JSON.parse(await fresh.list("transactions", new URLSearchParams(`currency_eq=CHF&${span}`)));
    };
    let byDay = 0;
    for (let round = 0; round < 6; round += 1) {
      await addOverDays(round === 3 ? 2_100 : 40);
      for (const span of spans) {
        now += 60;
        rowsRead = [];
        const told = await reader.list("transactions", new URLSearchParams(`currency_eq=CHF&${span}`));
        expect(JSON.parse(told), span).toEqual(await counted(span));
        byDay += rowsRead.some((text) => text.includes("AS behind")) ? 1 : 0;
      }
    }
    expect(byDay).toBeGreaterThan(3);
  });
});
