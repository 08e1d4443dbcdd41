/**
 * Balance monitors: a condition on one of a balance's six figures, kept beside it. What Core does when a
 * condition holds is to call a webhook; this ledger, like a Core without one configured, calls none.
 */
const monitoredFields: ReadonlySet<string> = new Set([
  "debit_balance",
  "credit_balance",
  "balance",
  "inflight_debit_balance",
  "inflight_credit_balance",
  "inflight_balance",
]);

/** What a monitor compares: `field` of the balance by `operator` with `value`, in major units. */
export interface MonitorCondition {
  readonly field: string;
  readonly operator: string;
  readonly value: number;
  readonly precision: number;
}

/** What is wrong with a condition, field by field; undefined members are fine. */
export function conditionProblems(condition: MonitorCondition): Readonly<Record<string, string | undefined>> {
  return {
    field: fieldProblem(condition.field),
    operator: condition.operator === "" ? blank : undefined,
    precision: precisionProblem(condition.precision),
    value: condition.value === 0 ? blank : undefined,
  };
}

const blank = "cannot be blank";

function fieldProblem(field: string): string | undefined {
  if (field === "") return blank;
  return monitoredFields.has(field) ? undefined : "must be a valid value";
}

function precisionProblem(precision: number): string | undefined {
  if (precision === 0) return blank;
  return precision < 0 ? "precision cannot be negative" : undefined;
}

/** The compared value in minor units; what is smaller than one of them is cut off. */
export function preciseConditionValue({ value, precision }: MonitorCondition): bigint {
  const minorUnits = Math.trunc(value * precision);
  return Number.isFinite(minorUnits) ? BigInt(minorUnits) : 0n;
}
