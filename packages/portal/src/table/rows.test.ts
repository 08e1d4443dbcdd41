import fc from "fast-check";
import { expect, test } from "vitest";
import { nextSorting, pageOf, sortRows } from "./rows.ts";

test("bigints sort exactly, and what has no value comes last either way", () => {
  const rows = [{ net: 9007199254740993n }, { net: undefined }, { net: 9007199254740992n }, { net: -1n }];
  const net = (row: (typeof rows)[number]) => row.net;
  expect(sortRows(rows, net, "ascending").map(net)).toEqual([
    -1n,
    9007199254740992n,
    9007199254740993n,
    undefined,
  ]);
  expect(sortRows(rows, net, "descending").map(net)).toEqual([
    9007199254740993n,
    9007199254740992n,
    -1n,
    undefined,
  ]);
});

test("equal values keep their order both ways", () => {
  const rows = [..."abc"].map((id) => ({ id, same: 1 }));
  for (const direction of ["ascending", "descending"] as const) {
    expect(sortRows(rows, (row) => row.same, direction).map((row) => row.id)).toEqual(["a", "b", "c"]);
  }
});

test("numbers inside texts sort as numbers", () => {
  expect(sortRows(["run 10", "run 9"], (text) => text, "ascending")).toEqual(["run 9", "run 10"]);
});

test("pressing a heading turns the direction, another column starts ascending", () => {
  const first = nextSorting(undefined, "net");
  const second = nextSorting(first, "net");
  expect([first.direction, second.direction, nextSorting(second, "net").direction]).toEqual([
    "ascending",
    "descending",
    "ascending",
  ]);
  expect(nextSorting(second, "fee")).toEqual({ column: "fee", direction: "ascending" });
});

test("every row is on exactly one page", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 25 }), (rows, size) => {
      const { pages } = pageOf(rows, 1, size);
      const seen = Array.from({ length: pages }, (_, index) => pageOf(rows, index + 1, size).rows).flat();
      expect(seen).toEqual(rows);
    }),
  );
});

test("a page that does not exist becomes the nearest", () => {
  expect(pageOf([1, 2, 3], 9, 2)).toMatchObject({ page: 2, pages: 2, first: 3, last: 3, total: 3 });
  expect(pageOf([1, 2, 3], -1, 2).page).toBe(1);
  expect(pageOf([], 1, 2)).toMatchObject({ page: 1, pages: 1, first: 0, last: 0, total: 0 });
});
