import { Money, Notice, PortalLink } from "@annex/portal";
import type { PayoutJson } from "../../../src/portal-types.ts";
import { useAskedBooks, withBooks } from "../books/queries.ts";

/** By how much what Stripe says a payout contains is not its amount. */
export function PayoutDifference({ payout }: { readonly payout: Pick<PayoutJson, "difference" | "sums"> }) {
  const { difference, sums } = payout;
  const books = useAskedBooks();
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
