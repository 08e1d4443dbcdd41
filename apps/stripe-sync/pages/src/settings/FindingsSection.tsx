import { ErrorState, PermissionButton, Section } from "@annex/portal";
import { NativeSelect } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { SettingsJson } from "../../../src/portal-types.ts";
import { keptFor } from "../words/kept-for.ts";
import { setFindings, useSettingsChange } from "./queries.ts";

const choices = [90, 365, 730, 1825, 3650].map((days) => ({ value: `${days}`, label: keptFor(days) }));
const forEver = { value: "", label: keptFor(undefined) };

/** For how long findings are kept that are resolved. */
export function FindingsSection({ settings }: { readonly settings: SettingsJson["findings"] }) {
  const current = settings.kept_days === undefined ? "" : `${settings.kept_days}`;
  const [choice, setChoice] = useState(current);
  const saving = useSettingsChange(setFindings);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    saving.mutate({ kept_days: choice === "" ? null : Number(choice) });
  };
  const own = choices.some(({ value }) => value === current) || current === "";
  const all = [...choices, ...(own ? [] : [{ value: current, label: keptFor(Number(current)) }]), forEver];
  return (
    <Section title="Resolved findings">
      <p>
        A sync a day removes those that were resolved longer ago. What is new or acknowledged stays, and so
        does everything in the ledger.
      </p>
      <form className="stripe-form" onSubmit={submit}>
        <NativeSelect
          label="Keep them"
          data={all}
          value={choice}
          onChange={(event) => setChoice(event.currentTarget.value)}
        />
        <div className="stripe-form__actions">
          <PermissionButton
            needs={["data:read", "data:write"]}
            loading={saving.isPending}
            onPress={() => submit()}
          >
            Keep for so long
          </PermissionButton>
          <span role="status">{saving.isSuccess ? "Kept." : ""}</span>
        </div>
      </form>
      {saving.error !== null && <ErrorState error={saving.error} />}
    </Section>
  );
}
