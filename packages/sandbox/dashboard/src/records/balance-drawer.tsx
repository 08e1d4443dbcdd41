import { Amount, CopyableId, EmptyState, Integer, Moment, ShortId } from "@annex/ui";
import { Link } from "react-router";
import { useRecords } from "../api/queries.ts";
import type { BalanceRecord, TransactionRecord } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { Section } from "../parts/page.tsx";
import { RecordTable } from "../parts/record-table.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useInstance } from "../session/session.ts";
import { AlertsOf } from "./alerts-of.tsx";
import { BalanceHistory } from "./balance-history.tsx";
import { IdentityLink } from "./identity-link.tsx";
import { useCurrencyPrecision, useLedgerNames } from "./lookups.ts";
import { Metadata } from "./metadata.tsx";
import { balanceName } from "./names.ts";
import { StoredDrawer, type StoredDrawerProps } from "./stored-drawer.tsx";

export function BalanceDrawer(props: StoredDrawerProps) {
  return (
    <StoredDrawer collection="balances" title="Balance" {...props}>
      {(record) => <BalanceDetail record={record} />}
    </StoredDrawer>
  );
}

function BalanceDetail({ record }: { readonly record: BalanceRecord }) {
  const { instance_id } = useInstance();
  const ledgers = useLedgerNames([record.ledger_id]);
  const precision = useCurrencyPrecision(record.currency);
  const money = (minorUnits: BalanceRecord["balance"]) => (
    <Amount minorUnits={minorUnits} precision={precision} currency={record.currency} />
  );
  return (
    <>
      <p className="annex-record-name">{balanceName(record)}</p>
      <p className="annex-headline">{money(record.balance)}</p>
      <BalanceHistory balance={record} precision={precision} />
      <Facts
        facts={{
          "In minor units": <Integer value={record.balance} />,
          Precision:
            precision === undefined ? "not the same in all transactions, or none yet" : `${precision}`,
          Credits: money(record.credit_balance),
          Debits: money(record.debit_balance),
          Inflight: money(record.inflight_balance),
          "Inflight credits": money(record.inflight_credit_balance),
          "Inflight debits": money(record.inflight_debit_balance),
          Indicator: record.indicator,
          "Balance id": <CopyableId id={record.balance_id} label="balance id" whole />,
          Ledger: (
            <Link className="annex-link" to={`/i/${instance_id}/ledgers/${record.ledger_id}`}>
              {ledgers.get(record.ledger_id) ?? record.ledger_id}
            </Link>
          ),
          Identity: record.identity_id ? <IdentityLink id={record.identity_id} /> : null,
          Created: <Moment at={record.created_at} exact resolution="milliseconds" ago="below" />,
        }}
      />
      <AlertsOf id={record.balance_id} />
      <BalanceTransactions record={record} />
      <Metadata value={record.meta_data} />
    </>
  );
}

function BalanceTransactions({ record }: { readonly record: BalanceRecord }) {
  const { instance_id } = useInstance();
  const transactions = useRecords(instance_id, "transactions", {
    page: 1,
    pageSize: 5,
    balance_id_eq: record.balance_id,
  });
  const list = `/i/${instance_id}/transactions`;
  return (
    <Section
      title="Latest transactions"
      actions={
        <Link className="annex-link" to={`${list}?balance=${encodeURIComponent(record.balance_id)}`}>
          All of them
        </Link>
      }
    >
      <RecordTable
        label="Latest transactions"
        reading={transactions}
        rowKey={(row) => row.transaction_id}
        rowTo={(row) => `${list}/${row.transaction_id}`}
        columns={[
          {
            key: "reference",
            heading: "Reference",
            part: "lead",
            width: 170,
            cell: (row) => <ShortId id={row.reference} />,
          },
          {
            key: "status",
            heading: "Status",
            part: "mark",
            cell: (row) => <StatusBadge status={row.status} />,
          },
          {
            key: "amount",
            heading: "Amount",
            align: "end",
            cell: (row) => <SignedAmount row={row} balanceId={record.balance_id} />,
          },
        ]}
        empty={<EmptyState title="No transaction touched this balance" />}
      />
    </Section>
  );
}

// Seen from this balance: what leaves it is negative.
function SignedAmount({ row, balanceId }: { readonly row: TransactionRecord; readonly balanceId: string }) {
  return (
    <span className="annex-figures">
      {row.source === balanceId ? "−" : "+"}
      <Amount minorUnits={row.precise_amount} precision={row.precision} currency={row.currency} />
    </span>
  );
}
