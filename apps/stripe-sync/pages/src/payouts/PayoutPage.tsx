import {
  Badge,
  type Column,
  CopyableId,
  DataTable,
  EmptyState,
  ErrorState,
  LoadingState,
  Moment,
  Money,
  Notice,
  Page,
  Section,
} from "@annex/portal";
import { Button } from "@mantine/core";
import type { MoneyJson, ObjectJson, PayoutJson } from "../../../src/portal-types.ts";
import { BooksOf, useAskedBooks, withBooks } from "../books/queries.ts";
import { StripeId } from "../links/StripeId.tsx";
import { kindLabels } from "../words/labels.ts";
import { Exported } from "./Exported.tsx";
import { PayoutDifference } from "./PayoutDifference.tsx";
import { stateTones, stateWords } from "./PayoutsPage.tsx";
import { useContents, useExport, usePayout } from "./queries.ts";

const columns: readonly Column<ObjectJson>[] = [
  {
    key: "created",
    heading: "Created",
    part: "lead",
    cell: ({ created_at: at }) => <Moment at={at} exact />,
    sortValue: ({ created_at: at }) => at,
  },
  { key: "kind", heading: "Kind", cell: ({ kind }) => kindLabels[kind], sortValue: ({ kind }) => kind },
  {
    key: "id",
    heading: "Stripe id",
    priority: 2,
    width: 200,
    cell: ({ id }) => <CopyableId id={id} label="Stripe id" />,
  },
  {
    key: "amount",
    heading: "Gross",
    align: "end",
    priority: 1,
    cell: ({ amount }) => <Figure money={amount} />,
  },
  { key: "fee", heading: "Fee", align: "end", priority: 1, cell: ({ fee }) => <Figure money={fee} /> },
  { key: "net", heading: "Net", align: "end", cell: ({ net }) => <Figure money={net} /> },
  { key: "currency", heading: "Currency", part: "unit", width: 90, cell: ({ net }) => net?.currency ?? "–" },
];

function Figure({ money }: { readonly money: MoneyJson | undefined }) {
  if (money === undefined) return <>–</>;
  return <Money minor={money.minor} decimals={money.decimals} currency={money.currency} aligned />;
}

/** One payout: what it is made of, and every balance transaction in it. */
export function PayoutPage({ payoutKey }: { readonly payoutKey: string }) {
  const payout = usePayout(payoutKey);
  const contents = useContents(payoutKey);
  const file = useExport(`/api/payouts/${payoutKey}/export`);
  const { data } = payout;
  const asked = useAskedBooks();
  // An address without the name of books may lead into former ones.
  const books = data === undefined ? asked : (data.books ?? "");
  // Why it is not there is said once: its contents are missing for the same reason.
  const isMissing = payout.error !== null && data === undefined;
  return (
    <Page
      title="Payout"
      back={{ label: "Payouts", path: withBooks("/payouts", books) }}
      {...(data === undefined
        ? {}
        : { mark: <Badge tone={stateTones[data.state]}>{stateWords[data.state]}</Badge> })}
      actions={
        !isMissing && (
          <Button variant="default" loading={file.isPending} onClick={() => file.mutate()}>
            Export as CSV
          </Button>
        )
      }
    >
      <Exported file={file} rest="One file holds no more. The others are in the list below." />
      {data !== undefined && (
        <BooksOf value={books}>
          <Facts payout={data} />
        </BooksOf>
      )}
      {isMissing ? (
        <ErrorState error={payout.error} onRetry={() => void payout.refetch()} retrying={payout.isFetching} />
      ) : (
        <Contents contents={contents} />
      )}
    </Page>
  );
}

/** Every balance transaction of a payout, in each state of its list. */
function Contents({ contents }: { readonly contents: ReturnType<typeof useContents> }) {
  return (
    <Section title="What it contains">
      {contents.rows === undefined && contents.error === undefined && (
        <LoadingState label="Loading what it contains" rows={8} />
      )}
      {contents.rows === undefined && contents.error !== undefined && (
        <ErrorState error={contents.error} onRetry={contents.refetch} retrying={contents.loading} />
      )}
      {contents.rows !== undefined && (
        <DataTable
          label="Balance transactions of this payout"
          columns={columns}
          rows={contents.rows}
          rowKey={({ id }) => id}
          more={contents.more}
          empty={
            <EmptyState title="Contents not known">
              Stripe tells the contents of an automatic payout once it is complete, and never those of one
              made by hand.
            </EmptyState>
          }
        />
      )}
    </Section>
  );
}

/** What Stripe calls those that never come to the bank, or came back from it. */
const neverArrives: ReadonlySet<string> = new Set(["failed", "canceled"]);

function Facts({ payout }: { readonly payout: PayoutJson }) {
  const { amount, taken = amount } = payout;
  const sums = inOrder(payout.sums ?? []);
  return (
    <>
      <p>
        <Money minor={amount.minor} decimals={amount.decimals} currency={amount.currency} />, made{" "}
        <Moment at={payout.created_at} exact />, {payout.status.replaceAll("_", " ")} at Stripe
        {!neverArrives.has(payout.status) && (
          <>
            , due at the bank on <Moment at={payout.arrival_date} exact resolution="days" />
          </>
        )}
        . <StripeId id={payout.id} />
      </p>
      {payout.returned_by !== undefined && (
        <p>
          The money came back by <StripeId id={payout.returned_by} />
        </p>
      )}
      {payout.failure !== undefined && <Notice tone="warning" title={payout.failure} />}
      <PayoutDifference payout={payout} books={useAskedBooks()} />
      {sums.length > 0 && (
        <dl className="stripe-sums">
          {sums.map(({ kind, amount: sum }) => (
            <div key={kind}>
              <dt>{kindLabels[kind]}</dt>
              <dd>
                <Money minor={sum.minor} decimals={sum.decimals} currency={sum.currency} aligned />
              </dd>
            </div>
          ))}
          <div className="stripe-sums__all">
            <dt>
              {taken.minor.startsWith("-") ? "Taken from the bank" : "Paid out"}, {taken.currency}
            </dt>
            <dd>
              <Money minor={taken.minor} decimals={taken.decimals} currency={taken.currency} aligned />
            </dd>
          </div>
        </dl>
      )}
    </>
  );
}

/** As the kinds stand in every list: charges first. */
function inOrder(sums: NonNullable<PayoutJson["sums"]>) {
  const kinds = Object.keys(kindLabels);
  return sums.toSorted((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind));
}
