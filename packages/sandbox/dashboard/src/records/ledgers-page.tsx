/** Ledgers of the selected instance. */
import { Link } from "react-router";
import { useRecord, useRecords } from "../api/queries.ts";
import type { LedgerRecord } from "../api/types.ts";
import { containsPattern } from "../format/text.ts";
import { CopyableId, ShortId } from "../parts/copy.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Facts } from "../parts/facts.tsx";
import { FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { EmptyState, NothingFound } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
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
      <DataTable
        label="Ledgers"
        reading={ledgers}
        rowId={(row) => row.ledger_id}
        rowLink={(row) => route.linkTo(row.ledger_id)}
        selectedId={route.recordId}
        columns={[
          { id: "name", header: "Name", cell: (row) => row.name },
          { id: "id", header: "Ledger id", cell: (row) => <ShortId id={row.ledger_id} /> },
          {
            id: "created",
            header: "Created",
            from: "middle",
            cell: (row) => <Timestamp time={row.created_at} />,
          },
        ]}
        empty={
          name === "" ? (
            <EmptyState title="No ledger yet">An app with data:write can create one.</EmptyState>
          ) : (
            <NothingFound title="No ledger has this name" />
          )
        }
        footer={
          <Pager
            page={parameters.page}
            pageSize={pageSize}
            total={ledgers.data?.total}
            onPage={parameters.setPage}
          />
        }
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
              "Ledger id": <CopyableId id={record.ledger_id} name="ledger id" />,
              Created: <Timestamp time={record.created_at} milliseconds relative="stacked" />,
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
