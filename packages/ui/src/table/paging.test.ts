import fc from "fast-check";
import { expect, test } from "vitest";
import { pageRange } from "./paging.ts";

test("a page that has no rows says so", () => {
  expect(pageRange(1, 20, 0)).toEqual({ page: 1, pages: 1, first: 0, last: 0, total: 0 });
  expect(pageRange(9, 20, 45)).toEqual({ page: 9, pages: 3, first: 0, last: 0, total: 45 });
});

test("the pages' ranges follow each other and end with the last row", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 200 }), (total, size) => {
      let next = 1;
      for (let page = 1; page <= pageRange(1, size, total).pages; page += 1) {
        const range = pageRange(page, size, total);
        expect(range.first).toBe(next);
        next = range.last + 1;
      }
      expect(next).toBe(total + 1);
    }),
  );
});
