import { countOf, ErrorState, Notice, PermissionButton, Section } from "@annex/portal";
import { NativeSelect } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { SettingsJson } from "../../../src/portal-types.ts";
import { keptFor } from "../words/kept-for.ts";
import { setFindings, useFindingsRemoval, useSettingsChange } from "./queries.ts";

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
  const isShorter = choice !== "" && (current === "" || Number(choice) < Number(current));
  const own = choices.some(({ value }) => value === current) || current === "";
  const all = [...choices, ...(own ? [] : [{ value: current, label: keptFor(Number(current)) }]), forEver];
  return (
    <Section title="Resolved findings">
      <p>
        They are kept for ever unless you choose otherwise here. Then a sync removes those resolved longer
        ago, once a day. New and acknowledged findings stay, and so does everything in the ledger.
      </p>
      <form className="stripe-form" onSubmit={submit}>
        <NativeSelect
          label="Keep resolved findings"
          data={all}
          value={choice}
          onChange={(event) => setChoice(event.currentTarget.value)}
        />
        {isShorter && <Removal days={Number(choice)} />}
        <div className="stripe-form__actions">
          <PermissionButton
            needs={["data:read", "data:write"]}
            loading={saving.isPending}
            onPress={() => submit()}
          >
            Save
          </PermissionButton>
          <span role="status">{saving.isSuccess ? "Saved." : ""}</span>
        </div>
      </form>
      {saving.error !== null && <ErrorState error={saving.error} />}
    </Section>
  );
}

/** What is lost if they are kept for so many days only. */
function Removal({ days }: { readonly days: number }) {
  const { data, error } = useFindingsRemoval(days);
  if (error !== null) return <ErrorState error={error} />;
  if (data === undefined) return null;
  if (data.count === 0)
    return <p role="status">No finding was resolved that long ago: nothing is removed yet.</p>;
  return (
    <Notice tone="warning" title={`This removes ${countOf(data.count, "resolved finding")}`}>
      Who acknowledged each of them, when and why, is removed too. This cannot be undone.
    </Notice>
  );
}
