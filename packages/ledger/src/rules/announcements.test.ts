/** The limit to the byte, as the real Core kept it for a row like this. */
import { describe, expect, it } from "vitest";
import { isAnnounceable } from "./announcements.ts";
import type { TransactionRow } from "./rows.ts";

const row: TransactionRow = {
  transaction_id: "txn_088efd77-97ed-422b-92ed-a45e187aaa71",
  source: "bln_26d22b13-296f-4351-9082-16ed91e9e7d0",
  destination: "bln_99a63da1-db35-43cb-96b0-dc8387d69268",
  description: "",
  reference: "n7329-7f87e2d102",
  amount: "10",
  currency: "USD",
  status: "APPLIED",
  hash: "6aeae9821bb4ceded8d045524e48ab50d0abe7e9e90b7f2470d5da00d565b176",
  created_at: "2026-11-25 02:45:55.087814",
  meta_data: { allow_overdraft: true },
  precise_amount: "1000",
  precision: "100",
  parent_transaction: "",
  effective_date: "2026-11-25 02:45:55.087814",
  scheduled_for: null,
};

describe("what can be announced", () => {
  it.each([
    ["z".repeat(7329), true],
    ["z".repeat(7330), false],
    // By its bytes as JSON prints them.
    ["é".repeat(3664), true],
    ["é".repeat(3665), false],
    ['"'.repeat(3664), true],
    ['"'.repeat(3665), false],
  ])("%.1s, many times over", (description, fits) => {
    expect(isAnnounceable({ ...row, description })).toBe(fits);
  });

  it("counts a space behind each comma and each colon of metadata", () => {
    const metadata = { allow_overdraft: true, list: [1, { a: "" }] };
    const more = ', "list": [1, {"a": ""}]'.length;
    const filled = (length: number) => ({ ...row, meta_data: metadata, description: "z".repeat(length) });
    expect(isAnnounceable(filled(7329 - more))).toBe(true);
    expect(isAnnounceable(filled(7330 - more))).toBe(false);
  });
});
