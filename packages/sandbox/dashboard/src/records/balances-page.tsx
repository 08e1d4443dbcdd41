/** Balances of the selected instance: exact sums of minor units, shown as amounts where a precision is known. */
import {
  Amount,
  type Column,
  EmptyState,
  exactInteger,
  Moment,
  NothingFound,
  plainAmount,
  shortId,
} from "@annex/ui";
import { Button } from "@mantine/core";
import type { Query } from "../api/http.ts";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord } from "../api/types.ts";
import { FilterText } from "../parts/filter-text.tsx";
import { FilterSelect, Filters } from "../parts/filters.tsx";
import { type ListParameters, useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { AmountRange } from "../parts/range-filter.tsx";
import { amountConditions } from "../parts/range-query.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import { BalanceDrawer } from "./balance-drawer.tsx";
import type { CsvColumn } from "./csv.ts";
import { ExportButton } from "./export-button.tsx";
import { FilteredTotals } from "./filtered-totals.tsx";
import { currencyAmong, useCurrencies, useCurrencyPrecision, useLedgerNames } from "./lookups.ts";
import { balanceName, nameIn } from "./names.ts";

const filterNames = ["ledger", "currency", "indicator", "least", "most"] as const;

export default function BalancesPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("balances");
  const conditions = useConditions(parameters);
  const balances = useRecords(instance.instance_id, "balances", {
    ...conditions,
    ...parameters.query,
  });
  const rows = balances.data?.data ?? [];
  const ledgers = useLedgerNames(rows.map(({ ledger_id }) => ledger_id));
  const total = balances.data?.total;
  return (
    <>
      <PageHeader
        title="Balances"
        actions={
          <ExportButton
            collection="balances"
            query={{ ...conditions, ...parameters.order }}
            total={total}
            columnsFor={async () => csvColumns}
          />
        }
      >
        What each account of {instance.name} holds, credits less debits.
      </PageHeader>
      <BalanceFilters parameters={parameters} />
      <RecordTable
        label="Balances"
        reading={balances}
        rowKey={(row) => row.balance_id}
        rowTo={(row) => route.linkTo(row.balance_id)}
        selectedKey={route.recordId}
        columns={columnsWith(ledgers)}
        empty={<NoBalances parameters={parameters} />}
        delivery={parameters.delivery(total, balances.data?.total_is_minimum)}
        foot={<FilteredTotals collection="balances" query={conditions} total={total} />}
      />
      <BalanceDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

function useConditions({ get }: ListParameters): Query {
  const currencies = useCurrencies();
  const currency = currencyAmong(currencies, get("currency"));
  const precision = useCurrencyPrecision(currency);
  return {
    ledger_id_eq: get("ledger"),
    currency_eq: currency,
    indicator_ilike: get("indicator") === "" ? undefined : containsPattern(get("indicator")),
    ...minorConditions({ from: get("least"), to: get("most") }, precision),
  };
}

/** Balances are kept in minor units: what is written in units is only a number of them once a precision is known. */
function minorConditions(ends: { from: string; to: string }, precision: bigint | undefined): Query {
  if (precision === undefined) return {};
  const minor = (text: string) => {
    const [whole = "", fraction = ""] = text.split(".");
    const decimals = precision.toString().length - 1;
    return /^-?\d+$/.test(whole) ? `${whole}${fraction.padEnd(decimals, "0").slice(0, decimals)}` : "";
  };
  return amountConditions("balance", { from: minor(ends.from), to: minor(ends.to) });
}

function BalanceFilters({ parameters }: { readonly parameters: ListParameters }) {
  const { get, set } = parameters;
  const { instance_id } = useInstance();
  const currencies = useCurrencies();
  const currency = currencyAmong(currencies, get("currency"));
  const precision = useCurrencyPrecision(currency);
  const ledgers = useRecords(instance_id, "ledgers", { page: 1, pageSize: 200 }, { live: false });
  return (
    <Filters>
      <FilterSelect
        label="Ledger"
        value={get("ledger")}
        onChange={(ledger) => set({ ledger })}
        options={(ledgers.data?.data ?? []).map(({ ledger_id, name }) => ({ value: ledger_id, label: name }))}
      />
      <FilterSelect
        label="Currency"
        value={currency}
        options={currencies}
        onChange={(next) => set({ currency: next })}
      />
      <FilterText
        label="Indicator"
        value={get("indicator")}
        placeholder="contains"
        onChange={(indicator) => set({ indicator })}
      />
      {precision === undefined ? null : (
        <AmountRange
          label={`Amount in ${currency}`}
          value={{ from: get("least"), to: get("most") }}
          onChange={({ from, to }) =>
            set({ ...(from === undefined ? {} : { least: from }), ...(to === undefined ? {} : { most: to }) })
          }
        />
      )}
    </Filters>
  );
}

function NoBalances({ parameters }: { readonly parameters: ListParameters }) {
  if (!filterNames.some((name) => parameters.get(name) !== "")) {
    return <EmptyState title="No balance yet">The first transaction or an app creates one.</EmptyState>;
  }
  return (
    <NothingFound
      title="No balance matches these filters"
      action={
        <Button variant="default" onClick={() => parameters.clear(filterNames)}>
          Clear filters
        </Button>
      }
    />
  );
}

function columnsWith(ledgers: ReadonlyMap<string, string>): readonly Column<BalanceRecord>[] {
  return [
    {
      key: "indicator",
      heading: "Balance",
      part: "lead",
      width: 220,
      sortable: true,
      cell: (row) => <span title={row.balance_id}>{balanceName(row)}</span>,
    },
    {
      key: "ledger",
      heading: "Ledger",
      width: 150,
      priority: 1,
      cell: (row) => ledgers.get(row.ledger_id) ?? shortId(row.ledger_id),
    },
    sumColumn("credit_balance", "Credits", 3),
    sumColumn("debit_balance", "Debits", 3),
    sumColumn("inflight_balance", "Inflight", 2),
    sumColumn("balance", "Amount", 0),
    {
      key: "created_at",
      heading: "Created",
      width: 165,
      priority: 3,
      sortable: true,
      cell: (row) => <Moment at={row.created_at} exact />,
    },
  ];
}

type SumField = "balance" | "credit_balance" | "debit_balance" | "inflight_balance";

function sumColumn(key: SumField, heading: string, priority: number): Column<BalanceRecord> {
  return {
    key,
    heading,
    align: "end",
    width: 145,
    priority,
    sortable: true,
    cell: (row) => <Sum row={row} of={key} />,
  };
}

function Sum({ row, of }: { readonly row: BalanceRecord; readonly of: SumField }) {
  return (
    <Amount minorUnits={row[of]} precision={useCurrencyPrecision(row.currency)} currency={row.currency} />
  );
}

/** Sums of minor units, exact; a balance carries no precision of its own. */
const csvColumns: readonly CsvColumn<BalanceRecord>[] = [
  { heading: "balance_id", text: (row) => row.balance_id },
  { heading: "name", text: (row) => nameIn(row.meta_data) ?? "" },
  { heading: "indicator", text: (row) => row.indicator ?? "" },
  { heading: "ledger_id", text: (row) => row.ledger_id },
  { heading: "identity_id", text: (row) => row.identity_id ?? "" },
  { heading: "currency", text: (row) => row.currency },
  ...(["balance", "credit_balance", "debit_balance", "inflight_balance"] as const).map((field) => ({
    heading: `${field}_minor_units`,
    text: (row: BalanceRecord) => minorText(row[field]),
  })),
  { heading: "created_at", text: (row) => row.created_at },
];

function minorText(value: unknown): string {
  const integer = exactInteger(value);
  return integer === undefined ? String(value) : plainAmount(integer, 1n);
}
