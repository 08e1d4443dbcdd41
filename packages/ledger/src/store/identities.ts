/** SQL of identities (contract section 14.1), table `blnk.identity`. */
import { columnList, columnsOf } from "../entities/fields.ts";
import { type IdentityText, identities } from "../entities/identities.ts";
import type { Metadata } from "../rules/metadata.ts";
import type { SqlDatabase } from "./database.ts";
import { cast } from "./sql.ts";

/** A row of `blnk.identity`; `created_at` is a wall clock in UTC. */
export interface IdentityRow extends Readonly<Record<IdentityText, string | null>> {
  readonly identity_id: string;
  readonly first_name: string;
  readonly last_name: string;
  /** Read as a day; written as a time whose day it is, whatever its offset. */
  readonly dob: string | null;
  readonly created_at: string;
  readonly meta_data: Metadata | null;
}

/** What an update writes; what is absent stays. */
export type IdentityChange = Partial<Record<IdentityText | "dob", string>> & {
  readonly meta_data?: Metadata;
};

const kinds = new Map(columnsOf(identities));
const columns = [...kinds.keys()];

export const identityColumns = columnList(identities);

function parameter(name: string, position: number): string {
  return cast(`$${position}`, kinds.get(name) ?? "text");
}

/** No metadata is a JSON null, which is not absent to filters. */
function stored(name: string, value: unknown): unknown {
  return name === "meta_data" ? JSON.stringify(value) : value;
}

/**
 * Stores a new identity.
 *
 * @throws DatabaseError of the unique id.
 */
export async function insertIdentity(database: SqlDatabase, row: IdentityRow): Promise<void> {
  const values: Readonly<Record<string, unknown>> = { ...row };
  const parameters = columns.map((name, index) => parameter(name, index + 1));
  await database.query(
    `INSERT INTO blnk.identity (${identityColumns}) VALUES (${parameters.join(", ")})`,
    columns.map((name) => stored(name, values[name])),
  );
}

export async function findIdentity(database: SqlDatabase, id: string): Promise<IdentityRow | undefined> {
  const rows = await database.query(`SELECT ${identityColumns} FROM blnk.identity WHERE identity_id = $1`, [
    id,
  ]);
  return rows[0] as IdentityRow | undefined;
}

/** As `findIdentity`, and nobody else changes the row until the transaction ends. */
export async function lockIdentity(transaction: SqlDatabase, id: string): Promise<IdentityRow | undefined> {
  const rows = await transaction.query(
    `SELECT ${identityColumns} FROM blnk.identity WHERE identity_id = $1 FOR UPDATE`,
    [id],
  );
  return rows[0] as IdentityRow | undefined;
}

/** Writes the given columns; false when there is no such identity. */
export async function updateIdentity(
  database: SqlDatabase,
  id: string,
  change: IdentityChange,
): Promise<boolean> {
  const written = Object.entries(change).filter(([name]) => columns.includes(name));
  const assignments = written.map(([name], index) => `${name} = ${parameter(name, index + 2)}`);
  const rows = await database.query(
    `UPDATE blnk.identity SET ${assignments.join(", ")} WHERE identity_id = $1 RETURNING identity_id`,
    [id, ...written.map(([name, value]) => stored(name, value))],
  );
  return rows.length === 1;
}

/**
 * Removes an identity; false when there is none.
 *
 * @throws DatabaseError of the foreign key when a balance is linked to it.
 */
export async function deleteIdentity(database: SqlDatabase, id: string): Promise<boolean> {
  const rows = await database.query(
    "DELETE FROM blnk.identity WHERE identity_id = $1 RETURNING identity_id",
    [id],
  );
  return rows.length === 1;
}
