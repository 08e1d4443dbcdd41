/** Sums of all balances of a ledger, or of the instance, for each currency. Exact, or not shown. */

import { Amount, EmptyState, exactInteger } from "@annex/ui";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord } from "../api/types.ts";
import { Section } from "../parts/page.tsx";
import { RecordTable } from "../parts/record-table.tsx";
import { useInstance } from "../session/session.ts";
import { useCurrencyPrecision } from "./lookups.ts";

const most = 200;

type Total = {
  readonly currency: string;
  readonly balances: number;
  readonly balance: bigint;
  readonly credit: bigint;
  readonly debit: bigint;
};

export function CurrencyTotals({ ledgerId }: { readonly ledgerId: string }) {
  const { instance_id } = useInstance();
  const balances = useRecords<BalanceRecord>(instance_id, "balances", {
    page: 1,
    pageSize: most,
    ledger_id_eq: ledgerId,
  });
  const complete = balances.data === undefined || balances.data.total <= most;
  const totals = totalsOf(balances.data?.data ?? []);
  return (
    <Section title="Totals by currency">
      <RecordTable
        label="Totals by currency"
        reading={{
          ...balances,
          data: balances.data === undefined ? undefined : { data: complete ? totals : [] },
        }}
        rowKey={(row) => row.currency}
        columns={[
          { key: "currency", heading: "Currency", cell: (row) => row.currency },
          { key: "count", heading: "Balances", align: "end", priority: 1, cell: (row) => row.balances },
          {
            key: "credit",
            heading: "Credits",
            align: "end",
            priority: 1,
            cell: (row) => <Sum total={row} of={row.credit} />,
          },
          {
            key: "debit",
            heading: "Debits",
            align: "end",
            priority: 1,
            cell: (row) => <Sum total={row} of={row.debit} />,
          },
          {
            key: "balance",
            heading: "Balance",
            align: "end",
            cell: (row) => <Sum total={row} of={row.balance} />,
          },
        ]}
        empty={
          complete ? (
            <EmptyState title="No balance in this ledger" />
          ) : (
            <EmptyState title={`More than ${most} balances`}>Too many to add up here.</EmptyState>
          )
        }
      />
    </Section>
  );
}

function Sum({ total, of }: { readonly total: Total; readonly of: bigint }) {
  return (
    <Amount
      minorUnits={of}
      precision={useCurrencyPrecision(total.currency)}
      currency={total.currency}
      aligned
    />
  );
}

function totalsOf(balances: readonly BalanceRecord[]): readonly Total[] {
  const totals = new Map<string, Total>();
  for (const record of balances) {
    const sum = totals.get(record.currency) ?? emptyTotal(record.currency);
    totals.set(record.currency, {
      currency: record.currency,
      balances: sum.balances + 1,
      balance: sum.balance + (exactInteger(record.balance) ?? 0n),
      credit: sum.credit + (exactInteger(record.credit_balance) ?? 0n),
      debit: sum.debit + (exactInteger(record.debit_balance) ?? 0n),
    });
  }
  return [...totals.values()].sort((left, right) => left.currency.localeCompare(right.currency));
}

function emptyTotal(currency: string): Total {
  return { currency, balances: 0, balance: 0n, credit: 0n, debit: 0n };
}
