import { expect, test } from "vitest";
import { rowAfterKey } from "./keyboard.ts";

test.each([
  ["ArrowDown", 0, 1],
  ["ArrowDown", 2, 2],
  ["ArrowUp", 2, 1],
  ["ArrowUp", 0, 0],
  ["Home", 2, 0],
  ["End", 0, 2],
  ["Enter", 1, undefined],
  ["Tab", 1, undefined],
])("%s in row %i of three goes to %j", (key, current, next) => {
  expect(rowAfterKey(key, current, 3)).toBe(next);
});
