/** Sums of all balances of a ledger for each currency, exact, however many there are. */
import { Amount, type Column, EmptyState, formatCount } from "@annex/ui";
import { useSums } from "../api/queries.ts";
import type { CurrencySum } from "../api/types.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { useInstance } from "../session/session.ts";
import { useCurrencyPrecision } from "./lookups.ts";

export function CurrencyTotals({ ledgerId }: { readonly ledgerId: string }) {
  const { instance_id } = useInstance();
  const sums = useSums(instance_id, "balances", { ledger_id_eq: ledgerId });
  return (
    <RecordTable
      label="Totals by currency"
      reading={sums}
      rowKey={(row) => row.currency}
      columns={columns}
      empty={<EmptyState title="No balance in this ledger" />}
    />
  );
}

const columns: readonly Column<CurrencySum>[] = [
  { key: "currency", heading: "Currency", part: "lead", cell: (row) => row.currency },
  {
    key: "count",
    heading: "Balances",
    align: "end",
    cell: (row) => <span className="annex-figures">{formatCount(row.count)}</span>,
  },
  { key: "sum", heading: "Sum", align: "end", width: 160, cell: (row) => <Sum row={row} /> },
];

function Sum({ row }: { readonly row: CurrencySum }) {
  return (
    <Amount minorUnits={row.sum} precision={useCurrencyPrecision(row.currency)} currency={row.currency} />
  );
}
