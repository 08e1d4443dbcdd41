/** Balances of the selected instance: exact sums of minor units, shown as amounts where a precision is known. */

import { Amount, type Column, EmptyState, Moment, NothingFound, shortId } from "@annex/ui";
import { Text } from "@mantine/core";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord } from "../api/types.ts";
import { FilterSelect, FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import { BalanceDrawer } from "./balance-drawer.tsx";
import { useCurrencyPrecision, useLedgerNames } from "./lookups.ts";

const pageSize = 20;

export default function BalancesPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("balances");
  const ledgers = useLedgerNames();
  const filters = {
    ledger: parameters.get("ledger"),
    currency: parameters.get("currency"),
    indicator: parameters.get("indicator"),
  };
  const balances = useRecords<BalanceRecord>(instance.instance_id, "balances", {
    page: parameters.page,
    pageSize,
    ledger_id_eq: filters.ledger,
    currency_eq: filters.currency,
    indicator_ilike: filters.indicator === "" ? undefined : containsPattern(filters.indicator),
  });
  const filtered = Object.values(filters).some((value) => value !== "");
  return (
    <>
      <PageHeader title="Balances">
        What each account of {instance.name} holds, credits less debits.
      </PageHeader>
      <div className="annex-filters">
        <FilterSelect
          label="Ledger"
          value={filters.ledger}
          onChange={(ledger) => parameters.set({ ledger })}
          options={[...ledgers].map(([value, label]) => ({ value, label }))}
        />
        <FilterText
          label="Currency"
          value={filters.currency}
          placeholder="USD"
          onChange={(currency) => parameters.set({ currency })}
        />
        <FilterText
          label="Indicator"
          value={filters.indicator}
          placeholder="@"
          onChange={(indicator) => parameters.set({ indicator })}
        />
      </div>
      <RecordTable
        label="Balances"
        reading={balances}
        rowKey={(row) => row.balance_id}
        rowTo={(row) => route.linkTo(row.balance_id)}
        selectedKey={route.recordId}
        columns={columnsWith(ledgers)}
        empty={
          filtered ? (
            <NothingFound title="No balance matches these filters" />
          ) : (
            <EmptyState title="No balance yet">The first transaction or an app creates one.</EmptyState>
          )
        }
        delivery={parameters.delivery(pageSize, balances.data?.total)}
      />
      <BalanceDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

function columnsWith(ledgers: ReadonlyMap<string, string>): readonly Column<BalanceRecord>[] {
  const ledgerName = (row: BalanceRecord) => ledgers.get(row.ledger_id) ?? shortId(row.ledger_id);
  return [
    {
      key: "balance-id",
      heading: "Balance",
      part: "lead",
      cell: (row) => (
        <span className="annex-identifier" title={row.balance_id}>
          {row.indicator || shortId(row.balance_id)}
        </span>
      ),
    },
    { key: "ledger", heading: "Ledger", priority: 2, cell: ledgerName },
    {
      key: "credit",
      heading: "Credits",
      align: "end",
      priority: 3,
      cell: (row) => <Sum row={row} of="credit_balance" />,
    },
    {
      key: "debit",
      heading: "Debits",
      align: "end",
      priority: 3,
      cell: (row) => <Sum row={row} of="debit_balance" />,
    },
    {
      key: "inflight",
      heading: "Inflight",
      align: "end",
      priority: 2,
      cell: (row) => <Sum row={row} of="inflight_balance" />,
    },
    {
      key: "amount",
      heading: "Amount",
      align: "end",
      cell: (row) => <Sum row={row} of="balance" />,
    },
    { key: "currency", heading: "Currency", priority: 2, cell: (row) => <Unit row={row} /> },
    {
      key: "created",
      heading: "Created",
      priority: 3,
      cell: (row) => <Moment at={row.created_at} exact resolution="seconds" />,
    },
  ];
}

type SumField = "balance" | "credit_balance" | "debit_balance" | "inflight_balance";

function Sum({ row, of }: { readonly row: BalanceRecord; readonly of: SumField }) {
  return (
    <Amount
      minorUnits={row[of]}
      precision={useCurrencyPrecision(row.currency)}
      currency={row.currency}
      aligned
    />
  );
}

function Unit({ row }: { readonly row: BalanceRecord }) {
  const precision = useCurrencyPrecision(row.currency);
  return (
    <>
      {row.currency}
      <Text span size="xs" c="dimmed" display="block" style={{ whiteSpace: "nowrap" }}>
        {precision === undefined ? "minor units" : `precision ${precision}`}
      </Text>
    </>
  );
}
