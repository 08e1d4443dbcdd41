import { expect, test } from "vitest";
import type { CloudCall } from "../evidence/index.ts";
import { judgeWaiting } from "./waits-as-told.ts";
import { judgeDated } from "./waits-until-date.ts";

const call = (at: number, method: string, path: string, body = ""): CloudCall => ({
  at,
  method,
  path,
  body,
  instanceId: null,
  headers: {},
  status: 200,
  answerBody: "",
  endedAt: at + 10,
  heard: true,
});

const told = { ...call(0, "POST", "/data/transactions", "one"), status: 429, endedAt: 100 };
const again = call(3200, "POST", "/data/transactions", "one");

test.for([
  ["the same one, sooner", call(600, "POST", "/data/transactions", "one"), "fail"],
  ["another of its path that was on its way", call(120, "POST", "/data/transactions", "two"), "pass"],
  ["a read of its path that was on its way", call(120, "GET", "/data/transactions"), "pass"],
  ["another of its path, later", call(1600, "POST", "/data/transactions", "two"), "warning"],
] as const)("told to wait, an app sends %s", ([, next, verdict]) => {
  expect(judgeWaiting({ first: told, calls: [next, again], ordinary: 5, isTaken: true })).toMatchObject({
    verdict,
  });
});

test("a date that is not waited for is no failure", () => {
  const sooner = call(600, "POST", "/data/transactions", "one");
  expect(judgeDated({ first: told, calls: [sooner, again], ordinary: 5, isTaken: true })).toMatchObject({
    verdict: "warning",
    ground: "missed",
  });
  expect(judgeDated({ first: told, calls: [again], ordinary: 5, isTaken: true }).verdict).toBe("pass");
});

test("a page that was told to wait has given up no work that was done beside it", () => {
  const page = { ...told, method: "GET" };
  const judged = (isDone: boolean) => () =>
    judgeWaiting({ first: page, calls: [], ordinary: 2, isTaken: true, isDone });
  expect(judged(true)).toThrow("beside the work");
  expect(judged(false)()).toMatchObject({ verdict: "fail" });
});

test("what the app never said yes to is not given up", () => {
  const nothingCame = { first: told, calls: [], ordinary: 5 };
  const judged = (isTaken: boolean) => () => judgeWaiting({ ...nothingCame, isTaken });
  expect(judged(true)()).toMatchObject({ verdict: "fail", ground: "missed" });
  expect(judged(false)).toThrow("did not say yes");
});
