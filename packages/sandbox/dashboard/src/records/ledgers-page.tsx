/** Ledgers of the selected instance. */
import { type Column, CopyableId, EmptyState, Moment, NothingFound, ShortId } from "@annex/ui";
import { Link } from "react-router";
import { useRecords } from "../api/queries.ts";
import type { LedgerRecord } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { FilterText } from "../parts/filter-text.tsx";
import { Filters } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader, Section } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import type { CsvColumn } from "./csv.ts";
import { CurrencyTotals } from "./currency-totals.tsx";
import { ExportButton } from "./export-button.tsx";
import { Metadata } from "./metadata.tsx";
import { StoredDrawer, type StoredDrawerProps } from "./stored-drawer.tsx";

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

function LedgerDrawer(props: StoredDrawerProps) {
  const { instance_id } = useInstance();
  return (
    <StoredDrawer collection="ledgers" title="Ledger" {...props}>
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
    </StoredDrawer>
  );
}
