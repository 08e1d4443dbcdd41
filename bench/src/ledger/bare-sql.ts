/**
 * What the same engine does without HTTP: double-entry postings by hand, in one
 * process, answered when they are durable. Two ways: four statements in a
 * transaction, as anybody would write it, and one data-modifying statement, the
 * least there is. On a PostgreSQL server where its address is given, otherwise on the
 * engine in the process, which has one connection.
 * Prints `ready`, then answers one JSON line a command.
 */
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { openBareDatabase } from "./bare-database.ts";

export type BareCommand = {
  readonly way: "four" | "one" | "read";
  readonly seconds: number;
  /** How many are at it at once. */
  readonly connections: number;
  /** Whether all of them take from one balance, instead of each from one of its own. */
  readonly hot?: boolean;
};
export type BareResult = { readonly perSecond: number; readonly p50: number };

const pairs = 16;
const database = await openBareDatabase(process.argv[2], pairs);

await database.execute(`
  CREATE TABLE balances (balance_id text PRIMARY KEY, balance numeric NOT NULL DEFAULT 0, credit_balance numeric NOT NULL DEFAULT 0,
    debit_balance numeric NOT NULL DEFAULT 0, inflight_debit_balance numeric NOT NULL DEFAULT 0, currency text NOT NULL, version int NOT NULL DEFAULT 1);
  CREATE TABLE transactions (transaction_id text PRIMARY KEY, source text, destination text, reference text UNIQUE, amount numeric, precise_amount numeric,
    currency text, status text, created_at timestamp DEFAULT now(), meta_data jsonb);
  CREATE INDEX ON transactions (source, created_at); CREATE INDEX ON transactions (destination, created_at);
`);
for (let index = 0; index < pairs * 2; index += 1) {
  await database.query(
    "INSERT INTO balances (balance_id, currency, balance, credit_balance) VALUES ($1, 'USD', 1000000000, 1000000000)",
    [`bln_${index}`],
  );
}

const debit =
  "UPDATE balances SET debit_balance = debit_balance + $2, balance = balance - $2, version = version + 1 WHERE balance_id = $1 AND balance - inflight_debit_balance >= $2";
const credit =
  "UPDATE balances SET credit_balance = credit_balance + $2, balance = balance + $2, version = version + 1 WHERE balance_id = $1";
const insert =
  "INSERT INTO transactions (transaction_id, source, destination, reference, amount, precise_amount, currency, status, meta_data) VALUES ($1, $2, $3, $4, $5::numeric / 100, $5, 'USD', 'APPLIED', $6)";
const lock = "SELECT balance_id FROM balances WHERE balance_id = ANY($1) ORDER BY balance_id FOR UPDATE";
const inOne = `
  WITH debited AS (UPDATE balances SET debit_balance = debit_balance + $5, balance = balance - $5, version = version + 1 WHERE balance_id = $2 AND balance - inflight_debit_balance >= $5 RETURNING 1),
  credited AS (UPDATE balances SET credit_balance = credit_balance + $5, balance = balance + $5, version = version + 1 WHERE balance_id = $3 AND EXISTS (SELECT 1 FROM debited) RETURNING 1)
  INSERT INTO transactions (transaction_id, source, destination, reference, amount, precise_amount, currency, status, meta_data)
  SELECT $1, $2, $3, $4, $5::numeric / 100, $5, 'USD', 'APPLIED', $6 FROM credited`;

console.log("ready");
for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await run(JSON.parse(line) as BareCommand)));
await database.close();

async function run({ way, seconds, connections, hot = false }: BareCommand): Promise<BareResult> {
  const act = { four: postInFour, one: postInOne, read }[way];
  const times: number[] = [];
  const started = performance.now();
  let turn = 0;
  const one = async (): Promise<void> => {
    while (performance.now() - started < seconds * 1000) {
      const before = performance.now();
      await act(turn++ % pairs, hot);
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  const elapsed = (performance.now() - started) / 1000;
  times.sort((left, right) => left - right);
  return { perSecond: times.length / elapsed, p50: times[times.length >> 1] ?? Number.NaN };
}

async function postInFour(pair: number, hot: boolean): Promise<void> {
  const [id, source, destination, reference, amount, metadata] = posting(pair, hot);
  await database.transaction(async (query) => {
    await query(lock, [[source, destination]]);
    if ((await query(debit, [source, amount])) !== 1) throw new Error("The funds are gone.");
    await query(credit, [destination, amount]);
    await query(insert, [id, source, destination, reference, amount, metadata]);
  });
}

async function postInOne(pair: number, hot: boolean): Promise<void> {
  if ((await database.query(inOne, posting(pair, hot))) !== 1) throw new Error("Nothing was posted.");
}

async function read(pair: number): Promise<void> {
  const rows = await database.query("SELECT * FROM balances WHERE balance_id = $1", [`bln_${pair}`]);
  if (rows !== 1) throw new Error("The balance is gone.");
}

function posting(pair: number, hot: boolean): [string, string, string, string, string, string] {
  const id = randomUUID();
  return [
    `txn_${id}`,
    hot ? "bln_0" : `bln_${pair * 2}`,
    `bln_${pair * 2 + 1}`,
    `ref_${id}`,
    "1",
    JSON.stringify({ run: "bench", pair }),
  ];
}
