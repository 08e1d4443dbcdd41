/** Whose books these are: one Stripe account in one mode. Another key of another account begins other books. */
import type { StripeMode } from "../stripe/modes.ts";

export type Books = {
  /** `acct_…` */
  readonly account: string;
  readonly mode: StripeMode;
};

/** As part of a name: `acct_1AbC-test`. */
export function booksName({ account, mode }: Books): string {
  return `${account}-${mode}`;
}
