import { Moment, Section } from "@annex/portal";
import type { SettingsJson } from "../../../src/portal-types.ts";
import { removeWebhook, setWebhook } from "./queries.ts";
import { SecretForm } from "./SecretForm.tsx";

/** The address that Stripe sends its events to, and the secret that proves that they are Stripe's. */
export function WebhookSection({ settings }: { readonly settings: SettingsJson["webhook"] }) {
  // The app may stand below a path of its host; its portal is at the same one.
  const root = location.pathname.split("/portal")[0] ?? "";
  const address = `${location.origin}${root}${settings.path}`;
  return (
    <Section title="Stripe’s webhook">
      <p>
        With a webhook, a sync starts as soon as something changes at Stripe, also to older objects that a
        scheduled sync would not read again. Register this address in Stripe’s dashboard:
      </p>
      <p className="stripe-address">
        <code>{address}</code>
      </p>
      <p>
        {settings.is_set
          ? "Its signing secret was entered "
          : "No signing secret yet, so events are refused. Enter the one Stripe shows for this webhook."}
        {settings.is_set && <Moment at={settings.set_at} />}
        {settings.is_set && ". "}
        {settings.last_event_at !== undefined && (
          <>
            The last event came <Moment at={settings.last_event_at} exact />.
          </>
        )}
      </p>
      <SecretForm
        label={settings.is_set ? "Replace it with another secret" : "Signing secret"}
        description="Stripe shows it beside the webhook. Nobody can read it here afterwards."
        placeholder="whsec_…"
        missing="Enter the secret first."
        save={{ label: "Save the secret", change: setWebhook }}
        remove={
          settings.is_set
            ? {
                label: "Remove the secret",
                comesOfIt:
                  "Stripe’s events are refused then, so changes come in with the next sync only: by the schedule, or when somebody presses Sync now.",
                change: removeWebhook,
              }
            : undefined
        }
      />
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
