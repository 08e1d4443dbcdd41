/** How strict the local Cloud is: the payloads' edition, its time limit, its rate limit, and its clock. */
import { formatMoment, LoadingState, Moment, momentOf, Notice } from "@annex/ui";
import { Box, Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError } from "../api/http.ts";
import { useAdvanceClock, useChangeSettings, useSettings } from "../api/queries.ts";
import type { Settings } from "../api/types.ts";
import { announce } from "../parts/announce.tsx";
import { ErrorState, failureText } from "../parts/failure.tsx";
import { PageHeader, Section } from "../parts/page.tsx";
import { GuardedButton } from "../session/guarded-button.tsx";
import { useRight } from "../session/session.ts";
import "./settings.css";

export default function SettingsPage() {
  const settings = useSettings();
  return (
    <div className="annex-settings">
      <PageHeader title="Settings">
        How this local Cloud behaves towards every app. They hold from the next call on and are kept over a
        restart.
      </PageHeader>
      {settings.data === undefined ? (
        <div className="annex-card">
          {settings.error ? (
            <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />
          ) : (
            <LoadingState rows={6} />
          )}
        </div>
      ) : (
        <>
          <OnlyToLook />
          <SettingsForm settings={settings.data.settings} />
          <Clock now={settings.data.now} aheadSeconds={settings.data.ahead_seconds} />
        </>
      )}
    </div>
  );
}

/** Said in words: on a phone nobody hovers over a button to learn why it is off. */
function OnlyToLook() {
  const { allowed, reason } = useRight("manage-instances");
  if (allowed) return null;
  return (
    <Box mb="sm">
      <Notice tone="info" title="You can look, but not change">
        {reason}
      </Notice>
    </Box>
  );
}

function SettingsForm({ settings }: { readonly settings: Settings }) {
  const { allowed } = useRight("manage-instances");
  const change = useChangeSettings();
  const [form, setForm] = useState(() => textsOf(settings));
  const refused = change.error instanceof ApiError ? change.error.field : undefined;
  const errorOf = (field: string) => (refused === field ? change.error?.message : undefined);
  const set = (field: keyof typeof form) => (event: { currentTarget: { value: string } }) =>
    setForm({ ...form, [field]: event.currentTarget.value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      {
        edition: form.edition,
        delivery_timeout_seconds: Number(form.delivery_timeout_seconds),
        rate_limit_per_minute: Number(form.rate_limit_per_minute),
      },
      {
        onSuccess: (now) => {
          setForm(textsOf(now));
          announce({ title: "Settings changed", message: "They hold from the next call on." });
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="annex-card annex-settings__form" aria-label="Settings">
      <Stack gap="md">
        {change.error && refused === undefined ? (
          <Notice tone="danger" title="Nothing was changed" live>
            {failureText(change.error)}
          </Notice>
        ) : null}
        <NativeSelect
          label="Edition of the payloads"
          description="The later one leaves out organization_id, and user_id at a launch; an app must take both"
          disabled={!allowed}
          value={form.edition}
          error={errorOf("edition")}
          data={[
            { value: "guide", label: "guide: with organization_id and user_id" },
            { value: "later", label: "later: without them" },
          ]}
          onChange={set("edition")}
        />
        <TextInput
          label="Time limit of callbacks and launches, in seconds"
          description="10 in production: an install that takes longer is cancelled"
          inputMode="decimal"
          readOnly={!allowed}
          value={form.delivery_timeout_seconds}
          error={errorOf("delivery_timeout_seconds")}
          onChange={set("delivery_timeout_seconds")}
        />
        <TextInput
          label="Calls a minute for each installation"
          description="Beyond it a call is answered 429 rate_limited with Retry-After"
          inputMode="numeric"
          readOnly={!allowed}
          value={form.rate_limit_per_minute}
          error={errorOf("rate_limit_per_minute")}
          onChange={set("rate_limit_per_minute")}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending} disabled={!allowed}>
            Change settings
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function textsOf(settings: Settings) {
  return {
    edition: settings.edition,
    delivery_timeout_seconds: String(settings.delivery_timeout_seconds),
    rate_limit_per_minute: String(settings.rate_limit_per_minute),
  };
}

const leaps = [
  { label: "1 minute", seconds: 60 },
  { label: "1 hour", seconds: 3600 },
  { label: "1 day", seconds: 86_400 },
  { label: "30 days", seconds: 2_592_000 },
] as const;

function Clock({ now, aheadSeconds }: { readonly now: string; readonly aheadSeconds: number }) {
  const advance = useAdvanceClock();
  const leap = (seconds: number) =>
    advance.mutate(seconds, {
      onSuccess: (answer) => {
        const moment = momentOf(answer.now);
        announce({
          title: "The clock was put ahead",
          message: moment === undefined ? answer.now : `It shows ${formatMoment(moment, "seconds")}.`,
        });
      },
      onError: (error) => announce({ title: "The clock stands", message: failureText(error), failed: true }),
    });
  return (
    <Section title="Clock">
      <div className="annex-card annex-settings__form">
        <p>
          <Moment at={now} exact resolution="seconds" />
          {aheadSeconds > 0 ? `, ${Math.round(aheadSeconds)} seconds ahead of this machine` : ""}
        </p>
        <p className="annex-dim">
          Put it ahead, and what waits for a time comes due: scheduled transactions, holds that expire, codes
          and log-ins that end. It never goes back.
        </p>
        <Group gap="xs" mt="sm">
          {leaps.map(({ label, seconds }) => (
            <GuardedButton
              key={seconds}
              right="manage-instances"
              variant="default"
              size="xs"
              loading={advance.isPending && advance.variables === seconds}
              aria-label={`Put the clock ahead by ${label}`}
              onClick={() => leap(seconds)}
            >
              {`+ ${label}`}
            </GuardedButton>
          ))}
        </Group>
      </div>
    </Section>
  );
}
