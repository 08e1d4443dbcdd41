import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  candidateBounds,
  type ExternalRow,
  externalGroups,
  findingsOf,
  type InternalRow,
  internalGroups,
  manyToOne,
  oneToMany,
  oneToOne,
} from "./reconciling.ts";

const day = Date.parse("2024-05-01T00:00:00Z");

function external(id: string, changed: Partial<ExternalRow> = {}): ExternalRow {
  return {
    id,
    amount: 100,
    date: day,
    reference: id,
    description: "",
    currency: "USD",
    source: "Bank",
    ...changed,
  };
}

function internal(id: string, changed: Partial<InternalRow> = {}): InternalRow {
  return {
    id,
    amount: 100,
    amountText: String(changed.amount ?? 100),
    date: day,
    reference: id,
    description: "",
    currency: "USD",
    parent: "",
    from: "bln_a",
    to: "bln_b",
    status: "APPLIED",
    ...changed,
  };
}

function rule(...criteria: readonly (readonly [field: string, operator: string, drift: number])[]) {
  return {
    criteria: criteria.map(([field, operator, drift]) => ({
      field,
      operator,
      value: "",
      pattern: "",
      allowable_drift: drift,
    })),
  };
}

describe("candidates of an external row", () => {
  it.each([
    ["no rule bounds", [rule(["reference", "equals", 0])], { currency: "USD" }],
    ["an amount", [rule(["amount", "equals", 0.01])], { currency: "USD", amount: { from: 99, to: 101 } }],
    [
      "the widest drift of all rules",
      [rule(["amount", "equals", 0.01]), rule(["amount", "equals", 0.5])],
      { currency: "USD", amount: { from: 50, to: 150 } },
    ],
    ["a comparison bounds nothing", [rule(["amount", "greater_than", 0])], { currency: "USD" }],
    [
      "whole seconds of a date",
      [rule(["date", "equals", 1.9])],
      { currency: "USD", date: { from: day - 1000, to: day + 1000 } },
    ],
  ])("%s", (_, rules, bounds) => {
    expect(candidateBounds(rules, external("x"))).toEqual(bounds);
  });

  it("lie nowhere for a drift of which Core's count of nanoseconds comes out negative", () => {
    const { date } = candidateBounds([rule(["date", "equals", 1e10])], external("x"));
    expect(date?.from).toBeGreaterThan(date?.to ?? 0);
  });

  it("may have any currency when the row names none", () => {
    expect(candidateBounds([], external("x", { currency: "" }))).toEqual({});
  });
});

describe("one to one", () => {
  const rules = [rule(["amount", "equals", 0])];

  it("takes every candidate that matches, up to ten", () => {
    const many = Array.from({ length: 12 }, (_, index) => internal(`t${index}`));
    expect(oneToOne(rules, many.slice(0, 3))(external("x")).matches.map((match) => match.internalId)).toEqual(
      ["t0", "t1", "t2"],
    );
    expect(oneToOne(rules, many)(external("x")).matches).toHaveLength(10);
  });

  it("keeps the external amount", () => {
    const find = oneToOne([rule(["amount", "equals", 0.1])], [internal("t")]);
    const [match] = find(external("x", { amount: 105 })).matches;
    expect(match).toEqual({ internalId: "t", externalId: "x", amount: 105, date: day });
  });

  it("accounts for every external row (invariant 46)", () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 12 });
    fc.assert(
      fc.property(amounts, amounts, (outside, inside) => {
        const internals = inside.map((amount, index) => internal(`t${index}`, { amount }));
        const find = oneToOne(rules, internals);
        const found = outside.map((amount, index) => find(external(`e${index}`, { amount })).matches);
        const matched = found.flat().length;
        const unmatched = found.filter((matches) => matches.length === 0).length;
        expect(matched + unmatched).toBeGreaterThanOrEqual(outside.length);
        if (found.every((matches) => matches.length <= 1)) expect(matched + unmatched).toBe(outside.length);
      }),
    );
  });
});

describe("groups", () => {
  const rows = [
    internal("t1", { parent: "p", amount: 40, reference: "a", description: "one", date: day + 5 }),
    internal("t2", { parent: "p", amount: 60, reference: "b", description: "two", currency: "EUR" }),
    internal("t3", { parent: "q" }),
  ];

  it("add up amounts, join texts and take the earliest date", () => {
    const [group] = internalGroups(rows, "parent_transaction");
    expect(group).toMatchObject({
      amount: 100,
      date: day,
      reference: "a | b",
      description: "one | two",
      currency: "MIXED",
    });
    expect(internalGroups(rows, "currency")).toHaveLength(2);
  });

  it("leave out rows without a value", () => {
    expect(internalGroups([...rows, internal("t4")], "parent_transaction")).toHaveLength(2);
    expect(externalGroups([external("x", { source: "" })], "source")).toEqual([]);
  });

  it.each(["", "amount", "description", "colour", "constructor"])("are none by %j", (criterion) => {
    expect(internalGroups(rows, criterion)).toEqual([]);
  });

  it.each(["id", "amount", "reference", "currency", "description", "date", "source"])(
    "of external rows can be made by %s",
    (criterion) => {
      expect(externalGroups([external("x", { description: "d" })], criterion)).toHaveLength(1);
    },
  );
});

describe("one to many", () => {
  const rules = [rule(["amount", "equals", 0])];
  const rows = [internal("t1", { parent: "p", amount: 40 }), internal("t2", { parent: "p", amount: 60 })];

  it("matches each member of the group that fits, with the member's own amount", () => {
    const findings = findingsOf(
      [external("x"), external("y", { amount: 7 })].map(
        oneToMany(rules, internalGroups(rows, "parent_transaction")),
      ),
    );
    expect(findings.matches.map(({ internalId, amount }) => [internalId, amount])).toEqual([
      ["t1", 40],
      ["t2", 60],
    ]);
    expect(findings.matched).toBe(2);
    expect(findings.unmatched).toEqual(["y"]);
  });

  it("leaves everything unmatched without groups", () => {
    expect(findingsOf([external("x")].map(oneToMany(rules, internalGroups(rows, "")))).unmatched).toEqual([
      "x",
    ]);
  });
});

describe("many to one", () => {
  const rules = [rule(["amount", "equals", 0])];
  const rows = [external("x1", { amount: 30 }), external("x2", { amount: 70 })];

  it("counts external rows as matched and transactions as unmatched", () => {
    const findings = findingsOf(
      [internal("t1"), internal("t2", { amount: 5 })].map(manyToOne(rules, externalGroups(rows, "source"))),
    );
    expect(
      findings.matches.map(({ internalId, externalId, amount }) => [internalId, externalId, amount]),
    ).toEqual([
      ["t1", "x1", 30],
      ["t1", "x2", 70],
    ]);
    expect(findings.matched).toBe(2);
    expect(findings.unmatched).toEqual(["t2"]);
  });
});

describe("findings", () => {
  const match = (internalId: string, externalId: string, amount: number) => ({
    internalId,
    externalId,
    amount,
    date: day,
  });

  it("of a row with a match too large to be kept are counted and lost", () => {
    const rows = [
      { id: "x", matches: [match("t1", "x", 9_999_999_999.99)] },
      { id: "y", matches: [match("t1", "y", 1), match("t2", "y", -1e10)] },
      { id: "z", matches: [] },
    ];
    expect(findingsOf(rows)).toEqual({
      matches: [match("t1", "x", 9_999_999_999.99)],
      matched: 3,
      unmatched: ["z"],
      lost: true,
    });
    expect(findingsOf(rows.slice(0, 1)).lost).toBe(false);
  });
});
