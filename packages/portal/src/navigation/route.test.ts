import { expect, test } from "vitest";
import { addressBelow, matchPath, pathBelow } from "./route.ts";

test.each([
  ["/portal", "/"],
  ["/portal/", "/"],
  ["/portal/runs", "/runs"],
  ["/portal/runs/run_1/", "/runs/run_1"],
])("%s is the page %s", (full, path) => {
  expect(pathBelow(full)).toBe(path);
});

test.each([
  ["/", "/portal"],
  ["/?a=1", "/portal?a=1"],
  ["/runs", "/portal/runs"],
])("the page %s has the address %s", (path, address) => {
  expect(addressBelow(path)).toBe(address);
});

test.each([
  ["/", "/", {}],
  ["/runs", "/runs", {}],
  ["/runs/:id", "/runs/run_1", { id: "run_1" }],
  ["/runs/:id", "/runs/a%2Fb", { id: "a/b" }],
  ["/runs/:id", "/runs", undefined],
  ["/runs/:id", "/runs/", undefined],
  ["/runs/:id", "/runs/1/2", undefined],
  ["/runs/:id", "/runs/%E0%A4%A", undefined],
  ["/runs", "/other", undefined],
])("%s against %s", (pattern, path, named) => {
  expect(matchPath(pattern, path)).toEqual(named);
});
