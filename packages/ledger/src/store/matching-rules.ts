/** SQL of reconciliation rules (contract section 15.1), table `blnk.matching_rules`. */
import type { MatchingCriterion } from "../rules/matching-rules.ts";
import type { SqlDatabase } from "./database.ts";

/** A stored rule; times are wall clocks in UTC. */
export interface MatchingRuleRow {
  readonly rule_id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly name: string;
  readonly description: string | null;
  readonly criteria: readonly MatchingCriterion[];
}

const columns = "rule_id, created_at, updated_at, name, description, criteria";

/**
 * Stores a new rule.
 *
 * @throws DatabaseError for a name longer than the column.
 */
export async function insertMatchingRule(database: SqlDatabase, rule: MatchingRuleRow): Promise<void> {
  await database.query(
    `INSERT INTO blnk.matching_rules (${columns})
     VALUES ($1, $2::text::timestamp, $3::text::timestamp, $4, $5, $6::text::jsonb)`,
    [
      rule.rule_id,
      rule.created_at,
      rule.updated_at,
      rule.name,
      rule.description,
      JSON.stringify(rule.criteria),
    ],
  );
}

export async function findMatchingRule(
  database: SqlDatabase,
  id: string,
): Promise<MatchingRuleRow | undefined> {
  const rows = await database.query(`SELECT ${columns} FROM blnk.matching_rules WHERE rule_id = $1`, [id]);
  return rows[0] as MatchingRuleRow | undefined;
}

/** Replaces what a rule says; `updated_at` stays, as in Core. */
export async function replaceMatchingRule(
  database: SqlDatabase,
  id: string,
  rule: Pick<MatchingRuleRow, "name" | "description" | "criteria">,
): Promise<void> {
  await database.query(
    "UPDATE blnk.matching_rules SET name = $2, description = $3, criteria = $4::text::jsonb WHERE rule_id = $1",
    [id, rule.name, rule.description, JSON.stringify(rule.criteria)],
  );
}

/** Removes a rule; false when there is none. */
export async function deleteMatchingRule(database: SqlDatabase, id: string): Promise<boolean> {
  const rows = await database.query("DELETE FROM blnk.matching_rules WHERE rule_id = $1 RETURNING rule_id", [
    id,
  ]);
  return rows.length === 1;
}
