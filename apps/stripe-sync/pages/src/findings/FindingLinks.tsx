import { PortalLink, RecordLink } from "@annex/portal";
import type { FindingJson } from "../../../src/portal-types.ts";
import { useAskedBooks, withBooks } from "../books/queries.ts";
import { objectPath } from "./object-path.ts";

/** From a finding in a list to what it is about: in this app, and in the ledger. */
export function FindingLinks({ finding }: { readonly finding: FindingJson }) {
  const { transaction_id: transaction, identity_ids: identities = [] } = finding;
  const path = objectPath(finding);
  const books = useAskedBooks();
  return (
    <span className="stripe-link">
      {path !== undefined && (
        <PortalLink to={withBooks(path, books)} aria-label={`Open ${finding.object_id ?? "it"} in this app`}>
          Open
        </PortalLink>
      )}
      {transaction !== undefined && (
        <RecordLink collection="transactions" id={transaction} label="transaction" />
      )}
      {identities.map((id) => (
        <RecordLink key={id} collection="identities" id={id} label="identity" />
      ))}
    </span>
  );
}
