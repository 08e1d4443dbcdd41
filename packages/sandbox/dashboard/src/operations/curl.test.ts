import { expect, test } from "vitest";
import { curlOf, curlOfDelivery } from "./curl.ts";

const origin = "http://127.0.0.1:4400";

test("a call has its instance, a variable for the key, and its body as one word", () => {
  const entry = {
    method: "POST",
    path: "/proxy/transactions",
    instance_id: "inst_1",
    request_body: '{"description":"Ann\'s"}',
  };
  expect(curlOf(entry, origin)).toBe(
    [
      "curl -X POST 'http://127.0.0.1:4400/proxy/transactions?instance_id=inst_1'",
      '-H "Authorization: Bearer $ANNEX_KEY"',
      "-H 'Content-Type: application/json'",
      `--data '{"description":"Ann'\\''s"}'`,
    ].join(" \\\n  "),
  );
});

test("the admin API has a token of its own, and the dashboard's calls are nobody else's", () => {
  const entry = { method: "GET", path: "/admin/state", instance_id: null, request_body: null };
  expect(curlOf(entry, origin)).toBe(
    `curl -X GET '${origin}/admin/state' \\\n  -H "Authorization: Bearer $ANNEX_ADMIN_TOKEN"`,
  );
  expect(curlOf({ ...entry, path: "/api/apps" }, origin)).toBeUndefined();
});

test("a delivery is its URL and its body", () => {
  expect(curlOfDelivery({ url: "http://localhost:4401/cloud/…/callback", request_body: "{}" })).toBe(
    "curl -X POST 'http://localhost:4401/cloud/…/callback' \\\n  -H 'Content-Type: application/json' \\\n  --data '{}'",
  );
});
