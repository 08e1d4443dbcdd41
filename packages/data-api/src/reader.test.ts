import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hugeAmount, transactions, writeBooks } from "../test/support/books.ts";
import { databases, type OpenDatabase } from "../test/support/databases.ts";
import {
  createDataReader,
  type DataCollection,
  type DataQueryError,
  type DataReader,
  type FilterCollection,
} from "./index.ts";

interface Answer {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
}

/** Query filters on transactions, and the model's own opinion of each row. */
type Row = (typeof transactions)[number];
const read = (row: Row, ...path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (at, step) => (at as Record<string, unknown> | null | undefined)?.[step],
    row.meta_data,
  );

const queries: readonly (readonly [query: string, holds: (row: Row) => boolean])[] = [
  ["", () => true],
  ["status_eq=APPLIED", (row) => row.status === "APPLIED"],
  ["status_ne=APPLIED&currency_eq=USD", (row) => row.status !== "APPLIED" && row.currency === "USD"],
  ["transaction_id_eq=txn_0003", (row) => row.transaction_id === "txn_0003"],
  ["parent_transaction_eq=txn_0004", (row) => row.parent_transaction === "txn_0004"],
  ["reference_in=ref-1,ref-2,nothing", (row) => ["ref-1", "ref-2"].includes(row.reference)],
  ["reference_like=ref-1%25", (row) => row.reference.startsWith("ref-1")],
  ["reference_ilike=REF-1_", (row) => /^ref-1.$/.test(row.reference)],
  ["reference_like=ref\\-5", (row) => row.reference === "ref-5"],
  ["source_gte=bln_2", (row) => row.source >= "bln_2"],
  ["destination_lt=bln_2", (row) => row.destination < "bln_2"],
  ["balance_id_eq=bln_2", (row) => row.source === "bln_2" || row.destination === "bln_2"],
  ["balance_id_ne=bln_2", (row) => row.source !== "bln_2" && row.destination !== "bln_2"],
  [
    "balance_id_in=bln_2,bln_3",
    (row) => [row.source, row.destination].some((id) => id === "bln_2" || id === "bln_3"),
  ],
  ["amount_gt=30&amount_lte=60.5", (row) => Number(row.amount) > 30 && Number(row.amount) <= 60.5],
  [`amount_eq=${hugeAmount}`, (row) => row.amount === hugeAmount],
  [`amount_eq=${hugeAmount.slice(0, -1)}1`, () => false],
  ["amount_between=10%7C20", (row) => Number(row.amount) >= 10 && Number(row.amount) <= 20],
  ["amount_in=3.1,6.2", (row) => ["3.1", "6.2"].includes(row.amount)],
  ["amount_lt=1e1", (row) => Number(row.amount) < 10],
  ["amount_gt=1.5E%2B1", (row) => Number(row.amount) > 15],
  ["precision_eq=100", (row) => row.precision === 100],
  ["precision_eq=1e2", (row) => row.precision === 100],
  ["precision_eq=%2B100.0", (row) => row.precision === 100],
  ["precision_lt=99999999999999999999", () => true],
  ["precision_in=100,7", (row) => row.precision === 100],
  ["created_at_gte=2026-02-01", (row) => row.created_at >= "2026-02-01"],
  ["created_at_lt=2026-02-01T00:00:00Z", (row) => row.created_at < "2026-02-01"],
  ["created_at_lt=2026-02-01T02:00:00%2B02:00", (row) => row.created_at < "2026-02-01"],
  ["created_at_eq=2026-02-02", (row) => row.created_at.startsWith("2026-02-02")],
  ["created_at_eq=2026-02-02T10:00:01Z", (row) => row.created_at.startsWith("2026-02-02 10:00:01")],
  [
    "created_at_between=2026-01-05%7C2026-02-01",
    (row) => row.created_at >= "2026-01-05" && row.created_at <= "2026-02-01 00:00:00",
  ],
  ["effective_date_gte=2026-01-01", (row) => row.effective_date !== null],
  ["meta_data.kind_eq=sale", (row) => read(row, "kind") === "sale"],
  ["meta_data.kind_ne=sale", (row) => row.meta_data !== null && read(row, "kind") !== "sale"],
  ["meta_data.kind_like=%25100\\%25", (row) => read(row, "kind") === "Refund 100%"],
  ["meta_data.kind_ilike=UNDER\\_%25", (row) => read(row, "kind") === "under_score"],
  ["meta_data.kind_in=sale,fee", (row) => ["sale", "fee"].includes(String(read(row, "kind")))],
  ["meta_data.n_eq=9", (row) => read(row, "n") === "9"],
  ["meta_data.n_eq=10", (row) => read(row, "n") === 10],
  ["meta_data.n_gt=10", (row) => Number(read(row, "n") ?? 0) > 10],
  ["meta_data.n_between=10%7C20", (row) => Number(read(row, "n")) >= 10 && Number(read(row, "n")) <= 20],
  ["meta_data.kind_gt=10", () => false],
  ["meta_data.stripe-sync.run.id_eq=run_1", (row) => read(row, "stripe-sync", "run", "id") === "run_1"],
  ["meta_data.stripe-sync.run.live_eq=true", (row) => read(row, "stripe-sync", "run", "live") === true],
  ["meta_data.stripe-sync.tags.1_eq=0", (row) => read(row, "stripe-sync", "tags", "1") === "0"],
  ["meta_data.missing_ne=x", () => false],
  ["meta_data.missing_eq=null", () => false],
];

type Filter = Readonly<Record<string, unknown>>;

const bodies: readonly (readonly [filters: readonly Filter[], holds: (row: Row) => boolean])[] = [
  [[], () => true],
  [[{ field: "effective_date", operator: "isnull" }], (row) => row.effective_date === null],
  [[{ field: "effective_date", operator: "isnotnull" }], (row) => row.effective_date !== null],
  [[{ field: "meta_data.opt", operator: "exists" }], (row) => read(row, "opt") !== undefined],
  [[{ field: "meta_data.opt", operator: "notexists" }], (row) => read(row, "opt") === undefined],
  [[{ field: "meta_data.opt", operator: "isnull" }], (row) => read(row, "opt") !== "yes"],
  [[{ field: "meta_data.opt", operator: "isnotnull" }], (row) => read(row, "opt") === "yes"],
  [[{ field: "meta_data.n", operator: "eq", value: 10 }], (row) => read(row, "n") === 10],
  [[{ field: "meta_data.n", operator: "eq", value: "10" }], (row) => read(row, "n") === "10"],
  [
    [{ field: "meta_data.n", operator: "in", values: [9, 10] }],
    (row) => ["9", "10"].includes(String(read(row, "n"))),
  ],
  [
    [{ field: "meta_data.stripe-sync.run.live", operator: "eq", value: true }],
    (row) => read(row, "stripe-sync", "run", "live") === true,
  ],
  [
    [{ field: "meta_data.stripe-sync.run", operator: "eq", value: { id: "run_1" } }],
    (row) => read(row, "stripe-sync", "run", "id") === "run_1",
  ],
  [[{ field: "amount", operator: "eq", value: BigInt(hugeAmount) }], (row) => row.amount === hugeAmount],
  [
    [{ field: "amount", operator: "between", values: [10, "20"] }],
    (row) => Number(row.amount) >= 10 && Number(row.amount) <= 20,
  ],
  [
    [{ field: "created_at", operator: "eq", value: "2026-02-02" }],
    (row) => row.created_at.startsWith("2026-02-02"),
  ],
  [
    [{ field: "created_at", operator: "eq", value: "2026-02-02T10:00:01.016667Z" }],
    (row) => row.created_at === "2026-02-02 10:00:01.016667",
  ],
  [[{ field: "created_at", operator: "eq", value: "2026-02-02T10:00:01Z" }], () => false],
  [
    [
      { field: "balance_id", operator: "eq", value: "bln_2" },
      { field: "status", operator: "ne", value: "VOID" },
    ],
    (row) => (row.source === "bln_2" || row.destination === "bln_2") && row.status !== "VOID",
  ],
  [[{ field: "balance_id", operator: "isnull" }], () => false],
  [[{ field: "reference", operator: "ilike", value: "%-5%" }], (row) => row.reference.includes("-5")],
];

/** What is refused, with the status and the field that is named. */
const hostile: readonly (readonly [query: string, status: number, field: string])[] = [
  ["colour_eq=red", 400, "colour"],
  ["description_eq=x", 400, "description"],
  ["hash_eq=x", 400, "hash"],
  ["id_eq=1", 400, "id"],
  ["constructor_eq=x", 400, "constructor"],
  ["__proto___eq=x", 400, "__proto__"],
  ["colour=red", 400, "colour"],
  ["status=APPLIED", 400, "status"],
  ["status_is=APPLIED", 400, "status_is"],
  ["status_isnull=true", 400, "status_isnull"],
  ["status_EQ=x", 400, "status_EQ"],
  ["_eq=x", 400, "_eq"],
  ["logical_operator=or", 400, "logical_operator"],
  ["pagesize=5", 400, "pagesize"],
  ["status%22%20OR%201=1--_eq=x", 400, 'status" OR 1'],
  [
    "status)%3B%20DROP%20TABLE%20blnk.transactions%3B--_eq=x",
    400,
    "status); DROP TABLE blnk.transactions;--",
  ],
  ["amount_eq=much", 422, "amount"],
  ["amount_gt=", 422, "amount"],
  ["amount_gt=NaN", 422, "amount"],
  ["amount_gt=Infinity", 422, "amount"],
  ["amount_gt=1e999", 422, "amount"],
  ["amount_gt=0x10", 422, "amount"],
  ["amount_gt=1;SELECT 1", 422, "amount"],
  ["amount_between=1", 422, "amount"],
  ["amount_between=1%7C2%7C3", 422, "amount"],
  ["amount_between=1%7Cx", 422, "amount"],
  ["amount_in=1,,2", 422, "amount"],
  ["amount_like=1%25", 400, "amount"],
  ["precision_eq=1.5", 422, "precision"],
  ["precision_eq=1e-1", 422, "precision"],
  ["created_at_gt=monday", 422, "created_at"],
  ["created_at_gt=2026-02-30", 422, "created_at"],
  ["created_at_gt=2026-13-01", 422, "created_at"],
  ["created_at_gt=20260101", 422, "created_at"],
  ["created_at_gt=2026-01-01T25:00:00Z", 422, "created_at"],
  ["created_at_gt=infinity", 422, "created_at"],
  ["created_at_gt=now()", 422, "created_at"],
  ["created_at_ilike=2026%25", 400, "created_at"],
  ["balance_id_gt=x", 400, "balance_id"],
  ["balance_id_like=x%25", 400, "balance_id"],
  ["reference_like=%25", 422, "reference"],
  ["reference_ilike=%25%25_%25", 422, "reference"],
  ["reference_like=", 422, "reference"],
  ["reference_like=a\\", 422, "reference"],
  [`reference_like=${"%25a".repeat(9)}`, 422, "reference"],
  ["meta_data.kind_like=%25", 422, "meta_data.kind"],
  ["reference_eq=a%00b", 422, "reference"],
  [`reference_eq=${"x".repeat(1001)}`, 413, "reference"],
  [`reference_in=${"x,".repeat(100)}x`, 413, "reference"],
  [`reference_in=${"ref-12345678,".repeat(80_000)}x`, 413, "reference"],
  [Array.from({ length: 21 }, (_, index) => `amount_gt=${index}`).join("&"), 400, "amount_gt"],
  ["meta_data._eq=x", 400, "meta_data."],
  ["meta_data.a..b_eq=x", 400, "meta_data.a..b"],
  ["meta_data.a%00_eq=x", 400, "meta_data.a\u0000"],
  [`meta_data.${"a.".repeat(10)}a_eq=x`, 400, `meta_data.${"a.".repeat(10)}a`],
  ["meta_data.n_gt=ten", 422, "meta_data.n"],
  ["meta_data_eq=x", 422, "meta_data"],
  ["meta_data_gt=%7B%7D", 400, "meta_data"],
  ["page=0", 400, "page"],
  ["page=-1", 400, "page"],
  ["page=1.5", 400, "page"],
  ["page=abc", 400, "page"],
  ["page=", 400, "page"],
  ["page=99999999999", 400, "page"],
  ["page=1&page=2", 400, "page"],
  ["pageSize=0", 400, "pageSize"],
  ["pageSize=201", 400, "pageSize"],
];

const hostileBodies: readonly (readonly [body: unknown, status: number, field: string])[] = [
  [null, 400, "the body"],
  [[], 400, "the body"],
  ["filters", 400, "the body"],
  [{ filters: {} }, 400, "filters"],
  [{ filters: [], logical_operator: "or" }, 400, "logical_operator"],
  [{ filters: [5] }, 400, "filters[0]"],
  [{ filters: [{ operator: "eq", value: 1 }] }, 400, "filters[0].field"],
  [{ filters: [{ field: "status", operator: "EQ", value: "x" }] }, 400, "status"],
  [{ filters: [{ field: "status", value: "x" }] }, 400, "status"],
  [{ filters: [{ field: "status", operator: "eq" }] }, 400, "status"],
  [{ filters: [{ field: "status", operator: "eq", value: null }] }, 400, "status"],
  [{ filters: [{ field: "status", operator: "eq", value: 5 }] }, 422, "status"],
  [{ filters: [{ field: "status", operator: "eq", value: ["x"] }] }, 422, "status"],
  [{ filters: [{ field: "status", operator: "eq", value: "x", vaules: [] }] }, 400, "vaules"],
  [{ filters: [{ field: "status", operator: "in", value: "x" }] }, 400, "status"],
  [{ filters: [{ field: "status", operator: "in", values: [] }] }, 422, "status"],
  [
    { filters: [{ field: "status", operator: "in", values: Array(100_000).fill("1234567890") }] },
    413,
    "status",
  ],
  [{ filters: [{ field: "status", operator: "exists" }] }, 400, "status"],
  [
    { filters: [{ field: 'status"; DROP TABLE x', operator: "eq", value: "x" }] },
    400,
    'status"; DROP TABLE x',
  ],
  [{ filters: [{ field: "x".repeat(500), operator: "eq", value: "x" }] }, 400, `${"x".repeat(97)}...`],
  [{ filters: [{ field: "amount", operator: "gt", value: true }] }, 422, "amount"],
  [{ filters: [{ field: "amount", operator: "gt", value: { $gt: 1 } }] }, 422, "amount"],
  [{ filters: [{ field: "created_at", operator: "gt", value: 5 }] }, 422, "created_at"],
  [{ filters: [{ field: "description", operator: "eq", value: "x" }] }, 400, "description"],
  [{ filters: [{ field: "meta_data.a", operator: "eq", value: "a\u0000" }] }, 422, "meta_data.a"],
  [{ filters: [{ field: "meta_data.a", operator: "eq", value: "\ud800" }] }, 422, "meta_data.a"],
  [{ filters: [{ field: "meta_data.a", operator: "ne", value: {} }] }, 422, "meta_data.a"],
  [{ filters: [{ field: "meta_data.a", operator: "eq", value: "x".repeat(2000) }] }, 413, "meta_data.a"],
  [{ filters: Array(21).fill({ field: "status", operator: "eq", value: "x" }) }, 400, "filters"],
];

/** One filter on each field that the contract lists. */
const filterable: Readonly<Record<string, string>> = {
  ledgers: "ledger_id name created_at meta_data",
  balances:
    "balance_id ledger_id identity_id indicator currency balance credit_balance debit_balance inflight_balance inflight_credit_balance inflight_debit_balance created_at meta_data",
  transactions:
    "transaction_id parent_transaction amount currency source destination balance_id reference status created_at effective_date precision meta_data",
  identities:
    "identity_id first_name last_name other_names gender dob email_address phone_number nationality street country state organization_name category identity_type post_code city created_at meta_data",
};

function sampleFor(field: string): string {
  if (field === "meta_data") return "{}";
  if (field === "dob" || field.endsWith("_at") || field.endsWith("_date")) return "2026-01-01";
  return /balance$|^amount$|^precision$/.test(field) ? "1" : "x";
}

describe.each(Object.keys(databases))("the Data and Filters APIs over %s", (name) => {
  let open: OpenDatabase;
  let reader: DataReader;

  beforeAll(async () => {
    const start = databases[name];
    if (start === undefined) throw new Error("no such database");
    open = await start();
    await writeBooks(open.database);
    reader = createDataReader(open.database);
  }, 120_000);

  afterAll(() => open?.close());

  async function list(collection: DataCollection, query: string): Promise<Answer> {
    return JSON.parse(await reader.list(collection, new URLSearchParams(query)));
  }

  async function filter(collection: FilterCollection, body: unknown, query = ""): Promise<Answer> {
    return JSON.parse(await reader.filter(collection, body, new URLSearchParams(query)));
  }

  const newestFirst = (holds: (row: Row) => boolean): readonly string[] =>
    transactions
      .filter(holds)
      .toSorted((left, right) => (left.created_at < right.created_at ? 1 : -1))
      .map((row) => row.transaction_id);

  const idsOf = (answer: Answer): readonly unknown[] => answer.data.map((record) => record["transaction_id"]);

  it.each(queries)("GET transactions?%s", async (query, holds) => {
    const answer = await list("transactions", `${query}&pageSize=200`);
    expect(idsOf(answer)).toEqual(newestFirst(holds));
    expect(answer.total).toBe(answer.data.length);
  });

  it.each(bodies)("POST transactions/filter, body %#", async (filters, holds) => {
    const answer = await filter("transactions", { filters }, "pageSize=200");
    expect(idsOf(answer)).toEqual(newestFirst(holds));
    expect(answer.total).toBe(answer.data.length);
  });

  it.each(hostile)("refuses GET transactions?%.80s", async (query, status, field) => {
    await expect(list("transactions", query)).rejects.toMatchObject({
      name: "DataQueryError",
      status,
      field,
    });
  });

  it.each(hostileBodies)("refuses POST transactions/filter %.80j", async (body, status, field) => {
    await expect(filter("transactions", body)).rejects.toMatchObject({
      name: "DataQueryError",
      status,
      field,
    });
  });

  it.each([
    ["colour=red", 400, "colour"],
    ["status_eq=x", 400, "status_eq"],
    ["strict_total=maybe", 422, "strict_total"],
    ["page=0", 400, "page"],
  ])("refuses POST transactions/filter?%s", async (query, status, field) => {
    const answer = reader.filter("transactions", { filters: [] }, new URLSearchParams(query));
    await expect(answer).rejects.toMatchObject({ status, field });
  });

  it("answers each code with one status", async () => {
    const refused = await Promise.all([
      ...hostile.map(([query]) => list("transactions", query).catch((error: unknown) => error)),
      ...hostileBodies.map(([body]) => filter("transactions", body).catch((error: unknown) => error)),
    ]);
    const statuses = new Map<string, Set<number>>();
    for (const { code, status } of refused as readonly DataQueryError[])
      statuses.set(code, (statuses.get(code) ?? new Set()).add(status));
    expect([...statuses].filter(([, several]) => several.size > 1)).toEqual([]);
  });

  it.each([
    ["amount_gt=much", 'The value for amount must be a number; "much" was given.'],
    ["amount_gt=", "The value for amount must be a number; nothing was given."],
    [`precision_eq=${"a%0A".repeat(100)}`, `${JSON.stringify(`${"a\n".repeat(30)}…`)} was given.`],
  ])("says of GET transactions?%.60s what was given", async (query, words) => {
    await expect(list("transactions", query)).rejects.toThrow(words);
  });

  it.each([
    [{ filters: [{ field: "amount", operator: "gt", value: [1] }] }, "; a list was given."],
    [{ filters: [{ field: "created_at", operator: "gt", value: { $gt: 1 } }] }, "; an object was given."],
    [{ filters: [{ field: "amount", operator: "gt", value: true }] }, "; true was given."],
    [{ filter: [] }, "The body takes filters only, not filter."],
  ])("says of POST transactions/filter %.80j what was given", async (body, words) => {
    await expect(filter("transactions", body)).rejects.toThrow(words);
  });

  it.each(Object.entries(filterable))(
    "filters %s by every field of the contract",
    async (collection, fields) => {
      for (const field of fields.split(" ")) {
        await expect(
          list(collection as DataCollection, `${field}_eq=${sampleFor(field)}`),
        ).resolves.toHaveProperty("total");
      }
    },
  );

  it("pages without gaps or repeats, and says how many there are", async () => {
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => list("transactions", `page=${page}&pageSize=17`)),
    );
    expect(pages.flatMap(idsOf)).toEqual(newestFirst(() => true));
    expect(pages.map((page) => page.total)).toEqual([60, 60, 60, 60]);
    expect(await list("transactions", "page=999999999&pageSize=200")).toEqual({ data: [], total: 60 });
  });

  it("has 20 records a page, 30 of ledgers, and at most 200", async () => {
    expect((await list("transactions", "")).data).toHaveLength(20);
    expect((await list("transactions", "pageSize=200")).data).toHaveLength(60);
  });

  it("leaves reserved words out of the filters", async () => {
    const reserved =
      "per_page=3&limit=x&offset=-1&sort=a&order=b&order_by=c&order_dir=d&instance_id=inst_1&org_id=o";
    expect((await list("transactions", reserved)).total).toBe(60);
  });

  it("shows a transaction as Core's lists do, its numbers exact", async () => {
    const text = await reader.get("transactions", "txn_0007");
    expect(text).toContain(`"precise_amount":${hugeAmount}00,`);
    expect(JSON.parse(text ?? "")).toEqual({
      precise_amount: Number(`${hugeAmount}00`),
      amount: Number(hugeAmount),
      precision: 1000,
      overdraft_limit: 0,
      transaction_id: "txn_0007",
      parent_transaction: "",
      source: "bln_3",
      destination: "bln_3",
      reference: "ref-7",
      currency: "EUR",
      description: "Payment 7",
      status: "VOID",
      hash: "",
      allow_overdraft: false,
      inflight: false,
      skip_queue: false,
      atomic: false,
      created_at: "2026-02-08T10:00:07.116669Z",
      effective_date: "2026-02-08T10:00:07.116669Z",
      scheduled_for: "0001-01-01T00:00:00Z",
      inflight_expiry_date: "0001-01-01T00:00:00Z",
      inflight_commit_date: "0001-01-01T00:00:00Z",
      meta_data: transactions[7]?.meta_data,
    });
  });

  it("shows and finds a time in the year 0, which is 1 BC to PostgreSQL", async () => {
    const { data } = await list("external-transactions", "date_gte=0000-02-29&date_lt=0000-03-01");
    expect(data).toMatchObject([{ id: "ext-0", date: "0000-02-29T12:00:00.5Z" }]);
    expect((await list("external-transactions", "date_lt=0000-02-29")).total).toBe(0);
    expect((await list("identities", "dob_gte=0000-02-29")).total).toBe(1);
    expect((await list("transactions", "created_at_gte=0000-02-29")).total).toBe(60);
  });

  it("lifts the inflight mark out of the metadata and leaves empty fields out", async () => {
    const held = JSON.parse((await reader.get("transactions", "txn_0013")) ?? "");
    expect(held.inflight).toBe(true);
    expect(held.meta_data).not.toHaveProperty("inflight");
    const bare = JSON.parse((await reader.get("transactions", "txn_0000")) ?? "");
    expect(bare).not.toHaveProperty("meta_data");
    expect(bare).not.toHaveProperty("effective_date");
  });

  it("shows balances with all that is stored, whatever their size", async () => {
    const text = await reader.list("balances", new URLSearchParams("indicator_eq=@World"));
    expect(text).toContain(`"balance":-${hugeAmount},"version":3,`);
    expect(JSON.parse(text).data[0]).toMatchObject({
      balance_id: "bln_1",
      identity_id: "",
      indicator: "@World",
      created_at: "2026-01-02T00:00:00Z",
      inflight_expires_at: "0001-01-01T00:00:00Z",
      meta_data: null,
      track_fund_lineage: true,
      allocation_strategy: "LIFO",
    });
    expect((await list("balances", `balance_gte=${hugeAmount}`)).data).toHaveLength(1);
    expect(
      (await filter("balances", { filters: [{ field: "identity_id", operator: "isnull" }] })).total,
    ).toBe(2);
  });

  it("shows ledgers and identities", async () => {
    const text = await reader.list("ledgers", new URLSearchParams());
    expect(text).toContain("Fees \\u003c\\u0026\\u003e");
    expect(JSON.parse(text)).toEqual({
      data: [
        { ledger_id: "ldg_2", name: "Fees <&>", created_at: "2026-01-02T00:00:00.5Z", meta_data: null },
        { ledger_id: "ldg_1", name: "Customers", created_at: "2026-01-01T00:00:00Z", meta_data: { tier: 1 } },
      ],
      total: 2,
    });
    const [zoe] = (await list("identities", "dob_eq=1990-05-04")).data;
    expect(zoe).toMatchObject({
      identity_id: "idt_1",
      dob: "1990-05-04T00:00:00Z",
      gender: "",
      meta_data: null,
    });
    expect((await list("identities", "organization_name_ilike=ümlaut%25")).data[0]).toMatchObject({
      identity_id: "idt_2",
      dob: "0001-01-01T00:00:00Z",
    });
  });

  it("shows reconciliations, matching rules and external transactions", async () => {
    expect((await list("reconciliations", "status_eq=started")).data).toEqual([
      {
        reconciliation_id: "recon_2",
        upload_id: "upload_2",
        status: "started",
        matched_transactions: 0,
        unmatched_transactions: 0,
        is_dry_run: false,
        started_at: "2026-01-02T00:00:00Z",
        completed_at: null,
      },
    ]);
    expect(JSON.parse((await reader.get("matching-rules", "rule_1")) ?? "")).toMatchObject({
      name: "Exact",
      criteria: [{ field: "reference", allowable_drift: 0.01 }],
    });
    expect(await reader.get("external-transactions", "ext-1")).toContain('"amount":10.50,');
    expect((await list("external-transactions", "amount_gte=20")).data).toHaveLength(1);
  });

  it("has stats, and exact totals of transactions, in the Filters API", async () => {
    const body = { filters: [] };
    expect(await filter("ledger", body)).toEqual({ data: expect.any(Array), total: 2 });
    expect(await filter("balances", body)).toMatchObject({ total: 3, stats: {} });
    expect(await filter("identities", body)).toMatchObject({ total: 2, stats: {} });
    expect(await filter("reconciliation", body)).toMatchObject({ total: 2, stats: {} });
    expect(await filter("transactions", body, "strict_total=true&page=2&pageSize=50")).toMatchObject({
      data: { length: 10 },
      total: 60,
      stats: {},
      total_is_estimate: false,
      total_source: "exact",
    });
  });

  it.each(["nothing", "", "txn_0007' OR '1'='1", "a\u0000b", "\ud800"])(
    "has no transaction %j",
    async (id) => {
      expect(await reader.get("transactions", id)).toBeUndefined();
    },
  );
});
