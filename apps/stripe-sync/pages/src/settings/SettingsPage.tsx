import { ErrorState, LoadingState, Page } from "@annex/portal";
import { MissingPermissions } from "../MissingPermissions.tsx";
import { whoMay } from "../words/who-may.ts";
import { FindingsSection } from "./FindingsSection.tsx";
import { KeySection } from "./KeySection.tsx";
import { useSettings } from "./queries.ts";
import { ScheduleSection } from "./ScheduleSection.tsx";
import { WebhookSection } from "./WebhookSection.tsx";

/** What a member decides for this installation: the Stripe key, when it syncs, the webhook. */
export function SettingsPage() {
  const settings = useSettings();
  return (
    <Page title="Settings" description={`For this instance only. Open to ${whoMay}.`}>
      <MissingPermissions />
      {settings.data !== undefined && (
        <>
          <KeySection settings={settings.data.key} />
          <ScheduleSection all={settings.data} />
          <WebhookSection settings={settings.data.webhook} />
          <FindingsSection settings={settings.data.findings} />
        </>
      )}
      {settings.data === undefined && settings.error === null && (
        <LoadingState label="Loading the settings" rows={6} />
      )}
      {settings.data === undefined && settings.error !== null && (
        <ErrorState
          error={settings.error}
          onRetry={() => void settings.refetch()}
          retrying={settings.isFetching}
        />
      )}
    </Page>
  );
}
