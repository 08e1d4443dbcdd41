/** One app: what it is, what it may do, where it is installed, what was sent to it. */

import { Badge, CopyableId, EmptyState, Identifier, LoadingState, Moment, ShortId } from "@annex/ui";
import { Anchor, Group, Stack, Title } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useApp } from "../api/queries.ts";
import type { AppDetail, Installation } from "../api/types.ts";
import { Facts } from "../parts/facts.tsx";
import { ErrorState } from "../parts/failure.tsx";
import { Section, useDocumentTitle } from "../parts/page.tsx";
import { RecordTable, readingOf } from "../parts/record-table.tsx";
import { StatusBadge } from "../parts/status-badge.tsx";
import { GuardedButton } from "../session/guarded-button.tsx";
import { accessName, instanceName, memberName, useInstance, useSession } from "../session/session.ts";
import { AppActions } from "./app-actions.tsx";
import { AppDeliveries } from "./app-deliveries.tsx";
import { AppLogo } from "./app-logo.tsx";
import { AppStateBadge, liveInstallation } from "./app-state.tsx";
import { AppUrls } from "./app-urls.tsx";
import { InsecureNote } from "./insecure-note.tsx";
import { OwnAddressNote } from "./own-address-note.tsx";
import { allowsText } from "./permissions.ts";
import "./apps.css";

export default function AppPage() {
  const instance = useInstance();
  const { appId = "" } = useParams();
  const app = useApp(appId, instance.instance_id);
  useDocumentTitle(app.data?.name ?? "App");
  if (app.data === undefined) {
    return (
      <div className="annex-card">
        {app.error ? <ErrorState error={app.error} onRetry={() => void app.refetch()} /> : <LoadingState />}
      </div>
    );
  }
  return (
    <>
      <AppHeader app={app.data} />
      <div className="annex-app-columns">
        <div>
          <Permissions app={app.data} />
          <AppDeliveries app={app.data} />
          <History app={app.data} />
        </div>
        <div>
          <InstallationFacts app={app.data} />
          <RegistrationFacts app={app.data} />
        </div>
      </div>
    </>
  );
}

function AppHeader({ app }: { readonly app: AppDetail }) {
  return (
    <>
      <Anchor component={Link} to=".." relative="path" size="sm" className="annex-link">
        Apps
      </Anchor>
      <header className="annex-page-header" style={{ marginTop: "0.5rem" }}>
        <div className="annex-app-heading">
          <AppLogo app={app} size={48} />
          <div>
            <Title order={1}>{app.name}</Title>
            <AppStateBadge app={app} />
          </div>
        </div>
        <div style={{ display: "flex", flexWrap: "wrap", gap: "0.5rem" }}>
          <AppActions app={app} withUninstall />
        </div>
      </header>
      <p style={{ maxWidth: "46rem", margin: 0, lineHeight: 1.55 }}>
        {app.description === "" ? "No description." : app.description}
      </p>
    </>
  );
}

function Permissions({ app }: { readonly app: AppDetail }) {
  const installation = liveInstallation(app);
  const rows = app.permissions.map((scope) => ({ scope }));
  return (
    <Section title="Permissions">
      <RecordTable
        label="Permissions"
        reading={readingOf(rows)}
        rowKey={(row) => row.scope}
        columns={[
          {
            key: "scope",
            heading: "Scope",
            part: "lead",
            cell: (row) => <span className="annex-scope-name">{row.scope}</span>,
          },
          { key: "allows", heading: "What it allows", cell: (row) => allowsText(row.scope) },
          {
            key: "granted",
            heading: "Granted here",
            part: "mark",
            cell: (row) => <GrantBadge installation={installation} scope={row.scope} />,
          },
        ]}
        empty={<EmptyState title="This app asks for no permission" />}
      />
    </Section>
  );
}

type GrantBadgeProps = {
  readonly installation: Installation | undefined;
  readonly scope: Installation["granted_permissions"][number];
};

function GrantBadge({ installation, scope }: GrantBadgeProps) {
  if (installation === undefined) return <Badge tone="neutral">Not installed</Badge>;
  return installation.granted_permissions.includes(scope) ? (
    <Badge tone="success">Granted</Badge>
  ) : (
    <Badge tone="warning">Not granted</Badge>
  );
}

function InstallationFacts({ app }: { readonly app: AppDetail }) {
  const session = useSession();
  const instance = useInstance();
  const installation = liveInstallation(app);
  if (installation === undefined) {
    return (
      <Section title="Installation">
        <div className="annex-card">
          <EmptyState title={`Not installed on ${instance.name}`}>
            Each instance has its own installation, with its own key and permissions.
          </EmptyState>
        </div>
      </Section>
    );
  }
  return (
    <Section title="Installation">
      <Facts
        facts={{
          Instance: instance.name,
          Installation: <CopyableId id={installation.installed_app_id} label="installation id" whole />,
          Key: <span className="annex-identifier">{installation.api_key_prefix}…</span>,
          Installed: <Moment at={installation.installed_at} exact resolution="seconds" ago="below" />,
          "Installed by":
            installation.installed_by === null
              ? "A command or the admin API"
              : memberName(session, installation.installed_by),
        }}
      />
    </Section>
  );
}

function RegistrationFacts({ app }: { readonly app: AppDetail }) {
  const session = useSession();
  const access =
    app.launch_access.length === 0
      ? "Every member"
      : app.launch_access.map((entry) => accessName(session, entry)).join(", ");
  return (
    <Section title="Registration" actions={<RegistryActions app={app} />}>
      <Facts
        facts={{
          Developer: app.developer,
          "App id": <CopyableId id={app.app_id} label="app id" whole />,
          Registered: <Moment at={app.created_at} exact resolution="seconds" ago="below" />,
          "Callback URL": <Identifier id={app.registration_callback_url} />,
          "Portal URL": <Identifier id={app.portal_generator_url} />,
          "May launch": access,
          "At launch": app.launch_requires_authentication
            ? "Password and second factor"
            : "No further question",
        }}
      />
      <AppUrls appId={app.app_id} />
      {app.insecure_urls ? (
        <Stack mt="sm" gap="sm">
          <InsecureNote />
          <OwnAddressNote portalUrl={app.portal_generator_url} />
        </Stack>
      ) : null}
    </Section>
  );
}

const RemoveApp = lazy(() => import("./remove-app.tsx"));

function RegistryActions({ app }: { readonly app: AppDetail }) {
  const navigate = useNavigate();
  const [removing, setRemoving] = useState<boolean>();
  return (
    <Group gap="xs">
      <GuardedButton
        right="manage-apps"
        size="xs"
        variant="default"
        onClick={() => void navigate("edit", { relative: "path" })}
      >
        Edit
      </GuardedButton>
      <GuardedButton right="manage-apps" size="xs" variant="default" onClick={() => setRemoving(true)}>
        Remove
      </GuardedButton>
      {removing === undefined ? null : (
        <Suspense fallback={null}>
          <RemoveApp app={app} opened={removing} onClose={() => setRemoving(false)} />
        </Suspense>
      )}
    </Group>
  );
}

function History({ app }: { readonly app: AppDetail }) {
  const session = useSession();
  return (
    <Section title="History of installations">
      <RecordTable
        label="History of installations"
        reading={readingOf(app.history)}
        rowKey={(row) => row.installed_app_id}
        columns={[
          {
            key: "id",
            heading: "Installation",
            part: "lead",
            cell: (row) => <ShortId id={row.installed_app_id} />,
          },
          { key: "instance", heading: "Instance", cell: (row) => instanceName(session, row.instance_id) },
          {
            key: "status",
            heading: "Status",
            part: "mark",
            cell: (row) => <StatusBadge status={row.status} />,
          },
          {
            key: "granted",
            heading: "Granted",
            priority: 3,
            cell: (row) => (
              <span className="annex-identifier">{row.granted_permissions.join(", ") || "nothing"}</span>
            ),
          },
          {
            key: "installed",
            heading: "Installed",
            priority: 2,
            cell: (row) => <Moment at={row.installed_at} exact resolution="seconds" ago="below" />,
          },
          {
            key: "uninstalled",
            heading: "Ended",
            priority: 2,
            cell: (row) => <Moment at={row.ended_at} exact resolution="seconds" ago="below" />,
          },
        ]}
        empty={<EmptyState title="Never installed" />}
      />
    </Section>
  );
}
