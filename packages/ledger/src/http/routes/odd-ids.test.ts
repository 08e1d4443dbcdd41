/** An id that no text of the database's can be is a refusal in Core's shape at every route, never a fault of ours. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, send } from "../../../test/harness.ts";
import type { Ledger } from "../../index.ts";
import { routes } from "../index.ts";

const faults: unknown[] = [];
let ledger: Ledger;

beforeAll(async () => {
  ledger = await openTestLedger(faults);
});

afterAll(async () => ledger?.close());

/** Enough for a route to read on as far as its id. */
const bodies: readonly unknown[] = [
  {},
  { status: "commit" },
  { status: "void", name: "x", meta_data: { a: 1 }, fields: ["first_name"] },
  { balance_id: "\0", condition: { field: "balance", operator: ">", value: 1 } },
  { name: "r", criteria: [{ field: "amount", operator: "equals" }] },
];

const withIds = routes.filter(({ path }) => path.includes(":"));

test.each(withIds.map(({ method, path }) => [method, path] as const))(
  "%s %s with a NUL in its path",
  async (method, path) => {
    for (const id of ["%00", "txn_%00", "bln_a%00b", "idt_%00", "ldg_%00"])
      for (const body of method === "GET" || method === "DELETE" ? [undefined] : bodies)
        for (const query of ["", "?timestamp=2026-01-01T00:00:00Z&from_source=true&with_queued=true"]) {
          const before = faults.length;
          const answer = await send(ledger, method, `${path.replace(/:\w+/g, id)}${query}`, body);
          expect([path, body, query, faults.slice(before), answer.status < 200]).toEqual([
            path,
            body,
            query,
            [],
            false,
          ]);
        }
  },
);

const unreadable: readonly Record<string, string>[] = [
  { source: "@a\0" },
  { source: "bln_a\0b" },
  { destination: "@b\0" },
  { destination: "\0" },
  { currency: "U\0D" },
  { reference: "r\0" },
];

test.each(unreadable)("a dry run of %j is refused as the posting is", async (part) => {
  const before = faults.length;
  const transaction = {
    ...{ amount: 1, precision: 100, currency: "USD", source: "@a", destination: "@b", allow_overdraft: true },
    ...{ reference: "odd", description: "Odd names", skip_queue: true, ...part },
  };
  const posted = await send(ledger, "POST", "/transactions", transaction);
  const dry = await send(ledger, "POST", "/transactions", { ...transaction, dry_run: true });
  const batch = { transactions: [transaction], dry_run: true, skip_queue: true };
  const dryBatch = await send(ledger, "POST", "/transactions/bulk", batch);
  expect(posted.status).toBeGreaterThanOrEqual(400);
  expect([dry.status, dry.body]).toEqual([posted.status, posted.body]);
  expect(dryBatch.status).toBe(posted.status);
  expect(faults.slice(before)).toEqual([]);
});
