/** What a comparison of a currency comes to. Pure. */
import type { CurrencyTotalJson } from "../../../src/portal-types.ts";

/** `explained`: the sides differ by exactly what findings say is not in the ledger. */
export type Result = "not_compared" | "ties" | "explained" | "differs";

export function resultOf({ difference, missing }: CurrencyTotalJson): Result {
  if (difference === undefined) return "not_compared";
  if (BigInt(difference.minor) === 0n) return "ties";
  return BigInt(difference.minor) + BigInt(missing?.minor ?? "0") === 0n ? "explained" : "differs";
}

/** Why a currency in which too much came in was not compared, and what to do; of a former key no sync comes any more. */
export function whyTooBusy(isFormer: boolean): string {
  return isFormer
    ? "This currency was not compared: so much came in at Stripe during the last sync of this account that what Stripe held could not be told. The account is not read any more, so compare the ledger with Stripe's dashboard by hand."
    : "Not compared: too much came in at Stripe meanwhile to say whether this currency ties. The next sync compares it again.";
}
