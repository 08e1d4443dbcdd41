/** Ledgers of the selected instance. */

import { CopyableId, EmptyState, Moment, NothingFound, ShortId } from "@annex/ui";
import { Link } from "react-router";
import { useRecord, useRecords } from "../api/queries.ts";
import type { LedgerRecord } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import { CurrencyTotals } from "./currency-totals.tsx";
import { Metadata } from "./metadata.tsx";

const pageSize = 30;

export default function LedgersPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("ledgers");
  const name = parameters.get("name");
  const ledgers = useRecords<LedgerRecord>(instance.instance_id, "ledgers", {
    page: parameters.page,
    pageSize,
    name_ilike: name === "" ? undefined : containsPattern(name),
  });
  return (
    <>
      <PageHeader title="Ledgers">What the balances of {instance.name} are grouped by.</PageHeader>
      <div className="annex-filters">
        <FilterText label="Name" value={name} onChange={(value) => parameters.set({ name: value })} />
      </div>
      <RecordTable
        label="Ledgers"
        reading={ledgers}
        rowKey={(row) => row.ledger_id}
        rowTo={(row) => route.linkTo(row.ledger_id)}
        selectedKey={route.recordId}
        columns={[
          { key: "name", heading: "Name", part: "lead", cell: (row) => row.name },
          { key: "id", heading: "Ledger id", cell: (row) => <ShortId id={row.ledger_id} /> },
          {
            key: "created",
            heading: "Created",
            priority: 1,
            cell: (row) => <Moment at={row.created_at} exact resolution="seconds" ago="beside" />,
          },
        ]}
        empty={
          name === "" ? (
            <EmptyState title="No ledger yet">An app with data:write can create one.</EmptyState>
          ) : (
            <NothingFound title="No ledger has this name" />
          )
        }
        delivery={parameters.delivery(pageSize, ledgers.data?.total)}
      />
      <LedgerDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

function LedgerDrawer({ id, onClose }: { readonly id: string | undefined; readonly onClose: () => void }) {
  const { instance_id } = useInstance();
  const ledger = useRecord<LedgerRecord>(instance_id, "ledgers", id);
  return (
    <RecordDrawer title="Ledger" opened={id !== undefined} onClose={onClose} reading={ledger}>
      {(record) => (
        <>
          <Facts
            facts={{
              Name: record.name,
              "Ledger id": <CopyableId id={record.ledger_id} label="ledger id" whole />,
              Created: <Moment at={record.created_at} exact resolution="milliseconds" ago="below" />,
              Balances: (
                <Link
                  className="annex-link"
                  to={`/i/${instance_id}/balances?ledger=${encodeURIComponent(record.ledger_id)}`}
                >
                  Show its balances
                </Link>
              ),
            }}
          />
          <CurrencyTotals ledgerId={record.ledger_id} />
          <Metadata value={record.meta_data} />
        </>
      )}
    </RecordDrawer>
  );
}
