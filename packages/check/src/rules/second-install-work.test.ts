import { expect, test } from "vitest";
import type { CloudCall } from "../evidence/index.ts";
import { judgeEarly } from "./second-install-work.ts";

const call = (method: string) => ({ method, path: "/data/ledgers" }) as CloudCall;

test("a write by whoever may be the cancelled one fails at once", () => {
  expect(judgeEarly([call("GET"), call("POST")])).toMatchObject({ verdict: "fail" });
  expect(judgeEarly([call("GET"), call("POST")]).ground).toBeUndefined();
});

test("a read may be a question, and is looked at again", () => {
  expect(judgeEarly([call("GET")])).toMatchObject({ verdict: "fail", ground: "missed" });
});
