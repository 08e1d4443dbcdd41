import { expect, test } from "vitest";
import type { CloudCall } from "../../evidence/index.ts";
import { newTenant } from "../../world/tenants.ts";
import { asksNothing, refusedFor } from "./refusals.ts";

const call = (path: string): CloudCall => ({
  at: 0,
  method: "GET",
  path,
  instanceId: "inst_1",
  headers: {},
  body: "",
  status: 401,
  answerBody: "",
  endedAt: 1,
  heard: true,
});
const ofPage = { calls: [call("/data/ledgers?page=1")], isPressed: false, text: "Ledgers" };
const ofNothing = { calls: [], isPressed: true, text: "Nothing" };

test("what an app happens to ask while its key is refused is none of its page's questions", async () => {
  const tenant = newTenant("one", "app_1", {});
  tenant.calls.push(
    call("/data/ledgers?page=1"),
    call("/data/balances?page=9"),
    call("/data/ledgers?page=2"),
  );
  expect(await refusedFor(ofNothing, tenant, 0)).toBe(0);
  expect(await refusedFor(ofPage, tenant, 1)).toBe(1);
});

test("an app that asks nothing for its page is looked at once more: it may only have come too late", () => {
  expect(asksNothing().verdict.ground).toBe("missed");
});
