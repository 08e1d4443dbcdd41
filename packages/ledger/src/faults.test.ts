/** `annex ledger` used to keep its faults to itself: whoever looked after it saw a 500 and nothing else. */
import { expect, it, vi } from "vitest";
import { faultText } from "./faults.ts";
import { openLedger } from "./ledger.ts";
import { DatabaseError } from "./store/database.ts";

it("tells a fault under its reference, with its code and what led to it", () => {
  const error = new DatabaseError("could not extend file", "53100", undefined, new Error("no space left"));
  const text = faultText(error, "fault_1", new Date(Date.UTC(2030, 0, 1)));
  expect(text).toMatch(/^fault_1 2030-01-01T00:00:00.000Z DatabaseError: could not extend file\n/);
  expect(text).toContain("[53100]");
  expect(text).toContain("because of Error: no space left");
});

it("goes to standard error unless told otherwise, under the reference that the answer names", async () => {
  const ledger = await openLedger({ database: { kind: "embedded" } });
  await ledger.database.query("DROP TABLE annex.refusals", []);
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const answer = await ledger.handle({ method: "GET", path: "/annex/work", headers: {} });
    const { error_detail: detail } = JSON.parse(Buffer.from(answer.body).toString("utf8")) as {
      readonly error_detail: { readonly details: { readonly reference: string } };
    };
    const lines = write.mock.calls.map(([line]) => String(line));
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^${detail.details.reference} .*\\[42P01\\]`, "s")),
    ]);
  } finally {
    write.mockRestore();
    await ledger.close();
  }
}, 120_000);
