import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ColumnSize, layoutFor } from "./layout.ts";

const columns = [
  { key: "name", width: 200 },
  { key: "from", width: 150, priority: 1 },
  { key: "to", width: 150, priority: 1 },
  { key: "amount", width: 140 },
  { key: "created", width: 170, priority: 3 },
];

describe("columns choose themselves by width", () => {
  test.each([
    [undefined, "columns", "name from to amount created"],
    [1600, "columns", "name from to amount created"],
    [810, "columns", "name from to amount created"],
    [809, "columns", "name from to amount"],
    [639, "columns", "name from amount"],
    [500, "columns", "name from amount"],
    // A card begins with what gives way last.
    [499, "cards", "name amount from to"],
    [380, "cards", "name amount from to"],
  ])("at %s px: %s of %s", (width, kind, keys) => {
    expect(layoutFor(columns, width)).toEqual({ kind, keys: keys.split(" ") });
  });

  test("the unit of a column's amounts stands in no card: each amount says its own there", () => {
    const amounts = [...columns, { key: "currency", width: 90, part: "unit" as const }];
    expect(layoutFor(amounts, 1600).keys).toContain("currency");
    expect(layoutFor(amounts, 380).keys).not.toContain("currency");
  });

  test("what every row needs room for counts", () => {
    expect(layoutFor(columns, 820, 44).keys).not.toContain("created");
  });

  test.each([
    [1, "columns", "name from to amount"],
    [2, "columns", "name from amount"],
    [4, "cards", "name amount from to"],
  ])(
    "%i more give way where what stands in them is wider than they said: %s of %s",
    (tooMany, kind, keys) => {
      expect(layoutFor(columns, 1600, 0, tooMany)).toEqual({ kind, keys: keys.split(" ") });
    },
  );

  test("where the columns that never give way do not fit, rows become cards", () => {
    expect(
      layoutFor(
        [
          { key: "a", width: 400 },
          { key: "b", width: 400 },
        ],
        700,
      ).kind,
    ).toBe("cards");
  });
});

const sizesOfColumns = fc.array(
  fc.record({
    width: fc.integer({ min: 40, max: 300 }),
    priority: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    part: fc.constantFrom("lead" as const, "mark" as const, "unit" as const, undefined),
  }),
  { minLength: 1, maxLength: 9 },
);

/** Columns that are called as they stand. */
function numbered(sizes: readonly Readonly<Record<string, unknown>>[]): readonly ColumnSize[] {
  return sizes.map((size, index) => ({ ...definedOf(size), key: String(index) }));
}

function definedOf(size: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(size).filter(([, value]) => value !== undefined));
}

test("a card holds all but details and units, once each, what gives way last first, else as the columns stand", () => {
  fc.assert(
    fc.property(sizesOfColumns, fc.integer({ min: 0, max: 499 }), (sizes, width) => {
      const columns = numbered(sizes);
      const { kind, keys } = layoutFor(columns, width);
      const held = columns.filter(({ priority = 0, part }) => priority < 3 && part !== "unit");
      expect([kind, [...keys].sort()]).toEqual(["cards", held.map(({ key }) => key)]);
      const places = keys.map((key) => [columns[Number(key)]?.priority ?? 0, Number(key)] as const);
      for (const [index, [priority, place]] of places.entries()) {
        const [before, placeBefore] = places[index - 1] ?? [0, -1];
        expect(before < priority || (before === priority && placeBefore < place)).toBe(true);
      }
    }),
  );
});

test("a wider place never shows less, and what is shown keeps its order", () => {
  fc.assert(
    fc.property(
      sizesOfColumns,
      fc.integer({ min: 500, max: 2000 }),
      fc.integer({ min: 0, max: 500 }),
      (sizes, width, more) => {
        const named = numbered(sizes);
        const narrow = layoutFor(named, width);
        const wide = layoutFor(named, width + more);
        if (wide.kind === "columns") expect([...wide.keys].sort()).toEqual([...wide.keys]);
        if (narrow.kind === "columns") expect(wide.keys).toEqual(expect.arrayContaining([...narrow.keys]));
      },
    ),
  );
});
