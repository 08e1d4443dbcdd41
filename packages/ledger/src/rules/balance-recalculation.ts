/**
 * What a balance's metadata says after `BLNK_RUN_RECONCILIATION: "SOURCE"` was put into it
 * (contract section 14.3, "Balance special key"). All amounts are minor units as decimal text.
 */

const flagKey = "BLNK_RUN_RECONCILIATION";
const resultKey = "BLNK_RECONCILIATION_RESULT";

/** Totals before and after. */
export interface Recalculation {
  readonly previousDebit: string;
  readonly previousCredit: string;
  readonly previousBalance: string;
  readonly debit: string;
  readonly credit: string;
}

/** True when metadata asks for a recalculation; any other value of the flag is plain metadata. */
export function asksForRecalculation(metadata: Readonly<Record<string, unknown>>): boolean {
  return metadata[flagKey] === "SOURCE";
}

/**
 * The metadata without the flag and with the result.
 *
 * @param executedAt as PostgreSQL prints a time with its zone: `2024-05-01 10:00:00.123456+00`
 */
export function metadataAfterRecalculation(
  metadata: Readonly<Record<string, unknown>>,
  totals: Recalculation,
  executedAt: string,
): Readonly<Record<string, unknown>> {
  const { [flagKey]: _, ...kept } = metadata;
  const balance = BigInt(totals.credit) - BigInt(totals.debit);
  return {
    ...kept,
    [resultKey]: {
      executed_at: executedAt,
      previous_debit: totals.previousDebit,
      previous_credit: totals.previousCredit,
      previous_balance: totals.previousBalance,
      recalculated_debit: totals.debit,
      recalculated_credit: totals.credit,
      recalculated_balance: String(balance),
      difference: String(balance - BigInt(totals.previousBalance)),
    },
  };
}
