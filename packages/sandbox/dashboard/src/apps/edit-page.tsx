/** Changing an app's registration: its words, its URLs, who may launch it. Contract section 2 (Registration). */
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import "@mantine/core/styles/Pill.layer.css";
import "@mantine/core/styles/PillsInput.layer.css";
import { LoadingState, NoPermission, Notice } from "@annex/ui";
import { Anchor, Stack } from "@mantine/core";
import { Link, useParams } from "react-router";
import { useApp } from "../api/queries.ts";
import type { AppDetail } from "../api/types.ts";
import { ErrorState } from "../parts/failure.tsx";
import { PageHeader } from "../parts/page.tsx";
import { useInstance, useRight } from "../session/session.ts";
import { type FormManifest, ManifestForm } from "./manifest-form.tsx";
import { useAppChange } from "./use-registration.ts";
import "./apps.css";

export default function EditPage() {
  const { instance_id } = useInstance();
  const { appId = "" } = useParams();
  const app = useApp(appId, instance_id);
  const { allowed, reason } = useRight("manage-apps");
  return (
    <div className="annex-register">
      <Anchor component={Link} to={`/i/${instance_id}/apps/${appId}`} size="sm" className="annex-link">
        {app.data?.name ?? "App"}
      </Anchor>
      <PageHeader title="Edit app">
        Installations stay as they are: what was granted at an install cannot change afterwards.
      </PageHeader>
      {!allowed ? (
        <div className="annex-card">
          <NoPermission title="You cannot edit apps">{reason}</NoPermission>
        </div>
      ) : app.data === undefined ? (
        <div className="annex-card">
          {app.error ? (
            <ErrorState error={app.error} onRetry={() => void app.refetch()} />
          ) : (
            <LoadingState rows={8} />
          )}
        </div>
      ) : (
        <EditForm app={app.data} />
      )}
    </div>
  );
}

function EditForm({ app }: { readonly app: AppDetail }) {
  const change = useAppChange(app.app_id);
  return (
    <Stack gap="md">
      <Notice tone="info" title="Both URLs stay as they are unless new ones are given">
        A new one is called once to see that it can be reached.
      </Notice>
      <ManifestForm initial={formOf(app)} registration={change} name="Edit app" keepsUrls />
    </Stack>
  );
}

function formOf(app: AppDetail): FormManifest {
  return {
    name: app.name,
    description: app.description,
    developer: app.developer,
    logo_url: app.logo_url,
    registration_callback_url: "",
    portal_generator_url: "",
    permissions: [...app.permissions],
    launch_access: [...app.launch_access],
    launch_requires_authentication: app.launch_requires_authentication,
  };
}
