import { expect, test } from "vitest";
import type { CloudCall } from "../evidence/index.ts";
import { judgeTries } from "./pauses-between-tries.ts";

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
  const { verdict, evidence, ground } = judgeTries([every(5, 300), every(400, 8, "/data/balances")]);
  expect([verdict, ground]).toEqual(["fail", "seen"]);
  expect(evidence).toContain("200 times within a second: GET /data/ledgers");
});

test("a loop of a hundred thousand calls is counted in a moment", () => {
  expect(judgeTries([every(1 / 128, 150_000)]).evidence).toContain("128000 times within a second");
});

test("tries with pauses, and many different calls at once, accuse nobody", () => {
  const different = Array.from({ length: 200 }, (_, place) => call(place, `/data/balances/${place}`));
  expect(judgeTries([every(100, 40), different]).verdict).toBe("pass");
});

test("what Cloud answered well says nothing", () => {
  expect(() => judgeTries([[call(0, "/data/ledgers", 200)]])).toThrow(
    "asked nothing of Cloud while it failed",
  );
});
