import { expect, it } from "vitest";
import type { TransactionRequest } from "../rules/prepared.ts";
import { parseInstant } from "../rules/times.ts";
import { itemsFromPayload, itemsToPayload } from "./work-payloads.ts";

it("keeps a batch's items to the digit and the character until the worker comes to them", async () => {
  const item: TransactionRequest = {
    amount: 0.1,
    precise_amount: 123456789012345678901234567890n,
    precision: 100,
    currency: "USD",
    reference: "nul \u0000, half a pair \ud800",
    description: "",
    source: "bln_1",
    sources: null,
    destination: "",
    destinations: [
      { identifier: "bln_2", distribution: "left", precise_distribution: "", transaction_id: "" },
    ],
    allow_overdraft: false,
    overdraft_limit: 0,
    inflight: true,
    inflight_expiry_date: "2027-01-01T00:00:00Z",
    inflight_commit_date: "",
    scheduled_for: "",
    effective_date: parseInstant("2026-01-01T10:00:00.123456789+02:00"),
    skip_queue: false,
    atomic: false,
    dry_run: false,
    meta_data: { nanoseconds: "5", nested: { precise_amount: "7", effective_date: null } },
  };
  const [back, second] = await itemsFromPayload(
    await itemsToPayload([item, { ...item, precise_amount: null, effective_date: null }]),
  );
  expect(back).toEqual(item);
  expect(second).toMatchObject({ precise_amount: null, effective_date: null });
  expect(await itemsToPayload([item])).not.toContain("\u0000");
});
