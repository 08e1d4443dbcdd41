import { ErrorState, Moment, PermissionButton, Section } from "@annex/portal";
import { TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { SettingsJson } from "../../../src/portal-types.ts";
import { removeWebhook, setWebhook, useSettingsChange } from "./queries.ts";

const needs = ["data:read", "data:write"] as const;

/** The address that Stripe sends its events to, and the secret that proves that they are Stripe's. */
export function WebhookSection({ settings }: { readonly settings: SettingsJson["webhook"] }) {
  const [secret, setSecret] = useState("");
  const saving = useSettingsChange(setWebhook);
  const removing = useSettingsChange(removeWebhook);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (secret.trim() !== "") saving.mutate(secret.trim(), { onSuccess: () => setSecret("") });
  };
  const error = saving.error ?? removing.error;
  // The app may stand below a path of its host; its portal is at the same one.
  const root = location.pathname.split("/portal")[0] ?? "";
  const address = `${location.origin}${root}${settings.path}`;
  return (
    <Section title="Stripe’s webhook">
      <p>
        With it a sync starts as soon as something happens at Stripe, also to what is older than the next sync
        would look at.
      </p>
      <p className="stripe-address">
        <code>{address}</code>
      </p>
      <p>
        {settings.is_set ? "Its signing secret was entered " : "No signing secret yet: nothing is taken."}
        {settings.is_set && <Moment at={settings.set_at} />}
        {settings.is_set && ". "}
        {settings.last_event_at !== undefined && (
          <>
            The last event is of <Moment at={settings.last_event_at} exact />.
          </>
        )}
      </p>
      <form className="stripe-form" onSubmit={submit}>
        <TextInput
          type="password"
          label="Signing secret"
          description="Stripe shows it where the webhook is registered."
          placeholder="whsec_…"
          autoComplete="off"
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        <div className="stripe-form__actions">
          <PermissionButton
            needs={needs}
            blocked={secret.trim() === "" ? "Enter the secret first." : undefined}
            loading={saving.isPending}
            onPress={() => submit()}
          >
            Keep the secret
          </PermissionButton>
          {settings.is_set && (
            <PermissionButton
              needs={needs}
              variant="default"
              loading={removing.isPending}
              onPress={() => removing.mutate(undefined)}
            >
              Remove it
            </PermissionButton>
          )}
        </div>
      </form>
      {error !== null && <ErrorState error={error} />}
      <details>
        <summary>The events to choose at Stripe</summary>
        <ul>
          {settings.events.map((event) => (
            <li key={event}>
              <code>{event}</code>
            </li>
          ))}
        </ul>
      </details>
    </Section>
  );
}
