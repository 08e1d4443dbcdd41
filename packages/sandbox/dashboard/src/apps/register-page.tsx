/** Registering an app, by form or with its manifest. Contract section 2 (Registration). */
import "@mantine/core/styles/Popover.layer.css";
import "@mantine/core/styles/Combobox.layer.css";
import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import "@mantine/core/styles/Pill.layer.css";
import "@mantine/core/styles/PillsInput.layer.css";
import "@mantine/core/styles/Tabs.layer.css";
import { NoPermission } from "@annex/ui";
import { Anchor, Tabs } from "@mantine/core";
import { Link } from "react-router";
import { PageHeader } from "../parts/page.tsx";
import { useInstance, useRight, useSession } from "../session/session.ts";
import { InsecureNote } from "./insecure-note.tsx";
import { emptyManifest, ManifestForm } from "./manifest-form.tsx";
import { ManifestText } from "./manifest-text.tsx";
import { useRegistration } from "./use-registration.ts";
import "./apps.css";

export default function RegisterPage() {
  const { instance_id } = useInstance();
  const { development } = useSession();
  const { allowed, reason } = useRight("manage-apps");
  return (
    <div className="annex-register">
      <Anchor component={Link} to={`/i/${instance_id}/apps`} size="sm" className="annex-link">
        Apps
      </Anchor>
      <PageHeader title="Register app">
        The app becomes visible to your organization only. Both URLs are called once to see that they can be
        reached.
      </PageHeader>
      {allowed ? (
        <>
          {development ? <InsecureNote /> : null}
          <Tabs defaultValue="form" mt="md" keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="form">Form</Tabs.Tab>
              <Tabs.Tab value="manifest">Manifest file</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="form">
              <RegisterForm />
            </Tabs.Panel>
            <Tabs.Panel value="manifest">
              <ManifestText />
            </Tabs.Panel>
          </Tabs>
        </>
      ) : (
        <div className="annex-card">
          <NoPermission title="You cannot register apps">{reason}</NoPermission>
        </div>
      )}
    </div>
  );
}

function RegisterForm() {
  return <ManifestForm initial={emptyManifest} registration={useRegistration()} name="Register app" />;
}
