import { type Column, DataTable, EmptyState, formatCount, Moment, PortalLink, Section } from "@annex/portal";
import type { BooksJson } from "../../../src/portal-types.ts";
import { useBooks } from "./queries.ts";
import { whoseBooks } from "./words.ts";

const columns: readonly Column<BooksJson>[] = [
  { key: "account", heading: "Stripe account", part: "lead", width: 220, cell: whoseBooks },
  { key: "from", heading: "From", width: 160, priority: 2, cell: ({ from }) => <When at={from} /> },
  { key: "to", heading: "To", width: 160, cell: ({ to }) => <When at={to} /> },
  {
    key: "compared",
    heading: "Last compared",
    width: 160,
    priority: 1,
    cell: ({ compared_at: at }) => <When at={at} />,
  },
  {
    key: "left",
    heading: "Not in the ledger",
    align: "end",
    width: 130,
    priority: 3,
    cell: ({ left_out: left }) => formatCount(left),
  },
  {
    key: "findings",
    heading: "New findings",
    align: "end",
    width: 110,
    cell: ({ new_findings: findings }) => formatCount(findings),
  },
];

function When({ at }: { readonly at: string | undefined }) {
  return at === undefined ? <>–</> : <Moment at={at} exact />;
}

/** The accounts that were read with former keys; nothing where there was only ever one. */
export function FormerBooks() {
  const former = useBooks().filter(({ current }) => !current);
  if (former.length === 0) return null;
  return (
    <Section
      title="Former keys"
      description="Accounts that this instance read before. What they brought into the ledger stays there."
    >
      <DataTable
        label="Stripe accounts of former keys"
        columns={columns}
        rows={former}
        rowKey={({ name }) => name}
        rowLink={({ name }, content) => (
          <PortalLink to={`/books/${encodeURIComponent(name)}`}>{content}</PortalLink>
        )}
        empty={<EmptyState title="There was only ever one" />}
      />
    </Section>
  );
}
