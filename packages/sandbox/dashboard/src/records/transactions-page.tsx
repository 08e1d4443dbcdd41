/** Transactions of the selected instance, newest first. */

import {
  Amount,
  type Column,
  EmptyState,
  exactInteger,
  Moment,
  NothingFound,
  shortId,
  sumByCurrency,
} from "@annex/ui";
import { Button, Text } from "@mantine/core";
import { useRecords } from "../api/queries.ts";
import type { TransactionRecord } from "../api/types.ts";
import { FilterSelect, FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
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
      <RecordTable
        label="Transactions"
        reading={transactions}
        rowKey={(row) => row.transaction_id}
        rowTo={(row) => route.linkTo(row.transaction_id)}
        selectedKey={route.recordId}
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
        delivery={parameters.delivery(pageSize, transactions.data?.total)}
        foot={status === "" ? null : <ShownSums rows={transactions.data?.data ?? []} />}
      />
      <TransactionDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

function columnsWith(indicators: ReadonlyMap<string, string>): readonly Column<TransactionRecord>[] {
  return [
    {
      key: "reference",
      heading: "Reference",
      part: "lead",
      cell: (row) => (
        <span className="annex-identifier" title={row.reference}>
          {shortId(row.reference)}
        </span>
      ),
    },
    { key: "status", heading: "Status", part: "mark", cell: (row) => <StatusBadge status={row.status} /> },
    {
      key: "source",
      heading: "From",
      priority: 1,
      width: 150,
      cell: (row) => <BalanceLink id={row.source} indicator={indicators.get(row.source)} />,
    },
    {
      key: "destination",
      heading: "To",
      priority: 1,
      width: 150,
      cell: (row) => <BalanceLink id={row.destination} indicator={indicators.get(row.destination)} />,
    },
    {
      key: "amount",
      heading: "Amount",
      align: "end",
      cell: (row) => (
        <Amount minorUnits={row.precise_amount} precision={row.precision} currency={row.currency} />
      ),
    },
    {
      key: "created",
      heading: "Created",
      priority: 2,
      cell: (row) => <Moment at={row.created_at} exact resolution="seconds" />,
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
