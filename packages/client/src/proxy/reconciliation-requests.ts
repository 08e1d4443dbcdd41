/** What a caller asks for when he reconciles, and how it stands on the wire. Contract section 8, Proxy API. */
import { jsonDecimal } from "../records/amounts.ts";
import type { ExternalTransaction, MatchingCriterion } from "../records/records.ts";

/** A rule by which external and internal transactions are matched: all of its criteria must hold. */
export interface NewMatchingRule {
  readonly name: string;
  readonly description?: string | undefined;
  readonly criteria: readonly MatchingCriterion[];
}

interface RunSettings {
  readonly strategy: "one_to_one" | "one_to_many" | "many_to_one";
  readonly matching_rule_ids: readonly string[];
  readonly grouping_criteria?: string | undefined;
  readonly dry_run?: boolean | undefined;
}

/** Matches an earlier upload. */
export type ReconciliationRun = RunSettings & { readonly upload_id: string };
/** Matches external transactions sent along, at most 10,000. Amounts in major units as decimal text. */
export type InstantReconciliationRun = RunSettings & {
  readonly external_transactions: readonly (Omit<ExternalTransaction, "date" | "upload_id"> & {
    readonly date: Date;
  })[];
};

/** What became of an uploaded file. `record_count` is how many rows it had. */
export interface Upload {
  readonly upload_id: string;
  readonly record_count: bigint;
  readonly source: string;
}

/** A file of external transactions; its name ends in `.csv` or `.json`. */
export interface UploadFile {
  readonly name: string;
  readonly content: Blob | string;
}

/** The run as Core reads it. @throws InvalidRequest for an amount that is not plain decimal text. */
export function instantToWire(run: InstantReconciliationRun) {
  const external = run.external_transactions.map((transaction) => ({
    ...transaction,
    amount: signedDecimal(transaction.amount),
  }));
  return { ...run, external_transactions: external };
}

/** Bank lines can be negative, unlike a transaction's amount. */
function signedDecimal(text: string): unknown {
  const digits = text.startsWith("-") ? text.slice(1) : text;
  jsonDecimal(digits, "external_transactions.amount");
  return (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(text);
}
