import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answered, member, openTestLedger, send } from "../../../test/harness.ts";
import type { Ledger } from "../../index.ts";

/** A transaction as the lists show it, as far as the model looks. */
interface Shown {
  readonly reference: string;
  readonly amount: number;
  readonly currency: string;
  readonly precision: number;
  readonly description: string;
  readonly source: string;
  readonly destination: string;
  readonly created_at: string;
  readonly meta_data: Readonly<Record<string, unknown>>;
}

interface Filter {
  readonly field: string;
  readonly operator: string;
  readonly value?: unknown;
  readonly values?: readonly unknown[];
}

const faults: unknown[] = [];
let ledger: Ledger;
let everything: readonly Shown[];

const item = (index: number) => ({
  amount: index + (index % 4) / 4,
  precision: index % 2 === 0 ? 100 : 1000,
  currency: ["USD", "EUR"][index % 2],
  reference: `f-${index}`,
  description: ["Alpha", "alpha beta", "100%", "under_score"][index % 4],
  source: `@World-${index % 3}`,
  destination: `@Shop-${index % 2}`,
  allow_overdraft: true,
  meta_data: { n: index % 5, text: String(index % 3), ...(index % 2 === 0 ? { even: true } : {}) },
});

beforeAll(async () => {
  ledger = await openTestLedger(faults);
  const transactions = Array.from({ length: 24 }, (_, index) => item(index + 1));
  const made = await send(ledger, "POST", "/transactions/bulk", { transactions, skip_queue: true });
  expect(made.status).toBe(201);
  everything = await rows({ filters: [] });
  expect(everything).toHaveLength(24);
});

afterAll(async () => {
  await ledger?.close();
  expect(faults).toEqual([]);
});

async function rows(body: unknown): Promise<readonly Shown[]> {
  const answer = await ledger.handle({
    method: "POST",
    path: "/transactions/filter",
    headers: {},
    body: Buffer.from(JSON.stringify({ limit: 100, ...(body as object) })),
  });
  expect(answer.status).toBe(200);
  return JSON.parse(Buffer.from(answer.body).toString("utf8"));
}

const likePattern = (pattern: string, flags: string): RegExp =>
  new RegExp(`^${pattern.replaceAll("%", ".*").replaceAll("_", ".")}$`, flags);

/** What each operator means, written from the contract alone. */
function holds(row: Shown, { field, operator, value, values = [] }: Filter): boolean {
  const key = field.startsWith("meta_data.") ? field.slice(10) : undefined;
  const stored: unknown = key === undefined ? Reflect.get(row, field) : row.meta_data[key];
  if (operator === "isnull") return stored === undefined;
  if (operator === "isnotnull") return stored !== undefined;
  if (stored === undefined) return false;
  if (operator === "eq") return stored === value;
  if (operator === "ne") return key === undefined ? stored !== value : String(stored) !== String(value);
  if (operator === "in") return values.map(String).includes(String(stored));
  if (operator === "like") return likePattern(String(value), "").test(String(stored));
  if (operator === "ilike") return likePattern(String(value), "i").test(String(stored));
  const number = Number(stored);
  if (operator === "between") return number >= Number(values[0]) && number <= Number(values[1]);
  if (operator === "gt") return number > Number(value);
  if (operator === "gte") return number >= Number(value);
  return operator === "lt" ? number < Number(value) : number <= Number(value);
}

const numbers = fc.integer({ min: 0, max: 25 });
const oneFilter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    field: fc.constantFrom("amount", "precision", "meta_data.n"),
    operator: fc.constantFrom("eq", "ne", "gt", "gte", "lt", "lte"),
    value: numbers,
  }),
  fc.record({
    field: fc.constantFrom("amount", "meta_data.n"),
    operator: fc.constant("between"),
    values: fc.tuple(numbers, numbers),
  }),
  fc.record({
    field: fc.constantFrom("currency", "meta_data.text"),
    operator: fc.constantFrom("eq", "ne"),
    value: fc.constantFrom("USD", "EUR", "0", "1", "2"),
  }),
  fc.record({
    field: fc.constantFrom("reference", "meta_data.text"),
    operator: fc.constant("in"),
    values: fc.array(fc.constantFrom("f-1", "f-2", "f-13", "1", "2"), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    field: fc.constantFrom("description", "reference", "meta_data.text"),
    operator: fc.constantFrom("like", "ilike"),
    value: fc.constantFrom("Alpha%", "%BETA", "f-1_", "%", "_", "alpha%"),
  }),
  fc.record({
    field: fc.constantFrom("meta_data.even", "meta_data.n", "meta_data.none"),
    operator: fc.constantFrom("isnull", "isnotnull"),
  }),
);

/** With all six digits, so that texts sort as times do. */
function inMicroseconds(time: string): string {
  const [whole = "", fraction = ""] = time.replace("Z", "").split(".");
  return `${whole}.${fraction.padEnd(6, "0")}`;
}

const references = (shown: readonly Shown[]): readonly string[] =>
  shown.map((row) => row.reference).toSorted();

describe("list filters", () => {
  it("give the rows of the list that satisfy each condition, or any (invariants 44 and 45)", async () => {
    const filters = fc.array(oneFilter, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom("and", "or"), async (conditions, logical_operator) => {
        const found = await rows({ filters: conditions, logical_operator });
        const all = (row: Shown): boolean => conditions.every((condition) => holds(row, condition));
        const some = (row: Shown): boolean => conditions.some((condition) => holds(row, condition));
        expect(references(found)).toEqual(
          references(everything.filter(logical_operator === "and" ? all : some)),
        );
        const times = found.map((row) => inMicroseconds(row.created_at));
        expect(times).toEqual(times.toSorted().toReversed());
      }),
      { numRuns: 150 },
    );
  });

  it("find any of many values, whatever they are made of", async () => {
    const strange = ['quoted" and \\ {with}, commas', "", "NULL", null];
    const many = Array.from({ length: 200 }, (_, index) => `none-${index}`);
    const filters = (field: string, wanted: unknown) => [
      { field, operator: "in", values: [...many, ...strange, wanted] },
    ];
    expect(references(await rows({ filters: filters("reference", "f-13") }))).toEqual(["f-13"]);
    const amounts = Array.from({ length: 200 }, (_, index) => 1_000 + index);
    const [first] = everything;
    const found = await rows({
      filters: [{ field: "amount", operator: "in", values: [...amounts, first?.amount] }],
    });
    expect(references(found)).toContain(first?.reference);
  });

  it("page through the same rows in the same order", async () => {
    const pages = await Promise.all([0, 7, 14, 21].map((offset) => rows({ filters: [], limit: 7, offset })));
    expect(pages.flat()).toEqual(everything);
  });

  it.each(["amount", "reference", "created_at", "effective_date", "currency"])(
    "sort by %s both ways",
    async (sort_by) => {
      const up = (await rows({ filters: [], sort_by, sort_order: "ASC" })).map((row) =>
        Reflect.get(row, sort_by),
      );
      const down = (await rows({ filters: [], sort_by: ` ${sort_by.toUpperCase()} ` })).map((row) =>
        Reflect.get(row, sort_by),
      );
      expect(down.toReversed()).toEqual(up);
      expect(new Set(up)).toEqual(new Set(everything.map((row) => Reflect.get(row, sort_by))));
    },
  );
});

describe("hostile filters", () => {
  const filter = (body: unknown): Promise<Answered> => send(ledger, "POST", "/transactions/filter", body);
  const one = (field: string, operator: string, value: unknown) => ({
    filters: [{ field, operator, value }],
  });

  it.each([
    [one('amount"; DROP TABLE blnk.transactions; --', "eq", 1), 400, "GEN_BAD_REQUEST"],
    [one("meta_data.a'; DROP TABLE blnk.transactions; --", "eq", 1), 400, "GEN_BAD_REQUEST"],
    [one("reference", "eq", "'; DROP TABLE blnk.transactions; --"), 200, null],
    [one("reference", "eq", "\u0000"), 500, "GEN_INTERNAL"],
    [one("reference", "eq", ["a"]), 500, "GEN_INTERNAL"],
    // Every filter is looked at before any value.
    [
      { filters: [...one("reference", "eq", ["a"]).filters, ...one("hash", "eq", 1).filters] },
      400,
      "GEN_BAD_REQUEST",
    ],
    [one("amount", "like", "1%"), 500, "GEN_INTERNAL"],
    [one("amount", "eq", "much"), 500, "GEN_INTERNAL"],
    [one("precision", "eq", 1e300), 500, "GEN_INTERNAL"],
    [one("precision", "eq", 100.5), 500, "GEN_INTERNAL"],
    [one("created_at", "eq", "infinity"), 200, null],
    [one("meta_data.text", "gt", 1), 200, null],
    [one("constructor", "eq", 1), 400, "GEN_BAD_REQUEST"],
    [{ filters: [null] }, 400, "GEN_BAD_REQUEST"],
    ["{", 400, "GEN_VALIDATION_ERROR"],
    [{ filters: [], limit: 1e99 }, 400, "GEN_VALIDATION_ERROR"],
    [{ filters: [{ field: "reference", operator: "in", values: Array(70_000).fill("x") }] }, 200, null],
    [
      { filters: Array(700).fill({ field: "reference", operator: "in", values: Array(100).fill("x") }) },
      500,
      "GEN_INTERNAL",
    ],
  ])("case %#", async (body, status, code) => {
    const answer = await filter(body);
    expect(answer.status).toBe(status);
    expect(member(member(answer.body, "error_detail"), "code")).toBe(code);
    expect(await rows({ filters: [] })).toHaveLength(24);
  });
});
