/** SQL of balances: creating, reading, linking (contract section 6). What moves them is in `posting.ts`. */
import { balances } from "../entities/balances.ts";
import { columnList } from "../entities/fields.ts";
import type { Metadata } from "../rules/metadata.ts";
import type { SqlDatabase } from "./database.ts";

/** A row of `blnk.balances`; amounts are minor units as decimal text. */
export interface BalanceRow {
  readonly balance_id: string;
  readonly indicator: string | null;
  readonly balance: string;
  readonly credit_balance: string;
  readonly debit_balance: string;
  readonly inflight_balance: string;
  readonly inflight_credit_balance: string;
  readonly inflight_debit_balance: string;
  readonly currency: string;
  readonly ledger_id: string;
  readonly identity_id: string | null;
  readonly created_at: string;
  readonly meta_data: Metadata | null;
  readonly version: number;
  readonly track_fund_lineage: boolean;
  readonly allocation_strategy: string;
}

export const balanceColumns = columnList(balances);

/** What a new balance is made of; all amounts start at zero. */
export interface NewBalance {
  readonly balanceId: string;
  readonly indicator: string | null;
  readonly currency: string;
  readonly ledgerId: string;
  readonly identityId: string | null;
  readonly createdAt: string;
  readonly metadata: Metadata | null;
  readonly trackFundLineage: boolean;
  readonly allocationStrategy: string;
}

/**
 * Stores a new balance.
 *
 * @throws DatabaseError of a foreign key (unknown ledger or identity) or of the unique indicator.
 */
export async function insertBalance(database: SqlDatabase, balance: NewBalance): Promise<void> {
  await database.query(
    `INSERT INTO blnk.balances (balance_id, indicator, balance, credit_balance, debit_balance, currency,
       ledger_id, identity_id, created_at, meta_data, track_fund_lineage, allocation_strategy)
     VALUES ($1, $2, 0, 0, 0, $3, $4, $5, $6::text::timestamp, $7::text::jsonb, $8, $9)`,
    [
      balance.balanceId,
      balance.indicator,
      balance.currency,
      balance.ledgerId,
      balance.identityId,
      balance.createdAt,
      // No metadata is a JSON null, which is not absent to filters.
      JSON.stringify(balance.metadata),
      balance.trackFundLineage,
      balance.allocationStrategy,
    ],
  );
}

/** The balances of these ids, by id. */
export async function findBalances(
  database: SqlDatabase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BalanceRow>> {
  const rows = await database.query(
    `SELECT ${balanceColumns} FROM blnk.balances WHERE balance_id = ANY($1::text[])`,
    [ids],
  );
  return new Map((rows as readonly unknown[] as readonly BalanceRow[]).map((row) => [row.balance_id, row]));
}

export async function findBalanceByIndicator(
  database: SqlDatabase,
  indicator: string,
  currency: string,
): Promise<BalanceRow | undefined> {
  const rows = await database.query(
    `SELECT ${balanceColumns} FROM blnk.balances WHERE indicator = $1 AND currency = $2`,
    [indicator, currency],
  );
  return rows[0] as BalanceRow | undefined;
}

/** Links a balance to an identity; false when there is no such balance. */
export async function linkIdentity(
  database: SqlDatabase,
  balanceId: string,
  identityId: string,
): Promise<boolean> {
  const rows = await database.query(
    "UPDATE blnk.balances SET identity_id = $2 WHERE balance_id = $1 RETURNING balance_id",
    [balanceId, identityId],
  );
  return rows.length === 1;
}
