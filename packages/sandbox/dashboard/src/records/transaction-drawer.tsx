import { Link } from "react-router";
import { useRecord, useRecords } from "../api/queries.ts";
import type { TransactionRecord } from "../api/types.ts";
import { decimalsOf, exactInteger } from "../format/amounts.ts";
import { counted, shortId } from "../format/text.ts";
import { momentOf } from "../format/time.ts";
import { Amount, Integer } from "../parts/amount.tsx";
import { StatusBadge } from "../parts/badges.tsx";
import { CopyAction, CopyableId } from "../parts/copy.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Facts } from "../parts/facts.tsx";
import { Section } from "../parts/page.tsx";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
import { useInstance } from "../session/session.ts";
import { BalanceLink } from "./balance-link.tsx";
import { useIndicators } from "./lookups.ts";
import { Metadata } from "./metadata.tsx";

export function TransactionDrawer({
  id,
  onClose,
}: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  const { instance_id } = useInstance();
  const transaction = useRecord<TransactionRecord>(instance_id, "transactions", id);
  return (
    <RecordDrawer title="Transaction" opened={id !== undefined} onClose={onClose} reading={transaction}>
      {(record) => <TransactionDetail record={record} />}
    </RecordDrawer>
  );
}

function TransactionDetail({ record }: { readonly record: TransactionRecord }) {
  const indicators = useIndicators();
  return (
    <>
      <p className="annex-headline">
        <Amount minorUnits={record.precise_amount} precision={record.precision} currency={record.currency} />
        <StatusBadge status={record.status} />
      </p>
      <Facts
        facts={{
          From: <BalanceLink id={record.source} indicator={indicators.get(record.source)} />,
          To: <BalanceLink id={record.destination} indicator={indicators.get(record.destination)} />,
          Reference: (
            <span style={{ display: "inline-flex", gap: 4, alignItems: "center" }}>
              <span className="annex-identifier">{record.reference}</span>
              <CopyAction value={record.reference} name="reference" />
            </span>
          ),
          Description: record.description,
          "In minor units": <Integer value={record.precise_amount} />,
          Precision: precisionText(record.precision),
          "Transaction id": <CopyableId id={record.transaction_id} name="transaction id" />,
          Created: <Timestamp time={record.created_at} milliseconds relative="stacked" />,
          Effective: <Timestamp time={record.effective_date} milliseconds relative="none" />,
          "Scheduled for": momentOf(record.scheduled_for) ? (
            <Timestamp time={record.scheduled_for} relative="none" />
          ) : undefined,
          Parent: record.parent_transaction ? <ParentLink id={record.parent_transaction} /> : null,
        }}
      />
      <Children record={record} />
      <Metadata value={record.meta_data} />
    </>
  );
}

function precisionText(precision: TransactionRecord["precision"]): string {
  const integer = exactInteger(precision);
  const decimals = integer === undefined ? undefined : decimalsOf(integer);
  return decimals === undefined ? String(precision) : `${precision} (${counted(decimals, "decimal")})`;
}

function ParentLink({ id }: { readonly id: string }) {
  const { instance_id } = useInstance();
  // The parent of a bulk is the batch, which is no row of its own.
  if (!id.startsWith("txn_")) return <CopyableId id={id} name="batch id" />;
  return (
    <Link className="annex-link annex-identifier" to={`/i/${instance_id}/transactions/${id}`}>
      {id}
    </Link>
  );
}

function Children({ record }: { readonly record: TransactionRecord }) {
  const { instance_id } = useInstance();
  const children = useRecords<TransactionRecord>(instance_id, "transactions", {
    page: 1,
    pageSize: 50,
    parent_transaction_eq: record.transaction_id,
  });
  return (
    <Section title="Made from this one">
      <DataTable
        label="Child transactions"
        reading={children}
        rowId={(row) => row.transaction_id}
        rowLink={(row) => `/i/${instance_id}/transactions/${row.transaction_id}`}
        columns={[
          {
            id: "id",
            header: "Transaction",
            cell: (row) => (
              <span className="annex-identifier" title={row.transaction_id}>
                {shortId(row.transaction_id)}
              </span>
            ),
          },
          { id: "status", header: "Status", cell: (row) => <StatusBadge status={row.status} /> },
          {
            id: "amount",
            header: "Amount",
            align: "right",
            cell: (row) => (
              <Amount minorUnits={row.precise_amount} precision={row.precision} currency={row.currency} />
            ),
          },
        ]}
        empty={<EmptyState title="No child transaction" />}
      />
    </Section>
  );
}
