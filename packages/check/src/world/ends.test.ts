import { expect, test } from "vitest";
import { openEnds } from "./ends.ts";

test("of what has no end the beginning and the end are kept", () => {
  const ends = openEnds(20);
  for (const part of ["the begin", "ning, "]) ends.add(part);
  expect([ends.text(), ends.isCut()]).toEqual(["the beginning, ", false]);
  for (let count = 0; count < 1000; count += 1) ends.add("on and on, ");
  ends.add("the end");
  expect(ends.isCut()).toBe(true);
  expect(ends.text()).toMatch(/^the beginn\n…\n.*on, the end$/);
  expect(ends.text().length).toBeLessThan(50);
});

test("a single part that is too long is cut too", () => {
  const ends = openEnds(20);
  ends.add(`${"-".repeat(1000)}the end`);
  expect([ends.text(), ends.isCut()]).toEqual(["----------\n…\n---the end", true]);
});
