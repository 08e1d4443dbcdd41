/** SQL of fund lineage (contract section 13). */

import type { TransactionRow } from "../rules/rows.ts";
import type { SqlDatabase, SqlRow } from "./database.ts";
import { transactionColumns } from "./transactions.ts";

/** A provider's money on a tracked balance, as its shadow balance tells it; minor units. */
export interface ProviderFunds {
  readonly provider: string;
  readonly shadowBalanceId: string;
  readonly aggregateBalanceId: string;
  readonly amount: bigint;
  readonly spent: bigint;
}

/** The providers of a tracked balance, oldest mapping first. */
export async function providerFunds(
  database: SqlDatabase,
  balanceId: string,
): Promise<readonly ProviderFunds[]> {
  const rows = await database.query(
    `SELECT m.provider, m.shadow_balance_id, m.aggregate_balance_id, s.debit_balance, s.credit_balance
     FROM blnk.lineage_mappings m JOIN blnk.balances s ON s.balance_id = m.shadow_balance_id
     WHERE m.balance_id = $1 ORDER BY m.id`,
    [balanceId],
  );
  return rows.map((row) => ({
    provider: String(row["provider"]),
    shadowBalanceId: String(row["shadow_balance_id"]),
    aggregateBalanceId: String(row["aggregate_balance_id"]),
    amount: BigInt(String(row["debit_balance"])),
    spent: BigInt(String(row["credit_balance"])),
  }));
}

/** A tracked balance with what names its shadows. */
export interface TrackedBalance {
  readonly balanceId: string;
  readonly currency: string;
  readonly strategy: string;
  readonly identityId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly organizationName: string;
}

/** Those of the balances that are tracked. */
export async function trackedBalances(
  database: SqlDatabase,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TrackedBalance>> {
  const rows = await database.query(
    `SELECT b.balance_id, b.currency, b.allocation_strategy, i.identity_id, i.first_name, i.last_name,
            i.organization_name
     FROM blnk.balances b JOIN blnk.identity i ON i.identity_id = b.identity_id
     WHERE b.balance_id = ANY($1::text[]) AND b.track_fund_lineage`,
    [ids],
  );
  return new Map(rows.map((row) => [String(row["balance_id"]), toTracked(row)]));
}

function toTracked(row: SqlRow): TrackedBalance {
  return {
    balanceId: String(row["balance_id"]),
    currency: String(row["currency"]),
    strategy: String(row["allocation_strategy"]),
    identityId: String(row["identity_id"]),
    firstName: String(row["first_name"] ?? ""),
    lastName: String(row["last_name"] ?? ""),
    organizationName: String(row["organization_name"] ?? ""),
  };
}

/** Where account is kept of a provider's money on a balance. */
export interface Mapping {
  readonly balance: TrackedBalance;
  readonly provider: string;
  readonly shadowId: string;
  readonly aggregateId: string;
}

/** Remembers that a balance holds a provider's money; the latest money says in which shadow balances. */
export async function rememberMapping(
  database: SqlDatabase,
  { balance, provider, shadowId, aggregateId }: Mapping,
  createdAt: string,
): Promise<void> {
  await database.query(
    `INSERT INTO blnk.lineage_mappings
       (balance_id, provider, shadow_balance_id, aggregate_balance_id, identity_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6::text::timestamp)
     ON CONFLICT (balance_id, provider) DO UPDATE SET
       shadow_balance_id = EXCLUDED.shadow_balance_id, aggregate_balance_id = EXCLUDED.aggregate_balance_id`,
    [balance.balanceId, provider, shadowId, aggregateId, balance.identityId, createdAt],
  );
}

/** The shadow rows of a transaction, oldest first. */
export async function shadowRows(database: SqlDatabase, id: string): Promise<readonly TransactionRow[]> {
  const rows = await database.query(
    `SELECT ${transactionColumns} FROM blnk.transactions
     WHERE meta_data ->> '_shadow_for' = $1 ORDER BY created_at, id`,
    [id],
  );
  return rows as unknown as readonly TransactionRow[];
}
