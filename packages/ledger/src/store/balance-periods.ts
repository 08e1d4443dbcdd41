/**
 * Histories summed up in periods, behind the postings' back: table `annex.balance_periods` has what was moved on a
 * balance from `starts_at` until its next period starts, by the time that rows count at, and the only row of
 * `annex.summed` says up to which row's `id` all of that is. A posting writes nothing here; rows with a higher id are
 * added later, and whoever reads looks at them himself (`balance-history.ts`). Only balances with a long history
 * have periods: theirs starts with one, at `-infinity`.
 *
 * Rows get their ids before they are committed, and not in the order in which they are. So nothing is summed up
 * before everybody who could have taken such an id is done (`settledRows`).
 */
import { dividePeriod, type Moment, type Period, rowsPerPeriod } from "../rules/periods.ts";
import { appliedRowsBetween, sumsOfSides, timeOfRow, zeroTime } from "./balance-history.ts";
import type { SqlDatabase, TransactionalDatabase } from "./database.ts";

/** For a moment the embedded engine serves nobody else, so it is a short one. */
const rowsPerStep = 1_000;
/** Fewer rows than this are soon summed up as they are. */
const longHistory = 2_000;
/** One row in so many is looked at for balances that have become long; how they are chosen has no pattern. */
const lookedAt = 32;
const newPerStep = 4;

export const periodTables = `
CREATE TABLE IF NOT EXISTS annex.balance_periods (
  balance_id text NOT NULL,
  starts_at timestamp NOT NULL,
  credit numeric NOT NULL,
  debit numeric NOT NULL,
  rows integer NOT NULL,
  PRIMARY KEY (balance_id, starts_at)
) WITH (fillfactor = 70);
CREATE TABLE IF NOT EXISTS annex.summed (
  summed_to bigint NOT NULL,
  only_row boolean NOT NULL DEFAULT true UNIQUE CHECK (only_row)
);
INSERT INTO annex.summed (summed_to) VALUES (0) ON CONFLICT DO NOTHING;
`;

/** Who has taken ids, and up to which. */
interface Taken {
  readonly highest: bigint;
  readonly writers: readonly string[];
}

async function writersNow(database: SqlDatabase): Promise<readonly string[]> {
  const rows = await database.query(
    `SELECT virtualtransaction AS writer FROM pg_locks
     WHERE relation = 'blnk.transactions'::regclass AND mode = 'RowExclusiveLock'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [],
  );
  return rows.map((row) => String(row["writer"]));
}

/**
 * Tells up to which id all rows are there that will ever be. Whoever takes an id holds the table's lock for writers
 * until he has committed: those who hold it after the highest id was read may have taken one up to it, and when the
 * last of them is gone, all is settled. Nobody is made to wait for that.
 */
export function createSettledRows(): (database: SqlDatabase) => Promise<bigint> {
  let settled = 0n;
  let taken: Taken | undefined;
  return async (database) => {
    if (taken === undefined) {
      const [row] = await database.query(
        "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS highest FROM blnk.transactions_id_seq",
        [],
      );
      const highest = BigInt(String(row?.["highest"] ?? 0));
      taken = { highest, writers: await writersNow(database) };
    } else {
      const present = new Set(await writersNow(database));
      taken = { ...taken, writers: taken.writers.filter((writer) => present.has(writer)) };
    }
    if (taken.writers.length > 0) return settled;
    settled = taken.highest;
    taken = undefined;
    return settled;
  };
}

/** One process at a time sums up. */
const summingLock = 5_240_118;

/**
 * Adds the next rows to the periods: all of a step or nothing.
 *
 * @param settled up to which id all rows are there
 * @returns whether there is more to be added at once
 */
export function sumUp(database: TransactionalDatabase, settled: bigint): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const [row] = await transaction.query(
      `SELECT CASE WHEN pg_try_advisory_xact_lock(${summingLock}) THEN 'mine' END AS turn`,
      [],
    );
    if (row?.["turn"] !== "mine") return false;
    const [summed] = await transaction.query("SELECT summed_to FROM annex.summed FOR UPDATE", []);
    const after = BigInt(String(summed?.["summed_to"] ?? 0));
    const farthest = after + BigInt(rowsPerStep);
    const until = farthest < settled ? farthest : settled;
    if (until <= after) return false;
    const step = [String(after), String(until)] as const;
    for (const balanceId of await grownLong(transaction, step))
      await beginPeriods(transaction, balanceId, after);
    await addRows(transaction, step, until);
    await transaction.query("UPDATE annex.summed SET summed_to = $1::text::bigint", [String(until)]);
    return until < settled;
  });
}

type Step = readonly [after: string, until: string];

const rowsOfStep = "id > $1::text::bigint AND id <= $2::text::bigint";

async function grownLong(database: SqlDatabase, step: Step): Promise<readonly string[]> {
  const rows = await database.query(
    `SELECT b.balance_id FROM (
       SELECT DISTINCT unnest(ARRAY[source, destination]) AS balance_id FROM blnk.transactions
       WHERE ${rowsOfStep} AND hashint4(id) % ${lookedAt} = 0) AS seen
     JOIN blnk.balances b USING (balance_id)
     WHERE b.version > ${longHistory}
       AND NOT EXISTS (SELECT FROM annex.balance_periods p WHERE p.balance_id = b.balance_id)
     LIMIT ${newPerStep}`,
    step,
  );
  return rows.map((row) => String(row["balance_id"]));
}

/**
 * The first periods of a balance, divided for all its rows, also those that are still to be summed up: of old books
 * that is the whole history, read this once.
 */
async function beginPeriods(database: SqlDatabase, balanceId: string, summedTo: bigint): Promise<void> {
  await database.query(
    `WITH rows AS MATERIALIZED (${appliedRowsBetween("timestamp '-infinity'", "timestamp 'infinity'")}),
     starts AS (
       SELECT timestamp '-infinity' AS starts_at
       UNION SELECT at FROM (SELECT at, row_number() OVER (ORDER BY at) AS number FROM rows) AS numbered
         WHERE number % ${rowsPerPeriod} = 0
       UNION SELECT unnest(ARRAY[at, at + interval '1 microsecond']) FROM rows
         GROUP BY at HAVING count(*) >= ${rowsPerPeriod}),
     sorted AS (SELECT array_agg(starts_at ORDER BY starts_at) AS starts FROM starts),
     sums AS (
       SELECT width_bucket(at, (SELECT starts FROM sorted)) AS place, ${sumsOfSides}, count(*)::integer AS rows
       FROM rows WHERE id <= $2::text::bigint GROUP BY place)
     INSERT INTO annex.balance_periods (balance_id, starts_at, credit, debit, rows)
     SELECT $1, period.starts_at, COALESCE(credit, 0), COALESCE(debit, 0), COALESCE(sums.rows, 0)
     FROM unnest((SELECT starts FROM sorted)) WITH ORDINALITY AS period (starts_at, place)
     LEFT JOIN sums USING (place)`,
    [balanceId, String(summedTo)],
  );
}

async function addRows(database: SqlDatabase, step: Step, summedTo: bigint): Promise<void> {
  const changed = await database.query(
    `WITH fresh AS MATERIALIZED (
       SELECT source, destination, precise_amount AS amount, ${timeOfRow} AS at FROM blnk.transactions
       WHERE ${rowsOfStep} AND status = 'APPLIED' AND ${timeOfRow} > ${zeroTime}),
     moved AS (
       SELECT source AS balance_id, 'source' AS side, amount, at FROM fresh
       UNION ALL SELECT destination, 'destination', amount, at FROM fresh),
     sums AS (
       SELECT moved.balance_id, period.starts_at, ${sumsOfSides}, count(*)::integer AS rows
       FROM moved CROSS JOIN LATERAL (
         SELECT p.starts_at FROM annex.balance_periods p
         WHERE p.balance_id = moved.balance_id AND p.starts_at <= moved.at
         ORDER BY p.starts_at DESC LIMIT 1) AS period
       GROUP BY moved.balance_id, period.starts_at)
     UPDATE annex.balance_periods p
     SET credit = p.credit + sums.credit, debit = p.debit + sums.debit, rows = p.rows + sums.rows
     FROM sums WHERE p.balance_id = sums.balance_id AND p.starts_at = sums.starts_at
     RETURNING p.balance_id, p.starts_at, p.rows, p.rows - sums.rows AS rows_before`,
    step,
  );
  for (const row of changed) {
    const [rows, before] = [Number(row["rows"]), Number(row["rows_before"])];
    if (rows > 2 * rowsPerPeriod && isWorthDividing(rows, before)) {
      await divide(database, String(row["balance_id"]), String(row["starts_at"]), summedTo);
    }
  }
}

/** What is of one time can't be divided, and is not looked at again before it has doubled. */
function isWorthDividing(rows: number, before: number): boolean {
  return before <= 2 * rowsPerPeriod || Math.floor(Math.log2(rows)) > Math.floor(Math.log2(before));
}

async function divide(database: SqlDatabase, balanceId: string, startsAt: string, summedTo: bigint) {
  const moments = await momentsOf(database, balanceId, startsAt, summedTo);
  await database.query(
    "DELETE FROM annex.balance_periods WHERE balance_id = $1 AND starts_at = $2::text::timestamp",
    [balanceId, startsAt],
  );
  await store(database, balanceId, dividePeriod(startsAt, moments));
}

/** What is summed up already, or is about to be, of a period. */
async function momentsOf(
  database: SqlDatabase,
  balanceId: string,
  startsAt: string,
  summedTo: bigint,
): Promise<readonly Moment[]> {
  const start = "$2::text::timestamp";
  const end = `COALESCE((SELECT min(starts_at) FROM annex.balance_periods
    WHERE balance_id = $1 AND starts_at > ${start}), 'infinity')`;
  const rows = await database.query(
    `SELECT at, at + interval '1 microsecond' AS next, ${sumsOfSides}, count(*)::integer AS rows
     FROM (${appliedRowsBetween(start, end)}) AS counted
     WHERE id <= $3::text::bigint GROUP BY at ORDER BY at`,
    [balanceId, startsAt, String(summedTo)],
  );
  return rows.map((row) => ({
    at: String(row["at"]),
    next: String(row["next"]),
    credit: BigInt(String(row["credit"])),
    debit: BigInt(String(row["debit"])),
    rows: Number(row["rows"]),
  }));
}

/** A time that has a period already keeps it. */
async function store(database: SqlDatabase, balanceId: string, periods: readonly Period[]): Promise<void> {
  const column = (value: (period: Period) => string | bigint | number) =>
    periods.map((period) => String(value(period)));
  await database.query(
    `INSERT INTO annex.balance_periods (balance_id, starts_at, credit, debit, rows)
     SELECT $1, * FROM unnest($2::text[]::timestamp[], $3::text[]::numeric[], $4::text[]::numeric[], $5::text[]::integer[])
     ON CONFLICT DO NOTHING`,
    [
      balanceId,
      column(({ startsAt }) => startsAt),
      column(({ credit }) => credit),
      column(({ debit }) => debit),
      column(({ rows }) => rows),
    ],
  );
}

/** Books that came from elsewhere are summed up from their first row on. */
export async function sumUpAnew(database: SqlDatabase): Promise<void> {
  const [row] = await database.query("SELECT to_regclass('annex.summed') IS NOT NULL AS kept", []);
  if (row?.["kept"] !== true) return;
  await database.query("DELETE FROM annex.balance_periods", []);
  await database.query("UPDATE annex.summed SET summed_to = 0", []);
}
