import { expect, test } from "vitest";
import type { CloudCall } from "../evidence/index.ts";
import { judgeTries } from "./pauses-between-tries.ts";

const during = (...calls: readonly (readonly CloudCall[])[]) =>
  calls.map((each) => ({ calls: each, until: 3000 }));
const call = (at: number, path = "/data/ledgers", status = 503): CloudCall => ({
  at,
  method: "GET",
  path,
  instanceId: "inst_1",
  headers: {},
  body: "",
  status,
  answerBody: "",
  endedAt: at + 1,
  heard: true,
});
const every = (milliseconds: number, count: number, path?: string) =>
  Array.from({ length: count }, (_, place) => call(place * milliseconds, path));

test("a loop without a pause is found, whatever else was asked", () => {
  const { verdict, evidence, ground } = judgeTries(during(every(5, 300), every(400, 8, "/data/balances")));
  expect([verdict, ground]).toEqual(["fail", "seen"]);
  expect(evidence).toContain("GET /data/ledgers, 200 times within a second");
});

test("so is one that a page makes", () => {
  expect(judgeTries([], every(5, 300)).verdict).toBe("fail");
});

test("a loop of a hundred thousand calls is counted in a moment", () => {
  expect(judgeTries(during(every(1 / 128, 150_000))).evidence).toContain("128000 times within a second");
});

test("the same short pause until Cloud is there again is found", () => {
  const { verdict, evidence, ground } = judgeTries(during(every(200, 15)));
  expect([verdict, ground]).toEqual(["fail", "missed"]);
  expect(evidence).toContain("199 ms on average at first, 199 ms in the end");
});

const growing = [0, 100, 250, 500, 900, 1500, 2500].map((at) => call(at));
const inThrees = [0, 150, 300, 600, 750, 900, 1500, 1650, 1800, 2800].map((at) => call(at));
const stopped = every(100, 10);
const different = Array.from({ length: 200 }, (_, place) => call(place, `/data/balances/${place}`));
const apart = Array.from({ length: 20 }, (_, place) => call(150 * place, `/data/balances?name_eq=${place}`));

test.for([
  ["pauses that grow", growing],
  ["three tries at a time, with pauses that grow between", inThrees],
  ["an end after some tries", stopped],
  ["many different calls at once", different],
  ["one call after another, each about something else", apart],
  ["one try", [call(0)]],
] as const)("%s: nobody is accused", ([, calls]) => {
  expect(judgeTries(during(calls)).verdict).toBe("pass");
});

const uneven = [650, 1200, 1220, 1240, 1800, 1820, 1830, 1850, 2350, 2370, 2390, 2890, 2910, 2930, 2950].map(
  (at) => call(at),
);

test.for([
  ["nine tries after the same pause", every(320, 9)],
  ["pauses of any length, as on a machine that has much to do", uneven],
] as const)("%s are no ground for a verdict", ([, calls]) => {
  expect(() => judgeTries(during(calls))).toThrow("until Cloud was there again");
});

test("four tries after the same long pause accuse nobody", () => {
  expect(judgeTries(during(every(900, 4))).verdict).toBe("pass");
});

test("what a page asks at the same pace may come from many places in it", () => {
  expect(judgeTries(during(growing), every(200, 15)).verdict).toBe("pass");
});

test("what failed just before Cloud was there again says nothing of further tries", () => {
  expect(() => judgeTries(during([call(2900)]))).toThrow("just before Cloud was there again");
});

test("what Cloud answered well says nothing", () => {
  expect(() => judgeTries(during([call(0, "/data/ledgers", 200)]))).toThrow(
    "asked nothing of Cloud while it failed",
  );
});
