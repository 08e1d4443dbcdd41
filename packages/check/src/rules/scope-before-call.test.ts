import { expect, test } from "vitest";
import { type CloudCall, NotTested } from "../evidence/index.ts";
import { judgeScopes } from "./scope-before-call.ts";

const nothing = { grant: [], calls: [] };
const call = { method: "GET", path: "/data/balances", status: 200, answerBody: "{}" } as unknown as CloudCall;

test("an app that asks nothing without its one scope passes, if it asks something with it", () => {
  expect(judgeScopes({ parts: [nothing], withAll: 3, missing: [] }).verdict).toBe("pass");
  expect(() => judgeScopes({ parts: [nothing], withAll: 0, missing: [] })).toThrow(NotTested);
});

test("an app that has not come to what it does with everything says nothing by asking nothing with less", () => {
  const judging = () => judgeScopes({ parts: [nothing], withAll: 3, missing: ["GET /data/balances"] });
  expect(judging).toThrow(NotTested);
  expect(judging).toThrow(/GET \/data\/balances/);
});

test("an app that calls without having looked fails", () => {
  const refused = { ...call, status: 403, answerBody: '{"code":"missing_scope"}' };
  expect(
    judgeScopes({ parts: [nothing, { grant: [], calls: [refused] }], withAll: 0, missing: [] }).verdict,
  ).toBe("fail");
});
