/**
 * A ledger on the embedded engine whose books already hold so many transactions, of many balances or of one pair;
 * prints `ready` with its address.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@annex/ledger";

const rows = Number(process.argv[2] ?? 0);
const rowsAtOnce = 50_000;
const isOnePair = process.argv[3] === "one pair";
const directory = mkdtempSync(join(tmpdir(), "annex-bench-filled-"));
const ledger = await openLedger({ database: { kind: "embedded", directory } });

if (isOnePair) await makePair();
for (let from = 1; from <= rows; from += rowsAtOnce) {
  await ledger.database.query(
    `INSERT INTO blnk.transactions (transaction_id, source, destination, description, reference, amount, currency, status, hash,
       created_at, meta_data, precise_amount, precision, parent_transaction, effective_date)
     SELECT 'txn_' || gen_random_uuid(), ${isOnePair ? "'bln_source', 'bln_destination'" : "'bln_' || i % 2000, 'bln_' || (i * 7) % 2000"}, 'Payment ' || i, 'ref_' || i, (i % 100000) / 100.0,
       (ARRAY['USD','EUR','GBP','JPY'])[1 + i % 4], 'APPLIED', md5(i::text) || md5((i + 1)::text), timestamp '2026-01-01' + i * interval '1 second',
       jsonb_build_object('order', i), ${isOnePair ? "1" : "i % 100000"}, 100, '', timestamp '2026-01-01' + i * interval '1 second'
     FROM generate_series($1::text::int, $2::text::int) AS i`,
    [String(from), String(Math.min(rows, from + rowsAtOnce - 1))],
  );
}
await ledger.database.query("ANALYZE blnk.transactions", []);
if (isOnePair) await allSummed();

const door = await ledger.listen({ port: 0 });
console.log(`ready ${door.url}`);
process.once("SIGTERM", () => {
  void door
    .close()
    .then(() => ledger.close())
    .then(() => {
      rmSync(directory, { recursive: true, force: true });
      process.exit(0);
    });
});

/** The two balances as that many postings leave them. */
async function makePair(): Promise<void> {
  await ledger.database.query(
    `INSERT INTO blnk.balances (balance_id, balance, credit_balance, debit_balance, currency, ledger_id, version, meta_data)
     VALUES ('bln_source', -$1::text::numeric, 0, $1::text::numeric, 'USD', 'general_ledger_id', $1::text::int, 'null'),
       ('bln_destination', $1::text::numeric, $1::text::numeric, 0, 'USD', 'general_ledger_id', $1::text::int, 'null')`,
    [String(rows)],
  );
}

/** The ledger sums long histories up behind everybody's back. */
async function allSummed(): Promise<void> {
  for (;;) {
    const [summed] = await ledger.database.query(
      "SELECT summed_to >= (SELECT max(id) FROM blnk.transactions) AS done FROM annex.summed",
      [],
    );
    if (summed?.["done"] === true) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}
