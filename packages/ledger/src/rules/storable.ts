/** What the database has no room for (contract section 3.3): such a row fails when it is to be stored. */
import type { RowDraft } from "./rows.ts";

/** PostgreSQL's texts can't hold the character U+0000, its JSON not even escaped. */
export function isStorableText(text: string): boolean {
  return !text.includes("\0");
}

const mostPrecision = 2n ** 63n;

/** Whether the database takes what a row carries besides its reference and its balances. */
export function isStorable({ description, currency, precision, metadata }: RowDraft): boolean {
  return (
    isStorableText(description) &&
    isStorableText(currency) &&
    BigInt(precision) < mostPrecision &&
    isStorableValue(metadata)
  );
}

function isStorableValue(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorableText(key) && isStorableValue(inner));
}
