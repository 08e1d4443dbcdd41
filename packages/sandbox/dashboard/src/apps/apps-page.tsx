/** The Apps library of the selected instance. */

import { EmptyState, LoadingState, NothingFound, pageRange, TableFoot } from "@annex/ui";
import { Button, SegmentedControl, SimpleGrid, Title } from "@mantine/core";
import { Link } from "react-router";
import { useLibrary } from "../api/queries.ts";
import type { AppView } from "../api/types.ts";
import { ErrorState } from "../parts/failure.tsx";
import { FilterText } from "../parts/filter-text.tsx";
import { CreateIcon } from "../parts/icons.ts";
import { type ListParameters, useListParameters } from "../parts/list-parameters.ts";
import { PageHeader } from "../parts/page.tsx";
import { useInstance, useRight } from "../session/session.ts";
import { AppActions } from "./app-actions.tsx";
import { AppLogo } from "./app-logo.tsx";
import { AppStateBadge, liveInstallation } from "./app-state.tsx";
import "./apps.css";

export default function AppsPage() {
  const instance = useInstance();
  const parameters = useListParameters();
  const search = parameters.get("search");
  const shown = parameters.get("show");
  const { page, pageSize } = parameters.query;
  const apps = useLibrary(instance.instance_id, { search, show: shown, page, pageSize });
  const { allowed } = useRight("manage-apps");
  const register = allowed ? <RegisterLink /> : null;
  const filtered = search !== "" || shown !== "";
  const total = apps.data?.total;
  return (
    <>
      <PageHeader title="Apps" actions={register}>
        Custom Apps of your organization, and where they stand on {instance.name}.
      </PageHeader>
      {total === 0 && !filtered ? (
        <div className="annex-card">
          <EmptyState title="No app is registered yet" action={register}>
            Register one with its manifest; then it can be installed on each of your instances.
          </EmptyState>
        </div>
      ) : (
        <>
          <LibraryBar parameters={parameters} />
          {apps.data === undefined ? (
            <div className="annex-card">
              {apps.error ? (
                <ErrorState error={apps.error} onRetry={() => void apps.refetch()} />
              ) : (
                <LoadingState />
              )}
            </div>
          ) : (
            <Library apps={apps.data.data} total={apps.data.total} parameters={parameters} />
          )}
        </>
      )}
    </>
  );
}

function RegisterLink() {
  return (
    <Button
      component={Link}
      to="register"
      variant="default"
      leftSection={<CreateIcon size={16} aria-hidden />}
    >
      Register app
    </Button>
  );
}

function LibraryBar({ parameters }: { readonly parameters: ListParameters }) {
  return (
    <div className="annex-library-bar">
      <FilterText
        label="Search apps"
        hideLabel
        placeholder="Search apps"
        value={parameters.get("search")}
        onChange={(search) => parameters.set({ search })}
      />
      <SegmentedControl
        className="annex-segments"
        aria-label="Show apps"
        value={parameters.get("show") || "all"}
        onChange={(value) => parameters.set({ show: value === "all" ? null : value })}
        data={[
          { value: "all", label: "All" },
          { value: "installed", label: "Installed" },
          { value: "available", label: "Not installed" },
        ]}
      />
    </div>
  );
}

type LibraryProps = {
  readonly apps: readonly AppView[];
  readonly total: number;
  readonly parameters: ListParameters;
};

function Library({ apps, total, parameters }: LibraryProps) {
  const { page, pageSize, onPage } = parameters.delivery(total);
  if (apps.length === 0) {
    return (
      <div className="annex-card">
        <NothingFound
          title="No app matches"
          action={
            <Button variant="default" onClick={() => parameters.set({ search: null, show: null })}>
              Show all apps
            </Button>
          }
        />
      </div>
    );
  }
  return (
    <>
      <SimpleGrid component="ul" cols={{ base: 1, sm: 2, xl: 3 }} spacing="md" className="annex-library">
        {apps.map((app) => (
          <AppCard key={app.app_id} app={app} />
        ))}
      </SimpleGrid>
      <TableFoot label="apps" range={pageRange(page, pageSize, total)} onPage={onPage} />
    </>
  );
}

function AppCard({ app }: { readonly app: AppView }) {
  return (
    <li className="annex-card annex-app-card">
      <div className="annex-app-card-top">
        <AppLogo app={app} />
        <div className="annex-app-card-name">
          <Title order={2}>
            <Link to={app.app_id} className="annex-card-link">
              {app.name}
            </Link>
          </Title>
          <p>{app.developer === "" ? "Developer not named" : `by ${app.developer}`}</p>
        </div>
        <AppStateBadge app={app} />
      </div>
      <p className="annex-app-card-text">{app.description === "" ? "No description." : app.description}</p>
      <div className="annex-app-card-foot">
        <Scopes app={app} />
        <AppActions app={app} />
      </div>
    </li>
  );
}

/** What it was granted here, and what it asked for and was not; what it asks for while it is not installed. */
function Scopes({ app }: { readonly app: AppView }) {
  const granted = liveInstallation(app)?.granted_permissions;
  const missing = granted === undefined ? [] : app.permissions.filter((scope) => !granted.includes(scope));
  return (
    <span className="annex-app-card-scopes">
      <span>{granted === undefined ? "Asks for" : "Granted"}: </span>
      <span className="annex-identifier" translate="no">
        {(granted ?? app.permissions).join(" · ") || "nothing"}
      </span>
      {missing.length === 0 ? null : (
        <>
          <span>; not granted: </span>
          <span className="annex-identifier" translate="no">
            {missing.join(" · ")}
          </span>
        </>
      )}
    </span>
  );
}
