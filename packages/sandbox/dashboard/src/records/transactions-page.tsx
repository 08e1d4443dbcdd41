/** Transactions of the selected instance, newest first or in the order that is asked for. */
import { EmptyState, NothingFound } from "@annex/ui";
import { Button } from "@mantine/core";
import type { Query } from "../api/http.ts";
import { useRecords } from "../api/queries.ts";
import { FilterText } from "../parts/filter-text.tsx";
import { FilterSelect, Filters } from "../parts/filters.tsx";
import { type ListParameters, useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { AmountRange, DayRange } from "../parts/range-filter.tsx";
import { amountConditions, dayConditions } from "../parts/range-query.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import { readBalanceNames } from "./balance-names.ts";
import { ExportButton } from "./export-button.tsx";
import { FilteredTotals } from "./filtered-totals.tsx";
import { currencyAmong, useBalanceNames, useCurrencies } from "./lookups.ts";
import { transactionColumns, transactionCsv } from "./transaction-columns.tsx";
import { TransactionDrawer } from "./transaction-drawer.tsx";

const statuses = ["APPLIED", "QUEUED", "INFLIGHT", "SCHEDULED", "VOID", "REJECTED"] as const;
const filterNames = [
  "status",
  "currency",
  "search",
  "balance",
  "from",
  "to",
  "least",
  "most",
  "day",
] as const;

export default function TransactionsPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("transactions");
  const conditions = useConditions(parameters);
  const order = { ...orderWithin(parameters), ...given(parameters.order) };
  const transactions = useRecords(instance.instance_id, "transactions", {
    ...conditions,
    ...parameters.query,
    ...order,
  });
  const rows = transactions.data?.data ?? [];
  const names = useBalanceNames(rows.flatMap(({ source, destination }) => [source, destination]));
  const total = transactions.data?.total;
  return (
    <>
      <PageHeader
        title="Transactions"
        actions={
          <ExportButton
            collection="transactions"
            query={{ ...conditions, ...order }}
            total={total}
            columnsFor={async (all, signal) =>
              transactionCsv(await readBalanceNames(instance.instance_id, all, signal))
            }
          />
        }
      >
        Every movement between balances of {instance.name}.
      </PageHeader>
      <TransactionFilters parameters={parameters} />
      <RecordTable
        label="Transactions"
        reading={transactions}
        rowKey={(row) => row.transaction_id}
        rowTo={(row) => route.linkTo(row.transaction_id)}
        selectedKey={route.recordId}
        columns={transactionColumns(names)}
        empty={<NoTransactions parameters={parameters} />}
        delivery={parameters.delivery(total, transactions.data?.total_is_minimum)}
        // Only under one status: a queued transaction and the applied one made of it are two rows of the same money.
        foot={
          conditions["status_eq"] ? (
            <FilteredTotals collection="transactions" query={conditions} total={total} />
          ) : undefined
        }
      />
      <TransactionDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

/** Effective days that are looked at stand in their own order, unless another is asked for: one index then finds both. */
function orderWithin({ get }: ListParameters): Query {
  const byEffective = get("day") !== "created" && (get("from") !== "" || get("to") !== "");
  return byEffective ? { order_by: "effective_date", order_dir: "desc" } : {};
}

function given(order: Query): Query {
  return order["order_by"] === undefined ? {} : order;
}

function useConditions({ get }: ListParameters): Query {
  const currencies = useCurrencies();
  const range = { from: get("from"), to: get("to") };
  return {
    status_eq: get("status"),
    currency_eq: currencyAmong(currencies, get("currency")),
    search: get("search"),
    balance_id_eq: get("balance"),
    ...dayConditions(get("day") === "created" ? "created_at" : "effective_date", range),
    ...amountConditions("amount", { from: get("least"), to: get("most") }),
  };
}

function TransactionFilters({ parameters }: { readonly parameters: ListParameters }) {
  const { get, set } = parameters;
  const currencies = useCurrencies();
  return (
    <Filters>
      <FilterSelect
        label="Status"
        value={get("status")}
        options={statuses}
        onChange={(status) => set({ status })}
      />
      <FilterSelect
        label="Currency"
        value={currencyAmong(currencies, get("currency"))}
        options={currencies}
        onChange={(currency) => set({ currency })}
      />
      <FilterText
        label="Reference or id"
        value={get("search")}
        placeholder="how it begins"
        onChange={(search) => set({ search })}
      />
      <FilterText
        label="Balance id"
        value={get("balance")}
        placeholder="bln_"
        onChange={(balance) => set({ balance })}
      />
      <FilterSelect
        label="By date"
        value={get("day")}
        options={[{ value: "created", label: "Created" }]}
        any="Effective"
        onChange={(day) => set({ day })}
      />
      <DayRange label="Days (UTC)" value={{ from: get("from"), to: get("to") }} onChange={set} />
      <AmountRange
        label="Amount"
        value={{ from: get("least"), to: get("most") }}
        onChange={({ from, to }) =>
          set({ ...(from === undefined ? {} : { least: from }), ...(to === undefined ? {} : { most: to }) })
        }
      />
    </Filters>
  );
}

/** What the search reads, so that nobody takes a transaction for missing that it did not look at. */
const searched =
  "Ids and references are found by how they begin; a part from the middle of a reference only among the newest few thousand transactions.";

function NoTransactions({ parameters }: { readonly parameters: ListParameters }) {
  if (!filterNames.some((name) => parameters.get(name) !== "")) {
    return (
      <EmptyState title="No transaction yet">
        Install an app that writes to the ledger, and launch it.
      </EmptyState>
    );
  }
  return (
    <NothingFound
      title="No transaction matches these filters"
      action={
        <Button variant="default" onClick={() => parameters.clear(filterNames)}>
          Clear filters
        </Button>
      }
    >
      {parameters.get("search") === "" ? undefined : searched}
    </NothingFound>
  );
}
