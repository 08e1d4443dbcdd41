/** Identities: the people and organizations behind balances. */
import { useRecord, useRecords } from "../api/queries.ts";
import type { BalanceRecord, IdentityRecord } from "../api/types.ts";
import { containsPattern, shortId } from "../format/text.ts";
import { CopyableId, ShortId } from "../parts/copy.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Facts } from "../parts/facts.tsx";
import { FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader, Section } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { EmptyState, NothingFound } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
import { useRecordRoute } from "../parts/use-record-route.ts";
import { useInstance } from "../session/session.ts";
import { Metadata } from "./metadata.tsx";

const pageSize = 20;

export default function IdentitiesPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const route = useRecordRoute("identities");
  const email = parameters.get("email");
  const identities = useRecords<IdentityRecord>(instance.instance_id, "identities", {
    page: parameters.page,
    pageSize,
    email_address_ilike: email === "" ? undefined : containsPattern(email),
  });
  return (
    <>
      <PageHeader title="Identities">
        The people and organizations behind the balances of {instance.name}.
      </PageHeader>
      <div className="annex-filters">
        <FilterText
          label="Email"
          value={email}
          placeholder="contains"
          onChange={(value) => parameters.set({ email: value })}
        />
      </div>
      <DataTable
        label="Identities"
        reading={identities}
        rowId={(row) => row.identity_id}
        rowLink={(row) => route.linkTo(row.identity_id)}
        selectedId={route.recordId}
        columns={[
          { id: "name", header: "Name", cell: nameOf },
          { id: "type", header: "Type", from: "middle", cell: (row) => row.identity_type || "—" },
          { id: "email", header: "Email", cell: (row) => row.email_address || "—" },
          { id: "id", header: "Identity id", from: "wide", cell: (row) => <ShortId id={row.identity_id} /> },
          {
            id: "created",
            header: "Created",
            from: "middle",
            cell: (row) => <Timestamp time={row.created_at} relative="none" />,
          },
        ]}
        empty={
          email === "" ? (
            <EmptyState title="No identity yet">An app with data:write can create one.</EmptyState>
          ) : (
            <NothingFound title="No identity has this email" />
          )
        }
        footer={
          <Pager
            page={parameters.page}
            pageSize={pageSize}
            total={identities.data?.total}
            onPage={parameters.setPage}
          />
        }
      />
      <IdentityDrawer id={route.recordId} onClose={route.close} />
    </>
  );
}

function nameOf(record: IdentityRecord): string {
  const person = [record.first_name, record.other_names, record.last_name].filter(Boolean).join(" ");
  return record.organization_name || person || shortId(record.identity_id);
}

function IdentityDrawer({ id, onClose }: { readonly id: string | undefined; readonly onClose: () => void }) {
  const { instance_id } = useInstance();
  const identity = useRecord<IdentityRecord>(instance_id, "identities", id);
  return (
    <RecordDrawer title="Identity" opened={id !== undefined} onClose={onClose} reading={identity}>
      {(record) => (
        <>
          <Facts
            facts={{
              Name: nameOf(record),
              Type: record.identity_type,
              Category: record.category,
              Email: record.email_address,
              Phone: record.phone_number,
              Address: [record.street, record.post_code, record.city, record.state, record.country]
                .filter(Boolean)
                .join(", "),
              Nationality: record.nationality,
              "Identity id": <CopyableId id={record.identity_id} name="identity id" />,
              Created: <Timestamp time={record.created_at} milliseconds relative="stacked" />,
            }}
          />
          <IdentityBalances identityId={record.identity_id} />
          <Metadata value={record.meta_data} />
        </>
      )}
    </RecordDrawer>
  );
}

function IdentityBalances({ identityId }: { readonly identityId: string }) {
  const { instance_id } = useInstance();
  const balances = useRecords<BalanceRecord>(instance_id, "balances", {
    page: 1,
    pageSize: 50,
    identity_id_eq: identityId,
  });
  return (
    <Section title="Balances">
      <DataTable
        label="Balances of this identity"
        reading={balances}
        rowId={(row) => row.balance_id}
        rowLink={(row) => `/i/${instance_id}/balances/${row.balance_id}`}
        columns={[
          { id: "id", header: "Balance", cell: (row) => <ShortId id={row.balance_id} /> },
          { id: "currency", header: "Currency", cell: (row) => row.currency },
        ]}
        empty={<EmptyState title="No balance belongs to it" />}
      />
    </Section>
  );
}
