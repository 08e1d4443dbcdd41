import { expect, test } from "vitest";
import { type CloudCall, NotTested } from "../evidence/index.ts";
import { judgeGoingOn } from "./uninstall-amid-work.ts";

const call = (method: string, path: string, status = 401): CloudCall => ({
  at: 1,
  method,
  path,
  instanceId: "inst_1",
  headers: {},
  body: "",
  status,
  answerBody: "",
  endedAt: 2,
  heard: true,
});
const write = call("POST", "/proxy/ledgers");
const sure = { isHeard: true, hadTime: true, isOneByOne: true };

test("nothing more passes", () => {
  expect(judgeGoingOn({ ...sure, after: [], beyond: [] }).verdict).toBe("pass");
});

test("one call more, also when it is tried again, is a warning", () => {
  expect(judgeGoingOn({ ...sure, after: [write, write], beyond: [] }).verdict).toBe("warning");
});

test("work that goes on from one call to the next fails", () => {
  const after = [write, call("POST", "/proxy/transactions")];
  expect(judgeGoingOn({ ...sure, after, beyond: [] })).toMatchObject({ verdict: "fail", ground: "seen" });
});

test("so does a write with the key of the installation that came after it", () => {
  const beyond = [call("POST", "/proxy/ledgers", 403)];
  expect(judgeGoingOn({ ...sure, after: [], beyond }).evidence).toContain("POST /proxy/ledgers");
});

const on = { after: [write, call("POST", "/proxy/transactions")], beyond: [] };

test.for([
  ["gave up the call before its answer came", { ...sure, isHeard: false, after: [], beyond: [] }],
  ["went on for nobody else either", { ...sure, hadTime: false, after: [], beyond: [] }],
] as const)("of an app that %s nothing is said", ([, seen]) => {
  expect(() => judgeGoingOn(seen)).toThrow(NotTested);
});

test("what goes on is seen, though nothing went on for others; of an app that asks several things at once it is looked at again", () => {
  expect(judgeGoingOn({ ...sure, ...on, hadTime: false })).toMatchObject({ verdict: "fail", ground: "seen" });
  expect(judgeGoingOn({ ...sure, ...on, isOneByOne: false })).toMatchObject({
    verdict: "fail",
    ground: "missed",
  });
});

test("an app that gave up the call and went on with its work all the same is looked at again, and fails", () => {
  expect(judgeGoingOn({ ...sure, ...on, isHeard: false })).toMatchObject({
    verdict: "fail",
    ground: "missed",
    evidence: expect.stringContaining("gave up the call"),
  });
  // The same one, tried again, was decided upon before.
  expect(judgeGoingOn({ ...sure, after: [write, write], beyond: [], isHeard: false }).verdict).toBe(
    "warning",
  );
});
