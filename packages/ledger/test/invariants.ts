/**
 * The invariants of contract section 20 that speak of what is stored, as SQL over the books: each query finds
 * what breaks one of them.
 */
import type { SqlDatabase } from "../src/index.ts";

/** A rule by its number in section 20, and the query that finds what breaks it. */
const rules: readonly (readonly [number, string])[] = [
  [1, "SELECT balance_id FROM blnk.balances WHERE balance <> credit_balance - debit_balance"],
  [
    2,
    "SELECT balance_id FROM blnk.balances WHERE inflight_balance <> inflight_credit_balance - inflight_debit_balance",
  ],
  [3, "SELECT sum(balance) FROM blnk.balances HAVING sum(balance) <> 0"],
  [4, "SELECT sum(inflight_balance) FROM blnk.balances HAVING sum(inflight_balance) <> 0"],
  [
    5,
    `SELECT currency FROM blnk.balances GROUP BY currency
     HAVING sum(balance) <> 0 OR sum(inflight_balance) <> 0`,
  ],
  [
    6,
    `SELECT b.balance_id FROM blnk.balances b WHERE
       b.credit_balance <> (SELECT COALESCE(sum(precise_amount), 0) FROM blnk.transactions
                            WHERE status = 'APPLIED' AND destination = b.balance_id)
       OR b.debit_balance <> (SELECT COALESCE(sum(precise_amount), 0) FROM blnk.transactions
                              WHERE status = 'APPLIED' AND source = b.balance_id)`,
  ],
  [
    7,
    `WITH ended AS (
       SELECT parent_transaction AS hold, sum(precise_amount) AS amount,
         sum(precise_amount) FILTER (WHERE status = 'VOID') AS voided
       FROM blnk.transactions WHERE status IN ('APPLIED', 'VOID') GROUP BY parent_transaction),
     rest AS (
       SELECT h.source, h.destination,
         h.precise_amount - COALESCE(own.amount, 0) - COALESCE(split.voided, 0) AS amount
       FROM blnk.transactions h
       LEFT JOIN ended own ON own.hold = h.transaction_id
       LEFT JOIN ended split ON split.hold = h.parent_transaction AND h.parent_transaction LIKE 'txn_%'
       WHERE h.status = 'INFLIGHT')
     SELECT b.balance_id FROM blnk.balances b WHERE
       b.inflight_debit_balance <> (SELECT COALESCE(sum(amount), 0) FROM rest WHERE source = b.balance_id)
       OR b.inflight_credit_balance <> (SELECT COALESCE(sum(amount), 0) FROM rest WHERE destination = b.balance_id)`,
  ],
  [
    8,
    `SELECT balance_id FROM blnk.balances WHERE credit_balance < 0 OR debit_balance < 0
       OR inflight_credit_balance < 0 OR inflight_debit_balance < 0`,
  ],
  [
    9,
    `SELECT h.transaction_id FROM blnk.transactions h
     JOIN blnk.transactions c ON c.parent_transaction = h.transaction_id AND c.status IN ('APPLIED', 'VOID')
     WHERE h.status = 'INFLIGHT' GROUP BY h.transaction_id, h.precise_amount
     HAVING sum(c.precise_amount) > h.precise_amount OR count(*) FILTER (WHERE c.status = 'VOID') > 1
       OR (count(*) FILTER (WHERE c.status = 'VOID') = 1 AND sum(c.precise_amount) <> h.precise_amount)`,
  ],
  [
    10,
    `SELECT c.transaction_id FROM blnk.transactions c
     JOIN blnk.transactions v ON v.parent_transaction = c.parent_transaction AND v.status = 'VOID'
     WHERE c.status = 'APPLIED' AND c.id > v.id`,
  ],
  [
    11,
    `SELECT transaction_id FROM blnk.transactions
     WHERE status IN ('APPLIED', 'INFLIGHT', 'VOID') AND precise_amount <= 0`,
  ],
  [12, "SELECT reference FROM blnk.transactions GROUP BY reference HAVING count(*) > 1"],
  [
    14,
    `SELECT q.transaction_id FROM blnk.transactions q
     JOIN blnk.transactions c ON c.parent_transaction = q.transaction_id
       AND c.status IN ('APPLIED', 'INFLIGHT', 'REJECTED')
     WHERE q.status IN ('QUEUED', 'SCHEDULED') GROUP BY q.transaction_id, q.reference
     HAVING count(*) > 1 OR min(c.reference) <> q.reference || '_q'`,
  ],
  [
    15,
    `SELECT c.transaction_id FROM blnk.transactions q
     JOIN blnk.transactions c ON c.parent_transaction = q.transaction_id
       AND c.status IN ('APPLIED', 'INFLIGHT', 'REJECTED')
     WHERE q.status IN ('QUEUED', 'SCHEDULED')
       AND (c.precise_amount, c.amount, c.precision, c.currency, c.description, c.hash, c.created_at, c.source,
            c.destination) IS DISTINCT FROM
           (q.precise_amount, q.amount, q.precision, q.currency, q.description, q.hash, q.created_at, q.source,
            q.destination)`,
  ],
  [
    28,
    `SELECT r.transaction_id FROM blnk.transactions r
     JOIN blnk.transactions o ON r.reference = o.transaction_id || '_refund'
     WHERE r.source <> o.destination OR r.destination <> o.source OR r.precise_amount <> o.precise_amount`,
  ],
  [
    32,
    // Periods hold what the rows say (no rule of Core's: they are how this ledger tells the past of a balance).
    `SELECT p.balance_id, p.starts_at, p.credit, p.debit, p.rows, r.credit, r.debit, r.rows
     FROM (SELECT *, lead(starts_at, 1, 'infinity') OVER (PARTITION BY balance_id ORDER BY starts_at) AS ends_at
           FROM annex.balance_periods) p
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(precise_amount) FILTER (WHERE destination = p.balance_id), 0) AS credit,
         coalesce(sum(precise_amount) FILTER (WHERE source = p.balance_id), 0) AS debit,
         count(*) + count(*) FILTER (WHERE source = destination) AS rows
       FROM blnk.transactions t WHERE p.balance_id IN (source, destination) AND status = 'APPLIED'
         AND id <= (SELECT summed_to FROM annex.summed) AND coalesce(effective_date, created_at) > '0001-01-01'
         AND coalesce(effective_date, created_at) >= p.starts_at AND coalesce(effective_date, created_at) < p.ends_at) r
     WHERE (p.credit, p.debit, p.rows) IS DISTINCT FROM (r.credit, r.debit, r.rows)`,
  ],
  [
    35,
    "SELECT indicator FROM blnk.balances WHERE indicator IS NOT NULL GROUP BY indicator, currency HAVING count(*) > 1",
  ],
  [
    36,
    `SELECT balance_id FROM blnk.balances WHERE indicator IS NOT NULL AND ledger_id <> 'general_ledger_id'`,
  ],
];

/** What breaks an invariant, by the rule's number; empty when all hold. */
export async function brokenInvariants(database: SqlDatabase): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [number, sql] of rules) {
    const rows = await database.query(sql, []);
    if (rows.length > 0) broken.push(`${number}: ${JSON.stringify(rows.slice(0, 3))}`);
  }
  return broken;
}
