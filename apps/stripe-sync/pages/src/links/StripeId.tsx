import { CopyableId } from "@annex/portal";
import { useAskedBooks, useBooks } from "../books/queries.ts";
import { useOverview } from "../queries.ts";
import { stripeAddress } from "./stripe-address.ts";

/** The id of an object at Stripe, to copy, and where Stripe has a dashboard for it, to open there. */
export function StripeId({ id, whole = false }: { readonly id: string; readonly whole?: boolean }) {
  const read = useOverview().data?.source;
  const books = useBooks();
  const asked = useAskedBooks();
  const source = asked === "" ? read : books.find(({ name }) => name === asked);
  const address = source === undefined ? undefined : stripeAddress(id, source);
  return (
    <span className="stripe-link">
      <CopyableId id={id} label="Stripe id" whole={whole} />
      {address !== undefined && (
        <a href={address} target="_blank" rel="noreferrer" aria-label={`Open at Stripe: ${id}`}>
          Open at Stripe
        </a>
      )}
    </span>
  );
}
