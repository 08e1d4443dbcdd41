import { expect, test } from "vitest";
import type { CloudCall } from "../../evidence/index.ts";
import { askedAgain } from "./watching.ts";

const call = (method: string, path: string) => ({ method, path }) as CloudCall;
const ofPage = [call("GET", "/data/v1/balances?page=1"), call("POST", "/data/v1/transactions/filter")];

// An app whose page shows what it has stored was judged by a job's late call, once in three runs.
test("what a page asks again is told from what the app asks of its own meanwhile", () => {
  const late = call("POST", "/proxy/core/transactions");
  expect(askedAgain(ofPage, [late])).toBe(0);
  expect(askedAgain([], [late, ...ofPage])).toBe(0);
  expect(askedAgain(ofPage, [call("GET", "/data/v1/balances?page=2"), late])).toBe(1);
  expect(askedAgain(ofPage, [call("POST", "/data/v1/balances")])).toBe(0);
});
