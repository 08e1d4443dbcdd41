import { ErrorState, Moment, PermissionButton, Section, useDraft, usePortal } from "@annex/portal";
import { NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { SettingsJson } from "../../../src/portal-types.ts";
import { maySync } from "../may-read.ts";
import { whenItSyncs } from "../words/run-words.ts";
import { setSchedule, useSettingsChange } from "./queries.ts";

const own = "own";
const choices = [
  { value: "*/15 * * * *", label: "Every 15 minutes" },
  { value: "0 * * * *", label: "Every hour" },
  { value: "0 */6 * * *", label: "Every six hours" },
  { value: "30 2 * * *", label: "Every night at 02:30" },
  { value: "30 6 * * 1-5", label: "On working days at 06:30" },
  { value: own, label: "At times of your own (cron)" },
  { value: "", label: "Never by itself" },
];

/** When this instance syncs by itself, and in which time zone that is meant. */
export function ScheduleSection({ all }: { readonly all: SettingsJson }) {
  const { session } = usePortal();
  const settings = all.schedule;
  const current = settings.cron ?? "";
  const { text: cron, write, clear } = useDraft("cron expression", current);
  const isUsual = cron === current && choices.some(({ value }) => value === current);
  const [choice, setChoice] = useState(isUsual ? current : own);
  const [timeZone, setTimeZone] = useState(settings.time_zone);
  const saving = useSettingsChange<Parameters<typeof setSchedule>[1]>(async (client, schedule) => {
    const saved = await setSchedule(client, schedule);
    clear();
    return saved;
  });
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const wanted = choice === own ? cron : choice;
    saving.mutate({ cron: wanted === "" ? null : wanted, time_zone: timeZone });
  };
  return (
    <Section title="Schedule">
      <p>
        {settings.next_at === undefined ? (
          whenItSyncs({
            key: all.key.from !== "none",
            webhook: all.webhook.is_set,
            granted: maySync(session),
          })
        ) : (
          <>
            The next sync starts within five minutes of <Moment at={settings.next_at} exact />.
          </>
        )}
      </p>
      <form className="stripe-form" onSubmit={submit}>
        <NativeSelect
          label="Sync"
          data={choices}
          value={choice}
          onChange={(event) => setChoice(event.currentTarget.value)}
        />
        {choice === own && (
          <TextInput
            label="Cron expression"
            description="Five fields: minute, hour, day of the month, month, day of the week."
            placeholder="0 7,19 * * *"
            value={cron}
            onChange={(event) => write(event.currentTarget.value)}
          />
        )}
        <NativeSelect
          label="Time zone"
          data={timeZones(settings.time_zone)}
          value={timeZone}
          onChange={(event) => setTimeZone(event.currentTarget.value)}
        />
        <div className="stripe-form__actions">
          <PermissionButton
            needs={["data:read", "data:write"]}
            loading={saving.isPending}
            onPress={() => submit()}
          >
            Save the schedule
          </PermissionButton>
          <span role="status">{saving.isSuccess ? "Saved." : ""}</span>
        </div>
      </form>
      {saving.error !== null && <ErrorState error={saving.error} />}
    </Section>
  );
}

/** Those the browser knows, and the one that was chosen, whether it knows it or not. */
function timeZones(chosen: string): string[] {
  return [...new Set(["UTC", chosen, ...Intl.supportedValuesOf("timeZone")])];
}
