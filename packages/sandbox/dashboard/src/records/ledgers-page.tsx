/** Ledgers of the selected instance. */
import { type Column, CopyableId, EmptyState, Moment, NothingFound, ShortId } from "@annex/ui";
import { Link } from "react-router";
import { useRecord, useRecords } from "../api/queries.ts";
import type { LedgerRecord } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { FilterText } from "../parts/filter-text.tsx";
import { Filters } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader, Section } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import type { CsvColumn } from "./csv.ts";
import { CurrencyTotals } from "./currency-totals.tsx";
import { ExportButton } from "./export-button.tsx";
import { Metadata } from "./metadata.tsx";

export default function LedgersPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("ledgers");
  const name = parameters.get("name");
  const conditions = { name_ilike: name === "" ? undefined : containsPattern(name) };
  const ledgers = useRecords(instance.instance_id, "ledgers", {
    ...conditions,
    ...parameters.query,
  });
  return (
    <>
      <PageHeader
        title="Ledgers"
        actions={
          <ExportButton
            collection="ledgers"
            query={{ ...conditions, ...parameters.order }}
            total={ledgers.data?.total}
            columnsFor={async () => csvColumns}
          />
        }
      >
        What the balances of {instance.name} are grouped by.
      </PageHeader>
      <Filters>
        <FilterText label="Name" value={name} onChange={(value) => parameters.set({ name: value })} />
      </Filters>
      <RecordTable
        label="Ledgers"
        reading={ledgers}
        rowKey={(row) => row.ledger_id}
        rowTo={(row) => route.linkTo(row.ledger_id)}
        selectedKey={route.recordId}
        columns={columns}
        empty={
          name === "" ? (
            <EmptyState title="No ledger yet">An app with data:write can create one.</EmptyState>
          ) : (
            <NothingFound title="No ledger has this name" />
          )
        }
        delivery={parameters.delivery(ledgers.data?.total, ledgers.data?.total_is_minimum)}
      />
      <LedgerDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

const columns: readonly Column<LedgerRecord>[] = [
  { key: "name", heading: "Name", part: "lead", width: 220, sortable: true, cell: (row) => row.name },
  {
    key: "id",
    heading: "Ledger id",
    width: 190,
    priority: 1,
    cell: (row) => <ShortId id={row.ledger_id} />,
  },
  {
    key: "created_at",
    heading: "Created",
    width: 165,
    priority: 1,
    sortable: true,
    cell: (row) => <Moment at={row.created_at} exact />,
  },
];

const csvColumns: readonly CsvColumn<LedgerRecord>[] = [
  { heading: "ledger_id", text: (row) => row.ledger_id },
  { heading: "name", text: (row) => row.name },
  { heading: "created_at", text: (row) => row.created_at },
];

function LedgerDrawer({ id, onClose }: { readonly id: string | undefined; readonly onClose: () => void }) {
  const { instance_id } = useInstance();
  const ledger = useRecord(instance_id, "ledgers", id);
  return (
    <RecordDrawer title="Ledger" opened={id !== undefined} onClose={onClose} reading={ledger}>
      {(record) => (
        <>
          <p className="annex-record-name">{record.name}</p>
          <Facts
            facts={{
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
          <Section title="Totals by currency">
            <CurrencyTotals ledgerId={record.ledger_id} />
          </Section>
          <Metadata value={record.meta_data} />
        </>
      )}
    </RecordDrawer>
  );
}
