/** Transactions of the selected instance, newest first. */
import { Button, Text } from "@mantine/core";
import { useRecords } from "../api/queries.ts";
import type { TransactionRecord } from "../api/types.ts";
import { exactInteger, sumByCurrency } from "../format/amounts.ts";
import { containsPattern, shortId } from "../format/text.ts";
import { Amount, Figure } from "../parts/amount.tsx";
import { StatusBadge } from "../parts/badges.tsx";
import { type Column, DataTable } from "../parts/data-table.tsx";
import { FilterSelect, FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { EmptyState, NothingFound } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import { BalanceLink } from "./balance-link.tsx";
import { useIndicators } from "./lookups.ts";
import { TransactionDrawer } from "./transaction-drawer.tsx";

const pageSize = 20;
const statuses = ["APPLIED", "QUEUED", "INFLIGHT", "SCHEDULED", "COMMIT", "VOID", "REJECTED"] as const;

export default function TransactionsPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("transactions");
  const indicators = useIndicators();
  const status = parameters.get("status");
  const currency = parameters.get("currency");
  const reference = parameters.get("reference");
  const balance = parameters.get("balance");
  const transactions = useRecords<TransactionRecord>(instance.instance_id, "transactions", {
    page: parameters.page,
    pageSize,
    status_eq: status,
    currency_eq: currency,
    reference_ilike: reference === "" ? undefined : containsPattern(reference),
    balance_id_eq: balance,
  });
  const filtered = [status, currency, reference, balance].some((value) => value !== "");
  return (
    <>
      <PageHeader title="Transactions">Every movement between balances of {instance.name}.</PageHeader>
      <div className="annex-filters">
        <FilterSelect
          label="Status"
          value={status}
          options={statuses}
          onChange={(value) => parameters.set({ status: value })}
        />
        <FilterText
          label="Currency"
          value={currency}
          placeholder="USD"
          onChange={(value) => parameters.set({ currency: value })}
        />
        <FilterText
          label="Reference"
          value={reference}
          placeholder="contains"
          onChange={(value) => parameters.set({ reference: value })}
        />
        <FilterText
          label="Balance id"
          value={balance}
          placeholder="bln_"
          onChange={(value) => parameters.set({ balance: value })}
        />
      </div>
      <DataTable
        label="Transactions"
        reading={transactions}
        rowId={(row) => row.transaction_id}
        rowLink={(row) => route.linkTo(row.transaction_id)}
        selectedId={route.recordId}
        columns={columnsWith(indicators)}
        empty={
          filtered ? (
            <NothingFound
              title="No transaction matches these filters"
              action={
                <Button
                  variant="default"
                  onClick={() =>
                    parameters.set({ status: null, currency: null, reference: null, balance: null })
                  }
                >
                  Clear filters
                </Button>
              }
            />
          ) : (
            <EmptyState title="No transaction yet">
              Install an app that writes to the ledger, and launch it.
            </EmptyState>
          )
        }
        footer={
          <Pager
            page={parameters.page}
            pageSize={pageSize}
            total={transactions.data?.total}
            onPage={parameters.setPage}
          >
            {status === "" ? null : <ShownSums rows={transactions.data?.data ?? []} />}
          </Pager>
        }
      />
      <TransactionDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

function columnsWith(indicators: ReadonlyMap<string, string>): readonly Column<TransactionRecord>[] {
  return [
    {
      id: "reference",
      header: "Reference",
      cell: (row) => (
        <>
          <span className="annex-identifier" title={row.reference}>
            {shortId(row.reference)}
          </span>
          <Text span size="xs" c="dimmed" data-until="roomy">
            <Timestamp time={row.created_at} relative="none" />
          </Text>
        </>
      ),
    },
    { id: "status", header: "Status", cell: (row) => <StatusBadge status={row.status} /> },
    {
      id: "source",
      header: "From",
      from: "wide",
      cell: (row) => <BalanceLink id={row.source} indicator={indicators.get(row.source)} />,
    },
    {
      id: "destination",
      header: "To",
      from: "wide",
      cell: (row) => <BalanceLink id={row.destination} indicator={indicators.get(row.destination)} />,
    },
    {
      id: "amount",
      header: "Amount",
      align: "right",
      cell: (row) => (
        <>
          <Figure minorUnits={row.precise_amount} precision={row.precision} />
          <Text span size="xs" c="dimmed" data-until="roomy">
            {row.currency}
          </Text>
        </>
      ),
    },
    { id: "currency", header: "Currency", from: "roomy", cell: (row) => row.currency },
    {
      id: "precision",
      header: "Precision",
      align: "right",
      from: "roomy",
      cell: (row) => <span className="annex-number">{String(row.precision)}</span>,
    },
    {
      id: "created",
      header: "Created",
      from: "roomy",
      cell: (row) => <Timestamp time={row.created_at} relative="none" />,
    },
  ];
}

// Only under one status: a queued transaction and the applied one made of it are two rows of the same money.
function ShownSums({ rows }: { readonly rows: readonly TransactionRecord[] }) {
  const sums = sumByCurrency(
    rows.flatMap((row) => {
      const minorUnits = exactInteger(row.precise_amount);
      const precision = exactInteger(row.precision);
      return minorUnits === undefined || precision === undefined
        ? []
        : [{ currency: row.currency, precision, minorUnits }];
    }),
  );
  return (
    <Text size="xs" c="dimmed">
      Sum of these rows:{" "}
      {sums.map((sum, index) => (
        <span key={`${sum.currency}/${sum.precision}`}>
          {index === 0 ? "" : " · "}
          <Amount {...sum} />
        </span>
      ))}
    </Text>
  );
}
