import { expect, test } from "vitest";
import type { CloudCall } from "../evidence/index.ts";
import { triedInVain } from "./cut-after-commit.ts";

const body = '{"reference":"fee_1"}';
const call = (status: number, method = "POST", answerBody = "") =>
  ({
    method,
    path: "/data/transactions",
    body: method === "POST" ? body : "",
    status,
    answerBody,
  }) as CloudCall;
const refusals = [call(409), call(409), call(409), call(409)];

test("what the ledger had taken and then refuses again and again was tried in vain", () => {
  expect(triedInVain([call(201), ...refusals])).toBe("POST /data/transactions");
});

test.for([
  ["refused until it could be taken", [...refusals, call(201)]],
  ["taken again in the end", [call(201), ...refusals, call(200)]],
  ["read after it", [call(201), ...refusals, call(200, "GET", `[${body}]`)]],
] as const)("who had it %s tried nothing in vain", ([, calls]) => {
  expect(triedInVain(calls)).toBeUndefined();
});
