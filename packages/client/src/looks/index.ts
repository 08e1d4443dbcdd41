/**
 * One rule a kind of write: given what was asked for and what Cloud shows, was it done? Pure decisions over records;
 * who reads the records is with the calls. Contract section 8; what rows a write leaves: Core's own behaviour.
 */

export { isSince, saysTheSame } from "./alert.ts";
export { sightBulk } from "./bulk.ts";
export { holdsFields } from "./fields.ts";
export { outcomesOf, sightHoldChange } from "./hold.ts";
export { sightNewcomer } from "./newcomers.ts";
export { refundable, refundReference, sightRefund } from "./refund.ts";
export { sightTokenization } from "./tokenization.ts";
export {
  differencesOf,
  legCount,
  referencesOf,
  sightTransaction,
  type TransactionDifference,
} from "./transaction.ts";
