/** What the database has no room for (contract section 3.3): such a row fails when it is to be stored. */
import type { Refusal } from "./refusals.ts";
import type { RowDraft } from "./rows.ts";

/** PostgreSQL's texts can't hold the character U+0000, its JSON not even escaped. */
export function isStorableText(text: string): boolean {
  return !text.includes("\0");
}

/** A name that can't be looked up because the database can't hold it. */
export function unreadableName({
  source,
  destination,
  currency,
  reference,
}: Pick<RowDraft, "source" | "destination" | "currency" | "reference">): Refusal | undefined {
  for (const [side, name] of [
    ["source", source],
    ["destination", destination],
  ] as const) {
    if (!name.startsWith("@") || (isStorableText(name) && isStorableText(currency))) continue;
    return { code: "indicator_unreadable", side };
  }
  if (!isStorableText(reference)) return { code: "reference_unreadable" };
  if (isStorableText(source) && isStorableText(destination)) return undefined;
  return { code: "balance_unreadable" };
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
