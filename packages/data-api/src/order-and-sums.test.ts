/** What the local Cloud's dashboard asks beyond the Data API: another order than newest first, and sums by currency. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { transactions, writeBooks } from "../test/support/books.ts";
import { databases, type OpenDatabase } from "../test/support/databases.ts";
import { createDataReader, type DataReader } from "./index.ts";
import { sumsJson } from "./sums.ts";

type Row = (typeof transactions)[number];

describe.each(Object.entries(databases))("on %s", (_name, open) => {
  let opened: OpenDatabase;
  let reader: DataReader;

  beforeAll(async () => {
    opened = await open();
    await writeBooks(opened.database);
    reader = createDataReader(opened.database);
  });
  afterAll(() => opened.close());

  const ids = async (query: string, field: string, direction: "ascending" | "descending") => {
    const text = await reader.list("transactions", new URLSearchParams(query), {
      order: { field, direction },
    });
    return (JSON.parse(text) as { data: { transaction_id: string }[] }).data.map((row) => row.transaction_id);
  };

  const byCreation = (left: Row, right: Row) => (left.created_at < right.created_at ? 1 : -1);
  const byAmount = (left: Row, right: Row) => {
    const [less, more] = [BigInt(left.precise_amount) * 1n, BigInt(right.precise_amount) * 1n];
    return less === more ? byCreation(right, left) : less < more ? -1 : 1;
  };

  it.each(["ascending", "descending"] as const)(
    "orders by a field, %s, page after page, without a gap or a repeat",
    async (direction) => {
      const usd = transactions.filter((row) => row.currency === "USD").toSorted(byAmount);
      const wanted = (direction === "ascending" ? usd : usd.toReversed()).map((row) => row.transaction_id);
      const found: string[] = [];
      for (let page = 1; found.length < wanted.length; page += 1)
        found.push(...(await ids(`currency_eq=USD&page=${page}&pageSize=7`, "amount", direction)));
      expect(found).toEqual(wanted);
    },
  );

  it.each([
    ["reference", "ascending"],
    ["reference", "descending"],
    ["amount", "descending"],
    ["amount", "ascending"],
    ["effective_date", "descending"],
    ["created_at", "descending"],
    [undefined, undefined],
  ] as const)(
    "a span of time in the order of %s, %s, has the pages that it has where nobody looks",
    async (field, direction) => {
      const order = field === undefined ? undefined : { field, direction };
      const times = transactions.map(({ created_at }) => created_at).toSorted();
      const span = `created_at_gte=${encodeURIComponent(times[3] ?? "")}&created_at_lte=${encodeURIComponent(times.at(-3) ?? "")}`;
      const query = field === "created_at" ? span.replaceAll("created_at", "effective_date") : span;
      const pages = async (countTo?: number) => {
        const found: string[] = [];
        for (let page = 1; found.at(-1) !== ""; page += 1) {
          const asked = new URLSearchParams(`${query}&page=${page}&pageSize=15`);
          const text = await reader.list("transactions", asked, { order, countTo });
          const { data } = JSON.parse(text) as { data: { transaction_id: string }[] };
          found.push(data.map(({ transaction_id }) => transaction_id).join());
        }
        return found;
      };
      const all = await pages();
      expect(new Set(all).size).toBeGreaterThan(3);
      for (const countTo of [1, 10_000]) expect(await pages(countTo)).toEqual(all);
    },
  );

  it("finds a transaction by its id, by how its reference begins and by a part of it, and sums what it found", async () => {
    const row = transactions[3];
    if (row === undefined) throw new Error("The books have too few transactions.");
    const found = async (search: string, query = "") => {
      const text = await reader.list("transactions", new URLSearchParams(query), { search });
      return (JSON.parse(text) as { data: { transaction_id: string }[]; total: number }).data.map(
        (each) => each.transaction_id,
      );
    };
    expect(await found(row.transaction_id)).toEqual([row.transaction_id]);
    expect(await found(row.transaction_id.toUpperCase().slice(0, -2), "pageSize=200")).toContain(
      row.transaction_id,
    );
    expect(await found(row.reference.slice(0, -1), "pageSize=200")).toContain(row.transaction_id);
    expect(await found(row.reference.slice(1), "pageSize=200")).toContain(row.transaction_id);
    expect(await found(row.transaction_id, "status_eq=none")).toEqual([]);
    expect(await found("%")).toEqual([]);
    expect(await reader.sums("transactions", new URLSearchParams(), row.transaction_id)).toContain(
      `"count":1,"sum":${row.precise_amount}`,
    );
    await expect(reader.list("ledgers", new URLSearchParams(), { search: "x" })).rejects.toMatchObject({
      code: "unsupported_search",
    });
  });

  it("puts what has no value last, whichever way", async () => {
    const without = transactions.filter((row) => row.effective_date === null).length;
    expect(without).toBeGreaterThan(0);
    for (const direction of ["ascending", "descending"] as const) {
      const found = await ids("pageSize=200", "effective_date", direction);
      const last = found.slice(-without).map((id) => transactions.find((row) => row.transaction_id === id));
      expect(last.every((row) => row?.effective_date === null)).toBe(true);
    }
  });

  it("counts no further than it is told, and gives pages beyond that all the same", async () => {
    const all = transactions.length;
    const read = async (query: string, countTo: number) =>
      JSON.parse(await reader.list("transactions", new URLSearchParams(query), { countTo })) as {
        data: unknown[];
        total: number;
        total_is_minimum?: true;
      };
    expect(await read("pageSize=5", 7)).toMatchObject({
      data: { length: 5 },
      total: 7,
      total_is_minimum: true,
    });
    expect((await read("pageSize=5&page=3", 7)).data).toHaveLength(5);
    const exact = await read("pageSize=5", all);
    expect([exact.total, exact.total_is_minimum]).toEqual([all, undefined]);
  });

  it.each(["meta_data", "colour", "constructor", 'amount" DESC; --'])(
    "refuses to order by %s",
    async (field) => {
      await expect(
        reader.list("transactions", new URLSearchParams(), { order: { field, direction: "ascending" } }),
      ).rejects.toMatchObject({ status: 400, code: "unknown_field" });
    },
  );

  it("adds up what matches, apart by currency and precision, to the last digit", async () => {
    const text = await reader.sums("transactions", new URLSearchParams("status_eq=APPLIED"));
    const sums = new Map<string, bigint>();
    for (const row of transactions.filter(({ status }) => status === "APPLIED")) {
      const key = `${row.currency}/${row.precision}`;
      sums.set(key, (sums.get(key) ?? 0n) + BigInt(row.precise_amount));
    }
    for (const [key, sum] of sums) {
      const [currency, precision] = key.split("/");
      expect(text).toContain(`"currency":"${currency}","precision":${precision}`);
      expect(text).toContain(`"sum":${sum}}`);
    }
    expect(text.match(/"sum"/g)).toHaveLength(sums.size);
  });

  it.each(["", "status_eq=APPLIED", "currency_eq=XXX"])(
    "adds up %s the same in one part and in many, also where a part is exactly full",
    async (query) => {
      const sums = (rowsAtOnce: number) =>
        sumsJson(opened.database, "blnk", "transactions", new URLSearchParams(query), undefined, rowsAtOnce);
      const whole = await sums(transactions.length + 1);
      for (const rowsAtOnce of [1, 7, transactions.length]) expect(await sums(rowsAtOnce)).toBe(whole);
    },
  );

  it("asks once where few match, however many others there are", async () => {
    const [row] = transactions;
    const { text, asked } = await sumsOfOne(row?.transaction_id);
    expect(text).toContain(`"count":1,"sum":${row?.precise_amount}`);
    expect(asked).toBe(1);
  });

  it("goes through the parts where one statement takes too long", async () => {
    const [row] = transactions;
    const cancelled = Object.assign(new Error("canceling statement"), { sqlState: "57014" });
    const { text, asked } = await sumsOfOne(row?.transaction_id, cancelled);
    expect(text).toContain(`"count":1,"sum":${row?.precise_amount}`);
    expect(asked).toBeGreaterThan(transactions.length);
  });

  /** The sums of one transaction, a row at a time, and how many statements they took; the first fails if so said. */
  async function sumsOfOne(id: string | undefined, failure?: Error) {
    let asked = 0;
    const counted = {
      ...opened.database,
      query: (text: string, parameters: readonly unknown[]) => {
        asked += 1;
        return asked === 1 && failure !== undefined
          ? Promise.reject(failure)
          : opened.database.query(text, parameters);
      },
    };
    const query = new URLSearchParams(`transaction_id_eq=${id}`);
    return { text: await sumsJson(counted, "blnk", "transactions", query, undefined, 1), asked };
  }

  it("has no sum of nothing, and refuses a filter as the Data API does", async () => {
    expect(await reader.sums("balances", new URLSearchParams("currency_eq=XXX"))).toBe('{"data":[]}');
    await expect(reader.sums("balances", new URLSearchParams("colour_eq=red"))).rejects.toMatchObject({
      status: 400,
      field: "colour",
    });
  });
});
