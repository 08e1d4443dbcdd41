import { Money, Notice, PortalLink } from "@annex/portal";
import type { PayoutJson } from "../../../src/portal-types.ts";
import { withBooks } from "../books/queries.ts";

/** By how much what Stripe says a payout contains is not its amount. */
export function PayoutDifference(props: {
  readonly payout: Pick<PayoutJson, "difference" | "sums">;
  /** The name of the books it is in; empty for those that are read now. */
  readonly books: string;
}) {
  const { payout, books } = props;
  const { difference, sums } = payout;
  if (difference === undefined || difference.minor === "0") return null;
  const { minor, decimals, currency } = difference;
  return (
    <Notice tone="danger" title="It does not add up">
      {sums === undefined ? "What came back" : "What it contains"} differs from its amount by{" "}
      <Money minor={minor} decimals={decimals} currency={currency} signed />.{" "}
      <PortalLink to={withBooks("/findings?status=new,acknowledged,resolved&code=payout_differs", books)}>
        The finding says what to do
      </PortalLink>
      .
    </Notice>
  );
}
