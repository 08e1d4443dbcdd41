import { Badge, type Column, DataTable, EmptyState, Money, PortalLink } from "@annex/portal";
import type { CurrencyTotalJson, MoneyJson } from "../../src/portal-types.ts";
import { Fact } from "./Fact.tsx";
import { comparableAmount } from "./words/amounts.ts";
import { resultOf, whyTooBusy } from "./words/results.ts";

const amountColumns: readonly Column<CurrencyTotalJson>[] = [
  {
    key: "currency",
    heading: "Currency",
    part: "lead",
    cell: (row) => <strong>{row.currency.toUpperCase()}</strong>,
    sortValue: (row) => row.currency,
  },
  amountColumn("stripe", "Stripe", (row) => row.stripe),
  amountColumn("ledger", "Ledger", (row) => row.ledger),
  {
    ...amountColumn("difference", "Difference", (row) => row.difference),
    cell: (row) => <Amount money={row.difference} signed />,
  },
];

function amountColumn(
  key: string,
  heading: string,
  amount: (row: CurrencyTotalJson) => MoneyJson | undefined,
): Column<CurrencyTotalJson> {
  return {
    key,
    heading,
    align: "end",
    cell: (row) => <Amount money={amount(row)} />,
    sortValue: (row) => comparableAmount(amount(row)),
  };
}

/** An amount whose currency stands in a column of its own; a dash where the side did not answer. */
export function Amount({
  money,
  signed = false,
}: {
  readonly money: MoneyJson | undefined;
  readonly signed?: boolean;
}) {
  if (money === undefined) return <span className="stripe-dim">—</span>;
  return (
    <Money minor={money.minor} decimals={money.decimals} currency={money.currency} aligned signed={signed} />
  );
}

/** The result of each row; while nothing was synced to the end, a difference is no alarm. */
function resultColumn(pending: boolean): Column<CurrencyTotalJson> {
  return {
    key: "result",
    heading: "Result",
    part: "mark",
    align: "end",
    cell: (row) => <ResultBadge row={row} pending={pending} />,
  };
}

const settledColumns = [...amountColumns, resultColumn(false)];
const pendingColumns = [...amountColumns, resultColumn(true)];

function ResultBadge({ row, pending }: { readonly row: CurrencyTotalJson; readonly pending: boolean }) {
  switch (resultOf(row)) {
    case "not_compared":
      return <Badge tone="neutral">Not compared</Badge>;
    case "ties":
      return <Badge tone="success">Ties</Badge>;
    case "explained":
      return <Explained />;
    case "differs":
      return <DoesNotTie pending={pending} />;
  }
}

/** How all currencies together stand; of one that is not compared nothing is claimed. */
export function TieBadge(props: {
  readonly currencies: readonly CurrencyTotalJson[];
  readonly pending: boolean;
}) {
  if (props.currencies.length === 0) return <Badge tone="neutral">Nothing to compare</Badge>;
  const results = props.currencies.map(resultOf);
  if (results.includes("differs")) return <DoesNotTie pending={props.pending} />;
  if (results.includes("explained")) return <Explained />;
  if (!results.includes("not_compared")) return <Badge tone="success">Ties in every currency</Badge>;
  const some = results.includes("ties");
  return (
    <Badge tone={some ? "warning" : "neutral"}>{some ? "Not every currency compared" : "Not compared"}</Badge>
  );
}

/** A difference that findings account for to the last unit: they are what somebody has to look at. */
function Explained() {
  return <Badge tone="warning">Explained by findings</Badge>;
}

/** Said of a difference: an alarm, unless a sync has yet to end. */
export function DoesNotTie({ pending }: { readonly pending: boolean }) {
  return <Badge tone={pending ? "info" : "danger"}>{pending ? "Does not tie yet" : "Does not tie"}</Badge>;
}

const particulars: readonly (readonly [string, (row: CurrencyTotalJson) => MoneyJson | undefined])[] = [
  ["Available at Stripe", (row) => row.stripe_available],
  ["Pending at Stripe", (row) => row.stripe_pending],
  ["Stripe fees in the ledger", (row) => row.ledger_fees],
  ["In the suspense account", (row) => row.ledger_suspense],
  ["Came in at Stripe since, for the next sync", (row) => row.later],
  ["Not in the ledger, as findings say", (row) => row.missing],
];

function CurrencyDetail(props: {
  readonly row: CurrencyTotalJson;
  readonly formerFindings: string | undefined;
}) {
  const { row, formerFindings } = props;
  return (
    <>
      {row.incomparable === true && (
        <p>
          An amount that is, or may be, of this currency cannot be read exactly, so nobody can say whether it
          ties. <PortalLink to={formerFindings ?? "/findings"}>The finding says which</PortalLink>
        </p>
      )}
      {row.too_busy === true && <p>{whyTooBusy(formerFindings !== undefined)}</p>}
      <dl className="stripe-facts">
        {particulars.map(([name, amount]) => (
          <Fact key={name} name={name}>
            <Amount money={amount(row)} />
          </Fact>
        ))}
      </dl>
    </>
  );
}

/** What Stripe says, what the ledger says, the difference, and whether they tie, for each currency. */
export function CurrencyTable(props: {
  readonly label: string;
  readonly currencies: readonly CurrencyTotalJson[];
  /** No sync has ended yet, or one is under way. */
  readonly pending?: boolean;
  /** Of a former key: where its findings are. */
  readonly formerFindings?: string;
}) {
  return (
    <DataTable
      label={props.label}
      columns={props.pending === true ? pendingColumns : settledColumns}
      rows={props.currencies}
      rowKey={(row) => row.currency}
      detail={(row) => <CurrencyDetail row={row} formerFindings={props.formerFindings} />}
      empty={<EmptyState title="No money in any currency yet" />}
    />
  );
}
