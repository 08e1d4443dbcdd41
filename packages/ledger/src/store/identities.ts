/** SQL of identities (contract section 14.1). */
import type { Metadata } from "../http/shapes.ts";
import type { SqlDatabase } from "./database.ts";

/** A row of `blnk.identity`. */
export interface IdentityRow {
  readonly identity_id: string;
  readonly identity_type: string | null;
  readonly organization_name: string | null;
  readonly category: string | null;
  readonly first_name: string;
  readonly last_name: string;
  readonly other_names: string | null;
  readonly gender: string | null;
  readonly email_address: string | null;
  readonly phone_number: string | null;
  readonly nationality: string | null;
  readonly street: string | null;
  readonly country: string | null;
  readonly state: string | null;
  readonly post_code: string | null;
  readonly city: string | null;
  readonly dob: string | null;
  readonly created_at: string;
  readonly meta_data: Metadata | null;
}

export const identityColumns =
  "identity_id, identity_type, organization_name, category, first_name, last_name, other_names, gender, " +
  "email_address, phone_number, nationality, street, country, state, post_code, city, dob, created_at, meta_data";

export async function findIdentity(database: SqlDatabase, id: string): Promise<IdentityRow | undefined> {
  const rows = await database.query(`SELECT ${identityColumns} FROM blnk.identity WHERE identity_id = $1`, [
    id,
  ]);
  return rows[0] as IdentityRow | undefined;
}
