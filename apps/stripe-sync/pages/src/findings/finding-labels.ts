/** What each kind of finding is called in a list. */
import type { KeptFindingJson } from "../../../src/portal-types.ts";

export const findingLabels: Readonly<Record<KeptFindingJson["code"], string>> = {
  ledger_differs: "Another transaction has its reference",
  ledger_refused: "The ledger refused it",
  unknown_type: "A type that is not known yet",
  unknown_currency: "A currency that is not known",
  amounts_disagree: "Its amounts contradict each other",
  amount_unreadable: "An amount that may have been rounded",
  reclassify: "Belongs in another account",
  conversion_unknown: "How much was converted is not known",
  balance_differs: "The balances differ",
  alert_uncertain: "Perhaps there is no alert",
  alert_refused: "The alert was refused",
  customer_doubtful: "Several identities could be meant",
  customer_unreadable: "A customer that cannot be read",
  payout_differs: "A payout does not add up",
};
