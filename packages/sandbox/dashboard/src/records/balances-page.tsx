/** Balances of the selected instance: exact sums of minor units, shown as amounts where a precision is known. */
import { Text } from "@mantine/core";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord } from "../api/types.ts";
import { containsPattern, shortId } from "../format/text.ts";
import { Figure } from "../parts/amount.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { FilterSelect, FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { EmptyState, NothingFound } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
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
      <DataTable
        label="Balances"
        reading={balances}
        rowId={(row) => row.balance_id}
        rowLink={(row) => route.linkTo(row.balance_id)}
        selectedId={route.recordId}
        columns={columnsWith(ledgers)}
        empty={
          filtered ? (
            <NothingFound title="No balance matches these filters" />
          ) : (
            <EmptyState title="No balance yet">The first transaction or an app creates one.</EmptyState>
          )
        }
        footer={
          <Pager
            page={parameters.page}
            pageSize={pageSize}
            total={balances.data?.total}
            onPage={parameters.setPage}
          />
        }
      />
      <BalanceDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

function columnsWith(ledgers: ReadonlyMap<string, string>): readonly Column<BalanceRecord>[] {
  const ledgerName = (row: BalanceRecord) => ledgers.get(row.ledger_id) ?? shortId(row.ledger_id);
  return [
    {
      id: "balance-id",
      header: "Balance",
      cell: (row) => (
        <>
          <span className="annex-identifier" title={row.balance_id}>
            {row.indicator || shortId(row.balance_id)}
          </span>
          <Text span size="xs" c="dimmed" data-until="roomy">
            {ledgerName(row)}
          </Text>
        </>
      ),
    },
    { id: "ledger", header: "Ledger", from: "roomy", cell: ledgerName },
    {
      id: "credit",
      header: "Credits",
      align: "right",
      from: "wide",
      cell: (row) => <Sum row={row} of="credit_balance" />,
    },
    {
      id: "debit",
      header: "Debits",
      align: "right",
      from: "wide",
      cell: (row) => <Sum row={row} of="debit_balance" />,
    },
    {
      id: "inflight",
      header: "Inflight",
      align: "right",
      from: "roomy",
      cell: (row) => <Sum row={row} of="inflight_balance" />,
    },
    {
      id: "amount",
      header: "Amount",
      align: "right",
      cell: (row) => (
        <>
          <Sum row={row} of="balance" />
          <span data-until="roomy">
            <Unit row={row} />
          </span>
        </>
      ),
    },
    { id: "currency", header: "Currency", from: "roomy", cell: (row) => <Unit row={row} /> },
    {
      id: "created",
      header: "Created",
      from: "wide",
      cell: (row) => <Timestamp time={row.created_at} relative="none" />,
    },
  ];
}

type SumField = "balance" | "credit_balance" | "debit_balance" | "inflight_balance";

function Sum({ row, of }: { readonly row: BalanceRecord; readonly of: SumField }) {
  return <Figure minorUnits={row[of]} precision={useCurrencyPrecision(row.currency)} />;
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
