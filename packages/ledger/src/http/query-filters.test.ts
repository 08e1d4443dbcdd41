import { describe, expect, it } from "vitest";
import { InvalidFilterParameters, parseQueryFilters } from "./query-filters.ts";

function parsed(query: string) {
  return parseQueryFilters(new URLSearchParams(query)).filters.map(
    ({ field, operator, operand, operands }) => [
      field,
      operator,
      operands.length > 0 ? operands.map(({ json }) => json) : operand.json,
    ],
  );
}

function refusals(query: string) {
  try {
    return parseQueryFilters(new URLSearchParams(query)).filters;
  } catch (error) {
    if (error instanceof InvalidFilterParameters) return error.refusals;
    throw error;
  }
}

describe("filters in a query string", () => {
  it.each([
    [
      "amount_gt=4&amount_lteq=20",
      [
        ["amount", "gt", 4],
        ["amount", "lte", 20],
      ],
    ],
    [
      "currency_neq=USD&status_EQ=x",
      [
        ["currency", "ne", "USD"],
        ["status", "eq", "x"],
      ],
    ],
    ["effective_date_GTEQ=x", [["effective_date", "gte", "x"]]],
    ["reference_in=a,%20b,3", [["reference", "in", ["a", "b", 3]]]],
    ["amount_between=10%7C20", [["amount", "between", [10, 20]]]],
    ["amount_between=10%20%7C%2020", [["amount", "between", ["10 ", " 20"]]]],
    ["_eq=5", [["", "eq", 5]]],
    ["eq=5", []],
    ["meta_data.stripe_id_eq=true", [["meta_data.stripe_id", "eq", true]]],
    ["meta_data.opt_isnull=false", [["meta_data.opt", "isnull", false]]],
    ["reference_eq=a&reference_eq=b", [["reference", "eq", "a"]]],
    ["colour=red&some_thing=1&page=2&sort=amount&order_by=x&limit=1&per_page=3&PageSize=1&org_id=1", []],
  ])("%s", (query, filters) => {
    expect(parsed(query)).toEqual(filters);
  });

  it.each([
    [
      "amount_between=10",
      "amount_between",
      "between operator requires exactly 2 pipe-separated values (value1|value2)",
    ],
    [`a_in=${"1,".repeat(100)}1`, "a_in", "IN operator exceeds maximum values (100)"],
    [`a_eq=${"x".repeat(1001)}`, "a_eq", "value exceeds maximum length (1000 chars)"],
    [`a_eq=${"é".repeat(501)}`, "a_eq", "value exceeds maximum length (1000 chars)"],
    ["logical_operator=xor", "logical_operator", "invalid logical_operator: must be 'and' or 'or'"],
    [
      Array.from({ length: 21 }, (_, index) => `f${index}_eq=1`).join("&"),
      "f20_eq",
      "exceeded maximum number of filters (20)",
    ],
  ])("%.40s is refused", (query, Param, Message) => {
    expect(refusals(query)).toEqual([{ Param, Message }]);
  });

  it("that are refused leave room for others", () => {
    const query = ["a_between=1", ...Array.from({ length: 22 }, (_, index) => `f${index}_eq=1`)].join("&");
    expect(refusals(query)).toMatchObject([{ Param: "a_between" }, { Param: "f20_eq" }, { Param: "f21_eq" }]);
  });

  it("joins by AND unless told otherwise", () => {
    const logical = (query: string) => parseQueryFilters(new URLSearchParams(query)).logical;
    expect(["", "logical_operator=AND", "logical_operator=%20Or%20"].map(logical)).toEqual([
      "and",
      "and",
      "or",
    ]);
  });
});
