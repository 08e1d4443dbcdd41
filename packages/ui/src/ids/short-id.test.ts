import { expect, test } from "vitest";
import { shortId } from "./short-id.ts";

test("long ids keep their kind and their end, short ones are left whole", () => {
  expect(shortId("txn_5ce86029-3c2e-4e2a-aae2-7fb931ca4c4f")).toBe("txn_5ce86029…4c4f");
  expect(shortId("general_ledger_id")).toBe("general_ledger_id");
  expect(shortId("x".repeat(22))).toBe("x".repeat(22));
});
