import { expect, test } from "vitest";
import { curlOfDelivery } from "./curl.ts";

test("a delivery is its URL and its body", () => {
  expect(curlOfDelivery({ url: "http://localhost:4401/cloud/…/callback", request_body: "{}" })).toBe(
    "curl -X POST 'http://localhost:4401/cloud/…/callback' \\\n  -H 'Content-Type: application/json' \\\n  --data '{}'",
  );
});
