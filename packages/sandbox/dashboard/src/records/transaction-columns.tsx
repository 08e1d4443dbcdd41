/** The columns of transactions, on the page and in a file. */
import { Amount, type Column, exactInteger, Moment, plainAmount, shortId } from "@annex/ui";
import type { TransactionRecord } from "../api/types.ts";
import { StatusBadge } from "../parts/status-badge.tsx";
import { BalanceName } from "./balance-link.tsx";
import type { CsvColumn } from "./csv.ts";

/** What a transaction is about: its description where it has one, its reference below. */
function TransactionName({ row }: { readonly row: TransactionRecord }) {
  const reference = (
    <span className="annex-identifier annex-identifier--short" title={row.reference} translate="no">
      {shortId(row.reference)}
    </span>
  );
  if (!row.description) return reference;
  return (
    <span className="annex-two-lines">
      <span className="annex-clip" title={row.description}>
        {row.description}
      </span>
      {reference}
    </span>
  );
}

export function transactionColumns(names: ReadonlyMap<string, string>): readonly Column<TransactionRecord>[] {
  return [
    {
      key: "reference",
      heading: "Transaction",
      part: "lead",
      // With the four beside it, all of them fit beside the navigation at 900 pixels.
      width: 148,
      sortable: true,
      cell: (row) => <TransactionName row={row} />,
    },
    {
      key: "status",
      heading: "Status",
      part: "mark",
      width: 108,
      cell: (row) => <StatusBadge status={row.status} />,
    },
    {
      key: "between",
      heading: "From, to",
      width: 148,
      priority: 1,
      cell: (row) => (
        <span className="annex-two-lines">
          <span className="annex-clip">
            <BalanceName id={row.source} names={names} />
          </span>
          <span className="annex-clip">
            <span aria-hidden="true">→ </span>
            <BalanceName id={row.destination} names={names} />
          </span>
        </span>
      ),
    },
    {
      key: "amount",
      heading: "Amount",
      align: "end",
      width: 135,
      sortable: true,
      cell: (row) => (
        <Amount minorUnits={row.precise_amount} precision={row.precision} currency={row.currency} />
      ),
    },
    {
      key: "effective_date",
      heading: "Effective",
      width: 106,
      priority: 2,
      sortable: true,
      cell: (row) => <Moment at={row.effective_date ?? row.created_at} exact stacked />,
    },
    {
      key: "created_at",
      heading: "Created",
      width: 106,
      priority: 3,
      sortable: true,
      cell: (row) => <Moment at={row.created_at} exact stacked />,
    },
  ];
}

/** Every particular, amounts exact: in units with a point, and in minor units. */
export function transactionCsv(names: ReadonlyMap<string, string>): readonly CsvColumn<TransactionRecord>[] {
  return [
    { heading: "transaction_id", text: (row) => row.transaction_id },
    { heading: "reference", text: (row) => row.reference },
    { heading: "description", text: (row) => row.description ?? "" },
    { heading: "status", text: (row) => row.status },
    { heading: "amount", text: (row) => unitsOf(row) },
    { heading: "currency", text: (row) => row.currency },
    { heading: "precise_amount", text: (row) => String(row.precise_amount) },
    { heading: "precision", text: (row) => String(row.precision) },
    { heading: "source", text: (row) => row.source },
    { heading: "source_name", text: (row) => names.get(row.source) ?? "" },
    { heading: "destination", text: (row) => row.destination },
    { heading: "destination_name", text: (row) => names.get(row.destination) ?? "" },
    { heading: "effective_date", text: (row) => row.effective_date ?? row.created_at },
    { heading: "created_at", text: (row) => row.created_at },
    { heading: "parent_transaction", text: (row) => row.parent_transaction ?? "" },
  ];
}

function unitsOf({ precise_amount, precision }: TransactionRecord): string {
  const minor = exactInteger(precise_amount);
  const exactPrecision = exactInteger(precision);
  return minor === undefined || exactPrecision === undefined ? "" : plainAmount(minor, exactPrecision);
}
