/**
 * Core's lists: what a condition or an order may name of each entity, with the type of the column. This is the only
 * source of column names in their statements.
 */
import { raw, type Sql } from "sql-template-tag";
import { balances } from "../../entities/balances.ts";
import { type ColumnKind, type Entity, filteredColumns } from "../../entities/fields.ts";
import { identities } from "../../entities/identities.ts";
import { ledgers } from "../../entities/ledgers.ts";
import { transactions } from "../../entities/transactions.ts";

/** A list. */
export interface Collection {
  readonly table: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

/** The lists that Core has. */
export type CoreCollection = "ledgers" | "balances" | "transactions" | "identities";

function listOf(entity: Entity): Collection {
  return { table: entity.table, columns: filteredColumns(entity) };
}

export const collections: Readonly<Record<CoreCollection, Collection>> = {
  ledgers: listOf(ledgers),
  balances: listOf(balances),
  transactions: listOf(transactions),
  identities: listOf(identities),
};

/** A column of ours, quoted. */
export function column(name: string): Sql {
  return raw(`"${name}"`);
}

/** A table of ours in the schema it lives in. */
export function table(schema: string, name: string): Sql {
  return raw(`"${schema.replaceAll('"', '""')}"."${name}"`);
}
