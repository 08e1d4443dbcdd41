/** Identities: the people and organizations behind balances. */
import { type Column, CopyableId, EmptyState, Moment, NothingFound, ShortId } from "@annex/ui";
import { useRecords } from "../api/queries.ts";
import type { IdentityRecord } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { FilterText } from "../parts/filter-text.tsx";
import { Filters } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader, Section } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { RecordTable } from "../parts/record-table.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import { AlertsOf } from "./alerts-of.tsx";
import type { CsvColumn } from "./csv.ts";
import { ExportButton } from "./export-button.tsx";
import { Metadata } from "./metadata.tsx";
import { balanceName, identityName } from "./names.ts";
import { StoredDrawer, type StoredDrawerProps } from "./stored-drawer.tsx";

export default function IdentitiesPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("identities");
  const email = parameters.get("email");
  const conditions = { email_address_ilike: email === "" ? undefined : containsPattern(email) };
  const identities = useRecords(instance.instance_id, "identities", {
    ...conditions,
    ...parameters.query,
  });
  return (
    <>
      <PageHeader
        title="Identities"
        actions={
          <ExportButton
            collection="identities"
            query={{ ...conditions, ...parameters.order }}
            total={identities.data?.total}
            columnsFor={async () => csvColumns}
          />
        }
      >
        The people and organizations behind the balances of {instance.name}.
      </PageHeader>
      <Filters>
        <FilterText
          label="Email"
          value={email}
          placeholder="contains"
          onChange={(value) => parameters.set({ email: value })}
        />
      </Filters>
      <RecordTable
        label="Identities"
        reading={identities}
        rowKey={(row) => row.identity_id}
        rowTo={(row) => route.linkTo(row.identity_id)}
        selectedKey={route.recordId}
        columns={columns}
        empty={
          email === "" ? (
            <EmptyState title="No identity yet">An app with data:write can create one.</EmptyState>
          ) : (
            <NothingFound title="No identity has this email" />
          )
        }
        delivery={parameters.delivery(identities.data?.total, identities.data?.total_is_minimum)}
      />
      <IdentityDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

const columns: readonly Column<IdentityRecord>[] = [
  { key: "name", heading: "Name", part: "lead", width: 200, cell: identityName },
  {
    key: "identity_type",
    heading: "Type",
    width: 120,
    priority: 1,
    sortable: true,
    cell: (row) => row.identity_type || "—",
  },
  {
    key: "email_address",
    heading: "Email",
    width: 200,
    sortable: true,
    cell: (row) => row.email_address || "—",
  },
  {
    key: "id",
    heading: "Identity id",
    width: 190,
    priority: 3,
    cell: (row) => <ShortId id={row.identity_id} />,
  },
  {
    key: "created_at",
    heading: "Created",
    width: 165,
    priority: 2,
    sortable: true,
    cell: (row) => <Moment at={row.created_at} exact />,
  },
];

const csvColumns: readonly CsvColumn<IdentityRecord>[] = [
  { heading: "identity_id", text: (row) => row.identity_id },
  { heading: "name", text: identityName },
  { heading: "identity_type", text: (row) => row.identity_type ?? "" },
  { heading: "email_address", text: (row) => row.email_address ?? "" },
  { heading: "created_at", text: (row) => row.created_at },
];

function IdentityDrawer(props: StoredDrawerProps) {
  return (
    <StoredDrawer collection="identities" title="Identity" {...props}>
      {(record) => (
        <>
          <p className="annex-record-name">{identityName(record)}</p>
          <Facts
            facts={{
              Type: record.identity_type,
              Category: record.category,
              Email: record.email_address,
              Phone: record.phone_number,
              Address: [record.street, record.post_code, record.city, record.state, record.country]
                .filter(Boolean)
                .join(", "),
              Nationality: record.nationality,
              "Identity id": <CopyableId id={record.identity_id} label="identity id" whole />,
              Created: <Moment at={record.created_at} exact resolution="milliseconds" ago="below" />,
            }}
          />
          <AlertsOf id={record.identity_id} />
          <IdentityBalances identityId={record.identity_id} />
          <Metadata value={record.meta_data} />
        </>
      )}
    </StoredDrawer>
  );
}

function IdentityBalances({ identityId }: { readonly identityId: string }) {
  const { instance_id } = useInstance();
  const balances = useRecords(instance_id, "balances", {
    page: 1,
    pageSize: 50,
    identity_id_eq: identityId,
  });
  return (
    <Section title="Balances">
      <RecordTable
        label="Balances of this identity"
        reading={balances}
        rowKey={(row) => row.balance_id}
        rowTo={(row) => `/i/${instance_id}/balances/${row.balance_id}`}
        columns={[
          { key: "id", heading: "Balance", part: "lead", width: 200, cell: balanceName },
          { key: "currency", heading: "Currency", cell: (row) => row.currency },
        ]}
        empty={<EmptyState title="No balance belongs to it" />}
      />
    </Section>
  );
}
