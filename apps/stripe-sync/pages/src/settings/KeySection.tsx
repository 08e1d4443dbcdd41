import { MemberName, Moment, Section, useDraft } from "@annex/portal";
import { TextInput } from "@mantine/core";
import type { SettingsJson } from "../../../src/portal-types.ts";
import { removeKey, setKey } from "./queries.ts";
import { SecretForm } from "./SecretForm.tsx";

/** The key this instance is read with: entered, tried out, sealed, replaced, removed. It is never shown again. */
export function KeySection({ settings }: { readonly settings: SettingsJson["key"] }) {
  const { text: account, write, clear } = useDraft("connected account", settings.connected_account);
  const entered = settings.from === "entered";
  const connected = account.trim() === "" ? {} : { connected_account: account.trim() };
  return (
    <Section title="Stripe key">
      <CurrentKey settings={settings} />
      <SecretForm
        label={entered ? "Replace it with another key" : "Restricted key"}
        description="It is tried with Stripe first, then stored sealed. Nobody can read it here afterwards."
        placeholder="rk_…"
        missing="Enter a key first."
        save={{
          label: "Check and save the key",
          change: async (client, key) => {
            const saved = await setKey(client, { key, ...connected });
            clear();
            return saved;
          },
        }}
        remove={
          entered
            ? {
                label: "Remove the key",
                comesOfIt:
                  "Nothing is read from Stripe any more then. What is in the ledger stays, findings and payouts too, and a key of the same account goes on from there.",
                change: removeKey,
              }
            : undefined
        }
      >
        <TextInput
          label="Connected account (optional)"
          description="Reads this account instead of the key’s own."
          placeholder="acct_…"
          autoComplete="off"
          value={account}
          onChange={(event) => write(event.currentTarget.value)}
        />
      </SecretForm>
      <details>
        <summary>What the key must be allowed to do</summary>
        <p>
          <a href={settings.new_key_url} target="_blank" rel="noreferrer">
            Make such a key in Stripe’s dashboard
          </a>
          : the form opens with these permissions chosen, all of them read-only.
        </p>
        <ul>
          {settings.permissions.map((permission) => (
            <li key={permission}>
              <code>{permission}</code>
            </li>
          ))}
        </ul>
        <p>
          With a connected account <code>rak_connected_account_read</code> is not needed: you name the account
          here.
        </p>
        <p className="stripe-dim">This app uses version {settings.api_version} of Stripe’s API.</p>
      </details>
    </Section>
  );
}

function CurrentKey({ settings }: { readonly settings: SettingsJson["key"] }) {
  const account =
    settings.account === undefined ? "" : ` Its account is ${settings.account} (${settings.mode}).`;
  if (settings.from === "none") {
    return settings.account === undefined ? (
      <p>No key yet. Nothing is read from Stripe until you enter one.</p>
    ) : (
      <p>
        There is no key any more. Nothing is read from Stripe until you enter one. What was read of{" "}
        {settings.account} ({settings.mode}) stays in the ledger.
      </p>
    );
  }
  if (settings.from === "environment") {
    return (
      <p>
        This development environment reads a Stripe of its own until you enter a key here.
        {account}
      </p>
    );
  }
  return (
    <p>
      <code>{settings.prefix}…</code> was entered <Moment at={settings.set_at} />
      {settings.set_by !== undefined && (
        <>
          {" "}
          by <MemberName id={settings.set_by} />
        </>
      )}
      .{account}
    </p>
  );
}
