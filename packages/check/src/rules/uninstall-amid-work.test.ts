import { expect, test } from "vitest";
import type { CloudCall } from "../evidence/index.ts";
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

test("nothing more passes", () => {
  expect(judgeGoingOn({ after: [], beyond: [] }).verdict).toBe("pass");
});

test("one call more, also when it is tried again, is a warning", () => {
  expect(judgeGoingOn({ after: [write, write], beyond: [] }).verdict).toBe("warning");
});

test("work that goes on from one call to the next fails", () => {
  const after = [write, call("POST", "/proxy/transactions")];
  expect(judgeGoingOn({ after, beyond: [] })).toMatchObject({ verdict: "fail", ground: "seen" });
});

test("so does a write with the key of the installation that came after it", () => {
  const beyond = [call("POST", "/proxy/ledgers", 403)];
  expect(judgeGoingOn({ after: [], beyond }).evidence).toContain("POST /proxy/ledgers");
});
