import { expect, test } from "vitest";
import { idleLife, untilCheck } from "./session-watch.ts";

const answeredAt = Date.parse("2026-01-10T12:00:00Z");

test("the life of an unused session is what was left when the server answered", () => {
  expect(idleLife("2026-01-10T12:15:00Z", answeredAt)).toBe(900_000);
});

test("a clock that is ahead does not make the page ask without pause", () => {
  expect(idleLife("2026-01-10T11:00:00Z", answeredAt)).toBe(1000);
});

test.each([undefined, "", "soon"])("%j is no time: nothing is watched", (text) => {
  expect(idleLife(text, answeredAt)).toBeUndefined();
});

test("asks just after the end, and every accepted call puts the end off", () => {
  expect(untilCheck(5000, 10_000, 10_000)).toBe(6000);
  expect(untilCheck(5000, 14_000, 15_000)).toBe(5000);
  expect(untilCheck(5000, 10_000, 99_000)).toBe(0);
});
