import { expect, test } from "vitest";
import {
  asksRecords,
  openRecord,
  recordAddress,
  recordMessage,
  recordsAddressIn,
  recordsTold,
  recordToOpenIn,
  recordToShowIn,
  showRecord,
} from "../index.ts";

const origin = "https://cloud.blnkfinance.com";
const record = { collection: "transactions", id: "txn_1" } as const;

test.each([
  [recordsTold(`${origin}/i/inst_1`), `${origin}/i/inst_1`],
  [recordsTold(`${origin}/i/inst_1/`), `${origin}/i/inst_1`],
  [recordsTold("https://evil.io/i/inst_1"), undefined],
  [recordsTold(`${origin}.evil.io/i/inst_1`), undefined],
  [recordsTold("javascript:alert(1)"), undefined],
  [recordsTold(`${origin}/i/inst_1?next=https://evil.io`), undefined],
  [recordsTold("https://user@cloud.blnkfinance.com/i/inst_1"), undefined],
  [recordsTold("/i/inst_1"), undefined],
  [{ type: recordMessage.asked, address: `${origin}/i/inst_1` }, undefined],
  [null, undefined],
])("of %o the address is %s", (message, address) => {
  expect(recordsAddressIn(message, origin)).toBe(address);
});

test("a record's address is below that of the instance, and nothing in an id leads elsewhere", () => {
  expect(recordAddress(`${origin}/i/inst_1`, record)).toBe(`${origin}/i/inst_1/transactions/txn_1`);
  expect(recordAddress(`${origin}/i/inst_1`, { ...record, id: "../x?y" })).toBe(
    `${origin}/i/inst_1/transactions/..%2Fx%3Fy`,
  );
});

test("each message is taken for itself only, with a record that can be one", () => {
  expect(recordToOpenIn(openRecord(record))).toEqual(record);
  expect(recordToShowIn(showRecord(record))).toEqual(record);
  expect(asksRecords({ type: recordMessage.asked })).toBe(true);
  for (const message of [
    null,
    "annex:open-record",
    showRecord(record),
    { ...openRecord(record), collection: "audit" },
    { ...openRecord(record), id: "../../login" },
    { ...openRecord(record), id: "" },
    { ...openRecord(record), id: 1 },
  ]) {
    expect(recordToOpenIn(message)).toBeUndefined();
    expect(asksRecords(message)).toBe(false);
  }
  expect(recordToShowIn(openRecord(record))).toBeUndefined();
});
