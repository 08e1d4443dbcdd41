/** One app: what it is, what it may do, where it is installed, what was sent to it. */
import { Anchor, Box, Title } from "@mantine/core";
import { Link, useParams } from "react-router";
import { useApp } from "../api/queries.ts";
import type { AppDetail, Installation } from "../api/types.ts";
import { Badge, StatusBadge } from "../parts/badges.tsx";
import { CopyableId, ShortId } from "../parts/copy.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Facts } from "../parts/facts.tsx";
import { Section, useDocumentTitle } from "../parts/page.tsx";
import { EmptyState, ErrorState, LoadingRows } from "../parts/states.tsx";
import { Timestamp } from "../parts/timestamp.tsx";
import { instanceName, memberName, useInstance, useSession } from "../session/session.ts";
import { AppActions } from "./app-actions.tsx";
import { AppDeliveries } from "./app-deliveries.tsx";
import { AppLogo } from "./app-logo.tsx";
import { AppStateBadge, liveInstallation } from "./app-state.tsx";
import { InsecureNote } from "./insecure-note.tsx";
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
        {app.error ? <ErrorState error={app.error} onRetry={() => void app.refetch()} /> : <LoadingRows />}
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
        <div style={{ display: "flex", gap: "0.5rem" }}>
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
      <DataTable
        label="Permissions"
        reading={{ data: { data: rows }, error: null, isPending: false, refetch: () => undefined }}
        rowId={(row) => row.scope}
        columns={[
          {
            id: "scope",
            header: "Scope",
            cell: (row) => <span className="annex-scope-name">{row.scope}</span>,
          },
          { id: "allows", header: "What it allows", cell: (row) => allowsText(row.scope) },
          {
            id: "granted",
            header: "Granted here",
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
  if (installation === undefined) return <Badge tone="quiet">Not installed</Badge>;
  return installation.granted_permissions.includes(scope) ? (
    <Badge tone="good">Granted</Badge>
  ) : (
    <Badge tone="wait">Not granted</Badge>
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
          Installation: <CopyableId id={installation.installed_app_id} name="installation id" />,
          Key: <span className="annex-identifier">{installation.api_key_prefix}…</span>,
          Installed: <Timestamp time={installation.installed_at} relative="stacked" />,
          "Installed by": memberName(session, installation.installed_by),
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
      : app.launch_access.map((userId) => memberName(session, userId)).join(", ");
  return (
    <Section title="Registration">
      <Facts
        facts={{
          Developer: app.developer,
          "App id": <CopyableId id={app.app_id} name="app id" />,
          Registered: <Timestamp time={app.created_at} relative="stacked" />,
          "Callback URL": <span className="annex-identifier">{app.registration_callback_url}</span>,
          "Portal URL": <span className="annex-identifier">{app.portal_generator_url}</span>,
          "May launch": access,
          "At launch": app.launch_requires_authentication
            ? "Password and second factor"
            : "No further question",
        }}
      />
      {app.insecure_urls ? (
        <Box mt="sm">
          <InsecureNote />
        </Box>
      ) : null}
    </Section>
  );
}

function History({ app }: { readonly app: AppDetail }) {
  const session = useSession();
  return (
    <Section title="History of installations">
      <DataTable
        label="History of installations"
        reading={{ data: { data: app.history }, error: null, isPending: false, refetch: () => undefined }}
        rowId={(row) => row.installed_app_id}
        columns={[
          { id: "id", header: "Installation", cell: (row) => <ShortId id={row.installed_app_id} /> },
          { id: "instance", header: "Instance", cell: (row) => instanceName(session, row.instance_id) },
          { id: "status", header: "Status", cell: (row) => <StatusBadge status={row.status} /> },
          {
            id: "granted",
            header: "Granted",
            from: "wide",
            cell: (row) => (
              <span className="annex-identifier">{row.granted_permissions.join(", ") || "nothing"}</span>
            ),
          },
          {
            id: "installed",
            header: "Installed",
            from: "roomy",
            cell: (row) => <Timestamp time={row.installed_at} relative="stacked" />,
          },
          {
            id: "uninstalled",
            header: "Ended",
            from: "roomy",
            cell: (row) => <Timestamp time={row.ended_at} relative="stacked" />,
          },
        ]}
        empty={<EmptyState title="Never installed" />}
      />
    </Section>
  );
}
