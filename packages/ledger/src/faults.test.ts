/** `annex ledger` used to keep its faults to itself: whoever looked after it saw a 500 and nothing else. */
import { expect, it } from "vitest";
import { faultText } from "./faults.ts";
import { DatabaseError } from "./store/database.ts";

it("tells a fault under its reference, with its code and what led to it", () => {
  const error = new DatabaseError("could not extend file", "53100", undefined, new Error("no space left"));
  const text = faultText(error, "fault_1", new Date(Date.UTC(2030, 0, 1)));
  expect(text).toMatch(/^fault_1 2030-01-01T00:00:00.000Z DatabaseError: could not extend file\n/);
  expect(text).toContain("[53100]");
  expect(text).toContain("because of Error: no space left");
});
