/** Identities: the people and organizations behind balances. */

import { CopyableId, EmptyState, Moment, NothingFound, ShortId, shortId } from "@annex/ui";
import { useRecord, useRecords } from "../api/queries.ts";
import type { BalanceRecord, IdentityRecord } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { FilterText } from "../parts/filters.tsx";
import { useListParameters } from "../parts/list-parameters.ts";
import { PageHeader, Section } from "../parts/page.tsx";
import { containsPattern } from "../parts/patterns.ts";
import { RecordDrawer } from "../parts/record-drawer.tsx";
import { RecordTable } from "../parts/record-table.tsx";
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
      <RecordTable
        label="Identities"
        reading={identities}
        rowKey={(row) => row.identity_id}
        rowTo={(row) => route.linkTo(row.identity_id)}
        selectedKey={route.recordId}
        columns={[
          { key: "name", heading: "Name", part: "lead", cell: nameOf },
          { key: "type", heading: "Type", priority: 1, cell: (row) => row.identity_type || "—" },
          { key: "email", heading: "Email", cell: (row) => row.email_address || "—" },
          { key: "id", heading: "Identity id", priority: 3, cell: (row) => <ShortId id={row.identity_id} /> },
          {
            key: "created",
            heading: "Created",
            priority: 1,
            cell: (row) => <Moment at={row.created_at} exact resolution="seconds" />,
          },
        ]}
        empty={
          email === "" ? (
            <EmptyState title="No identity yet">An app with data:write can create one.</EmptyState>
          ) : (
            <NothingFound title="No identity has this email" />
          )
        }
        delivery={parameters.delivery(pageSize, identities.data?.total)}
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
              "Identity id": <CopyableId id={record.identity_id} label="identity id" whole />,
              Created: <Moment at={record.created_at} exact resolution="milliseconds" ago="below" />,
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
      <RecordTable
        label="Balances of this identity"
        reading={balances}
        rowKey={(row) => row.balance_id}
        rowTo={(row) => `/i/${instance_id}/balances/${row.balance_id}`}
        columns={[
          { key: "id", heading: "Balance", part: "lead", cell: (row) => <ShortId id={row.balance_id} /> },
          { key: "currency", heading: "Currency", cell: (row) => row.currency },
        ]}
        empty={<EmptyState title="No balance belongs to it" />}
      />
    </Section>
  );
}
