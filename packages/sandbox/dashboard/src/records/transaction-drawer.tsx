import {
  Amount,
  CopyableId,
  CopyButton,
  countOf,
  decimalsOf,
  EmptyState,
  exactInteger,
  Integer,
  Moment,
  momentOf,
  ShortId,
} from "@annex/ui";
import { Link } from "react-router";
import { useRecords } from "../api/queries.ts";
import type { TransactionRecord } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { Section } from "../parts/page.tsx";
import { RecordTable } from "../parts/record-table.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { useInstance } from "../session/session.ts";
import { AlertsOf } from "./alerts-of.tsx";
import { BalanceLink } from "./balance-link.tsx";
import { useBalanceNames } from "./lookups.ts";
import { Metadata } from "./metadata.tsx";
import { OpenInApp } from "./open-in-app.tsx";
import { PostedBy } from "./posted-by.tsx";
import { StoredDrawer, type StoredDrawerProps } from "./stored-drawer.tsx";

export function TransactionDrawer(props: StoredDrawerProps) {
  return (
    <StoredDrawer collection="transactions" title="Transaction" {...props}>
      {(record) => <TransactionDetail record={record} onClose={props.onClose} />}
    </StoredDrawer>
  );
}

function TransactionDetail(props: { readonly record: TransactionRecord; readonly onClose: () => void }) {
  const { record, onClose } = props;
  const names = useBalanceNames([record.source, record.destination]);
  return (
    <>
      {record.description ? <p className="annex-record-name">{record.description}</p> : null}
      <p className="annex-headline">
        <Amount minorUnits={record.precise_amount} precision={record.precision} currency={record.currency} />
        <StatusBadge status={record.status} />
      </p>
      <OpenInApp
        record={{ collection: "transactions", id: record.transaction_id }}
        metadata={record.meta_data}
        onOpen={onClose}
      />
      <Facts
        facts={{
          From: <BalanceLink id={record.source} names={names} />,
          To: <BalanceLink id={record.destination} names={names} />,
          Effective: <Moment at={record.effective_date} exact resolution="seconds" ago="below" coming />,
          Created: <Moment at={record.created_at} exact resolution="milliseconds" ago="below" />,
          Reference: (
            <span className="annex-id">
              <span className="annex-identifier" translate="no">
                {record.reference}
              </span>
              <CopyButton value={record.reference} name="reference" />
            </span>
          ),
          "In minor units": <Integer value={record.precise_amount} />,
          Precision: precisionText(record.precision),
          "Transaction id": <CopyableId id={record.transaction_id} label="transaction id" whole />,
          "Scheduled for": momentOf(record.scheduled_for) ? (
            <Moment at={record.scheduled_for} exact resolution="seconds" />
          ) : undefined,
          Parent: record.parent_transaction ? <ParentLink id={record.parent_transaction} /> : null,
          "Posted by": <PostedBy record={record} />,
        }}
      />
      <AlertsOf id={record.transaction_id} />
      <Children record={record} />
      <Metadata value={record.meta_data} />
    </>
  );
}

function precisionText(precision: TransactionRecord["precision"]): string {
  const integer = exactInteger(precision);
  const decimals = integer === undefined ? undefined : decimalsOf(integer);
  return decimals === undefined ? String(precision) : `${precision} (${countOf(decimals, "decimal")})`;
}

function ParentLink({ id }: { readonly id: string }) {
  const { instance_id } = useInstance();
  // The parent of a bulk is the batch, which is no row of its own.
  if (!id.startsWith("txn_")) return <CopyableId id={id} label="batch id" whole />;
  return (
    <Link className="annex-link annex-identifier" to={`/i/${instance_id}/transactions/${id}`}>
      {id}
    </Link>
  );
}

function Children({ record }: { readonly record: TransactionRecord }) {
  const { instance_id } = useInstance();
  const children = useRecords(instance_id, "transactions", {
    page: 1,
    pageSize: 50,
    parent_transaction_eq: record.transaction_id,
  });
  return (
    <Section title="Made from this one">
      <RecordTable
        label="Child transactions"
        reading={children}
        rowKey={(row) => row.transaction_id}
        rowTo={(row) => `/i/${instance_id}/transactions/${row.transaction_id}`}
        columns={[
          {
            key: "id",
            heading: "Transaction",
            part: "lead",
            width: 170,
            cell: (row) => <ShortId id={row.transaction_id} />,
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
