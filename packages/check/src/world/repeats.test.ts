import { expect, test } from "vitest";
import { askedFor, isHasty, isRestless } from "./repeats.ts";

const every = (pause: number, count: number) => Array.from({ length: count }, (_, place) => place * pause);

test.for([
  ["five a second", every(200, 15), true],
  ["once a second", every(1000, 6), false],
  ["thrice at the beginning, then once a second", [0, 5, 10, 1000, 2000, 3000], false],
  ["often, and then no more", every(10, 20), false],
] as const)("a page that asks for the same %s", ([, times, isFound]) => {
  expect(isHasty(times)).toBe(isFound);
});

test("asking once a second for ever is no rest either", () => {
  expect(isRestless(every(1000, 4))).toBe(true);
  expect(isRestless(every(1000, 3))).toBe(false);
});

test("two things watched are two, and an address made new each time is one", () => {
  const of = (query: string) => askedFor("GET", `https://a.example/runs?${query}`);
  expect(of("id=a")).not.toBe(of("id=b"));
  expect(of("id=a&_=1795770000123")).toBe(of("id=a&_=1795770000456"));
  expect(of("cache=0.1234")).toBe(of("cache=0.98"));
});
