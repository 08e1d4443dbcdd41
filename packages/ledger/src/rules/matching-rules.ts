/** What makes a reconciliation rule valid (contract section 15.1, Matching rules). */

/** One condition of a rule. `value` and `pattern` are kept but never used for matching, as in Core. */
export interface MatchingCriterion {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
  readonly pattern: string;
  /** Fraction for amounts, seconds for dates, percent of the length for texts. */
  readonly allowable_drift: number;
}

/** A rule as far as matching goes: it holds when all of its criteria do. */
export interface MatchingRule {
  readonly criteria: readonly MatchingCriterion[];
}

const operators: readonly string[] = ["equals", "greater_than", "less_than", "contains"];
const fields: readonly string[] = ["amount", "date", "description", "reference", "currency"];

/**
 * The first fault of a rule, in Core's words; undefined when it is valid.
 *
 * @example matchingRuleFault("", []) // "rule name is required"
 */
export function matchingRuleFault(name: string, criteria: readonly MatchingCriterion[]): string | undefined {
  if (name === "") return "rule name is required";
  if (criteria.length === 0) return "at least one matching criteria is required";
  return criteria.map(criterionFault).find((fault) => fault !== undefined);
}

function criterionFault({ field, operator, allowable_drift: drift }: MatchingCriterion): string | undefined {
  if (field === "" || operator === "") return "field and operator are required for each criteria";
  if (!operators.includes(operator)) return "invalid operator";
  if (!fields.includes(field)) return "invalid field";
  if (operator !== "equals") return undefined;
  if (field === "amount" && (drift < 0 || drift > 1)) {
    return "drift for amount must be between 0 and 1 (fraction, e.g. 0.01 = 1%)";
  }
  if (field === "date" && drift < 0) return "drift for date must be non-negative (seconds)";
  return undefined;
}
