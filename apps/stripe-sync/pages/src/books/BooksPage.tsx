import {
  countOf,
  ErrorState,
  FailedState,
  formatCount,
  LoadingState,
  Moment,
  Page,
  PortalLink,
  Section,
} from "@annex/portal";
import type { BooksDetailJson } from "../../../src/portal-types.ts";
import { CurrencyTable, TieBadge } from "../CurrencyTable.tsx";
import { useBooksDetail, withBooks } from "./queries.ts";
import { whoseBooks } from "./words.ts";

/** One account in one mode: from when to when it was read, and whether the ledger still has what Stripe held then. */
export function BooksPage({ name }: { readonly name: string }) {
  const books = useBooksDetail(name);
  const { data } = books;
  return (
    <Page
      title={data === undefined ? "Stripe account" : whoseBooks(data)}
      {...(data === undefined ? {} : { description: <Period books={data} /> })}
      back={{ label: "Overview", path: "/" }}
    >
      {data !== undefined && <Content books={data} />}
      {data === undefined && books.error === null && <LoadingState label="Loading the account" rows={6} />}
      {data === undefined && books.error !== null && (
        <ErrorState error={books.error} onRetry={() => void books.refetch()} retrying={books.isFetching} />
      )}
    </Page>
  );
}

function Period({ books: { from, to, current } }: { readonly books: BooksDetailJson }) {
  const read = current ? "This is the account of the current key." : "It is not read any more.";
  if (from === undefined) return <>{read}</>;
  return (
    <>
      Balance transactions from <Moment at={from} exact /> to <Moment at={to} exact />. {read}
    </>
  );
}

function Content({ books }: { readonly books: BooksDetailJson }) {
  const { ledger, currencies, compared_at: comparedAt } = books;
  return (
    <>
      <Section
        title="Does the ledger still match Stripe?"
        description="What Stripe held when both were last compared, and what the ledger has now."
        {...(ledger.ok && comparedAt !== undefined
          ? { mark: <TieBadge currencies={currencies} pending={false} /> }
          : {})}
      >
        <p>
          {comparedAt === undefined ? (
            "It is not known when they were last compared."
          ) : (
            <>
              Last compared <Moment at={comparedAt} exact ago="beside" />.
            </>
          )}
        </p>
        {ledger.failure !== undefined && <FailedState failure={ledger.failure} />}
        <CurrencyTable
          label="Stripe then and the ledger now, by currency"
          currencies={currencies}
          {...(books.current ? {} : { formerFindings: withBooks("/findings", books.name) })}
        />
      </Section>
      <Section title="What is kept">
        <ul>
          <li>
            <PortalLink to={withBooks("/findings", books.name)}>Findings</PortalLink>:{" "}
            {formatCount(books.new_findings)} new
          </li>
          <li>
            <PortalLink to={withBooks("/payouts", books.name)}>Payouts</PortalLink>
          </li>
        </ul>
        {books.left_out > 0 && (
          <p>
            {countOf(books.left_out, "balance transaction")} {books.left_out === 1 ? "is" : "are"} missing or
            different in the ledger:{" "}
            <PortalLink to={withBooks("/findings?status=new,acknowledged,resolved", books.name)}>
              the findings say which
            </PortalLink>
            . To bring them in, enter a key of this account again and sync.
          </p>
        )}
      </Section>
    </>
  );
}
