import { ErrorState, Moment, PermissionButton, Section } from "@annex/portal";
import { TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { SettingsJson } from "../../../src/portal-types.ts";
import { removeKey, setKey, useSettingsChange } from "./queries.ts";

const needs = ["data:read", "data:write"] as const;

/** The key this instance is read with: entered, tried out, sealed, replaced, removed. It is never shown again. */
export function KeySection({ settings }: { readonly settings: SettingsJson["key"] }) {
  const [key, setKeyText] = useState("");
  const [account, setAccount] = useState(settings.connected_account ?? "");
  const saving = useSettingsChange(setKey);
  const removing = useSettingsChange(removeKey);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (key.trim() === "") return;
    const connected = account.trim() === "" ? {} : { connected_account: account.trim() };
    saving.mutate({ key, ...connected }, { onSuccess: () => setKeyText("") });
  };
  const error = saving.error ?? removing.error;
  return (
    <Section title="Stripe key">
      <CurrentKey settings={settings} />
      <form className="stripe-form" onSubmit={submit}>
        <TextInput
          type="password"
          label={settings.from === "entered" ? "Replace it by another key" : "Restricted key"}
          description="It is tried out before it is kept, and sealed. Nobody can read it here afterwards."
          placeholder="rk_…"
          autoComplete="off"
          value={key}
          onChange={(event) => setKeyText(event.currentTarget.value)}
        />
        <TextInput
          label="Connected account (optional)"
          description="To read an account that is connected to the key’s own, in its place."
          placeholder="acct_…"
          autoComplete="off"
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
        />
        <div className="stripe-form__actions">
          <PermissionButton
            needs={needs}
            blocked={key.trim() === "" ? "Enter a key first." : undefined}
            loading={saving.isPending}
            onPress={() => submit()}
          >
            Check and keep
          </PermissionButton>
          {settings.from === "entered" && (
            <PermissionButton
              needs={needs}
              variant="default"
              loading={removing.isPending}
              onPress={() => removing.mutate(undefined)}
            >
              Remove the key
            </PermissionButton>
          )}
        </div>
      </form>
      {error !== null && <ErrorState error={error} />}
      <details>
        <summary>What the key must be allowed to do</summary>
        <p>
          <a href={settings.new_key_url} target="_blank" rel="noreferrer">
            Make such a key in Stripe’s dashboard
          </a>
          : the form opens with these permissions chosen, all of them to read.
        </p>
        <ul>
          {settings.permissions.map((permission) => (
            <li key={permission}>
              <code>{permission}</code>
            </li>
          ))}
        </ul>
        <p className="stripe-dim">Stripe’s API is asked in version {settings.api_version}.</p>
      </details>
    </Section>
  );
}

function CurrentKey({ settings }: { readonly settings: SettingsJson["key"] }) {
  const account =
    settings.account === undefined ? "" : ` Its account is ${settings.account} (${settings.mode}).`;
  if (settings.from === "none") {
    return <p>There is no key yet: nothing is read from Stripe before one is entered.</p>;
  }
  if (settings.from === "environment") {
    return (
      <p>
        This development environment has a Stripe of its own, which is read until a key is entered here.
        {account}
      </p>
    );
  }
  return (
    <p>
      <code>{settings.prefix}…</code> was entered <Moment at={settings.set_at} />
      {settings.set_by === undefined ? "" : ` by ${settings.set_by}`}.{account}
    </p>
  );
}
