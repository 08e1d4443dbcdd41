/** A queued transaction is tried until it is ended, and can be hurried (contract section 1, `recover`). */
import { expect, it } from "vitest";
import { makeBalances, openTestLedger, send, textOf } from "./harness.ts";

it("never gives up a queued transaction, and takes it up at once when told to", async () => {
  const faults: unknown[] = [];
  let present = Date.UTC(2030, 0, 1);
  const ledger = await openTestLedger(faults, { clock: () => new Date(present) });
  const [source = "", destination = ""] = await makeBalances(ledger, 2);
  await ledger.database.query(
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''disk full''; END'",
    [],
  );
  await ledger.database.query(
    `CREATE TRIGGER refusing BEFORE INSERT ON blnk.transactions FOR EACH ROW
       WHEN (NEW.reference = 'stuck_q') EXECUTE FUNCTION refuse()`,
    [],
  );
  const queued = await send(ledger, "POST", "/transactions", {
    amount: 5,
    precision: 100,
    currency: "USD",
    reference: "stuck",
    description: "Stuck",
    source,
    destination,
    allow_overdraft: true,
  });
  for (let attempt = 0; attempt < 8; attempt++) {
    await ledger.settle();
    present += 600_000;
  }
  await ledger.settle();
  expect(faults.length).toBeGreaterThanOrEqual(8);
  expect(await send(ledger, "GET", "/transactions/reference/stuck_q")).toMatchObject({ status: 404 });

  await ledger.database.query("DROP TRIGGER refusing ON blnk.transactions", []);
  await ledger.settle();
  expect(await send(ledger, "GET", "/transactions/reference/stuck_q")).toMatchObject({ status: 404 });
  const recovered = await send(ledger, "POST", "/transactions/recover?threshold=3m");
  expect(recovered).toEqual({ status: 200, body: { recovered: 1n, threshold: "3m0s" } });
  await ledger.settle();
  const child = await send(ledger, "GET", "/transactions/reference/stuck_q");
  expect([textOf(child, "status"), textOf(child, "parent_transaction")]).toEqual([
    "APPLIED",
    textOf(queued, "transaction_id"),
  ]);
  const again = await send(ledger, "POST", "/transactions/recover");
  expect(again).toEqual({ status: 200, body: { recovered: 0n, threshold: "2m0s" } });
  await ledger.close();
});

it("leaves what waits for its own date alone", async () => {
  const faults: unknown[] = [];
  let present = Date.UTC(2030, 0, 1);
  const ledger = await openTestLedger(faults, { clock: () => new Date(present) });
  const [source = "", destination = ""] = await makeBalances(ledger, 2);
  await send(ledger, "POST", "/transactions", {
    amount: 5,
    precision: 100,
    currency: "USD",
    reference: "later",
    description: "Later",
    source,
    destination,
    allow_overdraft: true,
    scheduled_for: "2031-01-01T00:00:00Z",
  });
  present += 600_000;
  const answer = await send(ledger, "POST", "/transactions/recover");
  expect(answer).toEqual({ status: 200, body: { recovered: 0n, threshold: "2m0s" } });
  await ledger.settle();
  expect(await send(ledger, "GET", "/transactions/reference/later_q")).toMatchObject({ status: 404 });
  await ledger.close();
  expect(faults).toEqual([]);
});
