/** What a comparison of a currency comes to. Pure. */
import type { CurrencyTotalJson } from "../../../src/portal-types.ts";

/** `explained`: the sides differ by exactly what findings say is not in the ledger. */
export type Result = "not_compared" | "ties" | "explained" | "differs";

export function resultOf({ difference, missing }: CurrencyTotalJson): Result {
  if (difference === undefined) return "not_compared";
  if (BigInt(difference.minor) === 0n) return "ties";
  return BigInt(difference.minor) + BigInt(missing?.minor ?? "0") === 0n ? "explained" : "differs";
}
