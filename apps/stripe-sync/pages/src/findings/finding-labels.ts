/** What each kind of finding is called in a list. */
import type { KeptFindingJson } from "../../../src/portal-types.ts";

export const findingLabels: Readonly<Record<KeptFindingJson["code"], string>> = {
  ledger_differs: "Another transaction has its reference",
  ledger_refused: "The ledger refused it",
  unknown_type: "Unknown type at Stripe",
  unknown_currency: "Unknown currency",
  amounts_disagree: "Its amounts contradict each other",
  amount_unreadable: "An amount that may have been rounded",
  time_unreadable: "Its time cannot be read",
  reclassify: "Belongs in another account",
  conversion_unknown: "Converted amount not known",
  balance_differs: "The balances differ",
  alert_uncertain: "Alert may be missing",
  alert_refused: "The alert was refused",
  customer_doubtful: "Several identities could be meant",
  customer_unreadable: "A customer that cannot be read",
  payout_differs: "A payout does not add up",
  payout_incomparable: "A payout cannot be compared",
};
