import { expect, test } from "vitest";
import type { AuditEntry } from "../api/types.ts";
import { foldRepeats } from "./repeated-calls.ts";

const call = (request: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  audit_id: `aud_${request}`,
  time: "2026-01-01T00:00:00.000Z",
  category: "Balances",
  actor: { installed_app_id: "instapp_1" },
  organization_id: "org_1",
  instance_id: "inst_1",
  method: "GET",
  path: "/data/balances",
  status: 200,
  duration_ms: 1,
  request_id: request,
  faults: [],
  trace_id: null,
  span_id: null,
  parent_id: null,
  resource_id: null,
  request_body: null,
  response_body: null,
  ...changes,
});
const shown = (...calls: AuditEntry[]) =>
  foldRepeats(calls).map(({ request_id, repeats }) => [request_id, repeats]);

test("neighbours that are the same read become the newest of them, with their number", () => {
  expect(shown(call("3"), call("2"), call("1"))).toEqual([["3", 2]]);
});

test.each([
  ["a write", { method: "POST" }],
  ["a refusal", { status: 403 }],
  ["one that a fault struck", { faults: ["gateway-latency"] }],
])("%s stays by itself", (_what, changes) => {
  expect(shown(call("2", changes), call("1", changes))).toHaveLength(2);
});

test.each([
  ["path", { path: "/data/ledgers" }],
  ["actor", { actor: { installed_app_id: "instapp_2" } }],
  ["instance", { instance_id: "inst_2" }],
])("another %s parts them", (_what, changes) => {
  expect(shown(call("3"), call("2", changes), call("1"))).toEqual([
    ["3", 0],
    ["2", 0],
    ["1", 0],
  ]);
});
