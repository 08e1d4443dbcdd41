import "@mantine/core/styles/InlineInput.layer.css";
import "@mantine/core/styles/Checkbox.layer.css";
import { Notice } from "@annex/ui";
import { Button, Checkbox, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError } from "../api/http.ts";
import { useApps, useSetFault } from "../api/queries.ts";
import type { FaultDescription, FaultValue } from "../api/types.ts";
import { Dialog } from "../parts/dialogs.tsx";
import { failureText } from "../parts/failure.tsx";
import { GuardedButton } from "../session/guarded-button.tsx";
import { useInstance, useSession } from "../session/session.ts";
import { type FaultForm, faultRequest, firstForm } from "./fault-request.ts";

/** Switches a fault on: for whom, for how long, with which values. */
export function FaultSwitch({ fault }: { readonly fault: FaultDescription }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <GuardedButton
        right="manage-instances"
        variant="default"
        size="xs"
        aria-label={`Switch on: ${fault.title}`}
        onClick={() => setOpen(true)}
      >
        Switch on
      </GuardedButton>
      <Dialog opened={open} onClose={() => setOpen(false)} title={fault.title}>
        <SwitchForm fault={fault} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function SwitchForm({ fault, onDone }: { readonly fault: FaultDescription; readonly onDone: () => void }) {
  const instance = useInstance();
  const apps = useApps(instance.instance_id);
  const set = useSetFault();
  const [form, setForm] = useState<FaultForm>(() => firstForm(fault, instance.instance_id));
  const change = (changes: Partial<FaultForm>) => setForm({ ...form, ...changes });
  const refused = set.error instanceof ApiError ? set.error.field : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(faultRequest(fault, form), { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} aria-label={`Switch on: ${fault.title}`}>
      <Stack gap="sm">
        {set.error && refused === undefined ? (
          <Notice tone="danger" title="It was not switched on" live>
            {failureText(set.error)}
          </Notice>
        ) : null}
        {fault.strikes === "session" ? null : (
          <Group grow align="flex-start">
            <NativeSelect
              label="Instance"
              value={form.instanceId}
              data={[
                { value: instance.instance_id, label: instance.name },
                { value: "", label: "All instances" },
              ]}
              onChange={(event) => change({ instanceId: event.currentTarget.value })}
            />
            <NativeSelect
              label="App"
              value={form.appId}
              data={[
                { value: "", label: "All apps" },
                ...(apps.data?.data ?? []).map((app) => ({ value: app.app_id, label: app.name })),
              ]}
              onChange={(event) => change({ appId: event.currentTarget.value })}
            />
          </Group>
        )}
        {fault.values.map((value) => (
          <ValueField
            key={value.name}
            value={value}
            text={form.values[value.name] ?? ""}
            error={refused === value.name ? set.error?.message : undefined}
            onText={(text) => change({ values: { ...form.values, [value.name]: text } })}
          />
        ))}
        <Group grow align="flex-start">
          <TextInput
            label="For seconds"
            description="Empty: no end"
            inputMode="numeric"
            value={form.forSeconds}
            error={refused === "for_seconds" ? set.error?.message : undefined}
            onChange={(event) => change({ forSeconds: event.currentTarget.value })}
          />
          <TextInput
            label="Times"
            description="Empty: any number"
            inputMode="numeric"
            value={form.times}
            error={refused === "times" ? set.error?.message : undefined}
            onChange={(event) => change({ times: event.currentTarget.value })}
          />
        </Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={set.isPending}>
            Switch on
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type ValueFieldProps = {
  readonly value: FaultValue;
  readonly text: string;
  readonly error: string | undefined;
  readonly onText: (text: string) => void;
};

function ValueField({ value, text, error, onText }: ValueFieldProps) {
  const { members } = useSession();
  const words = { label: value.name, description: value.description, error, required: value.required };
  if (value.name === "user_id") {
    return (
      <NativeSelect
        {...words}
        label="Member"
        value={text}
        data={[
          { value: "", label: "Choose a member" },
          ...members.map((member) => ({ value: member.user_id, label: `${member.name} (${member.role})` })),
        ]}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    );
  }
  if (value.type === "choice") {
    return (
      <NativeSelect
        {...words}
        value={text}
        data={[...(value.choices ?? [])]}
        onChange={(event) => onText(event.currentTarget.value)}
      />
    );
  }
  if (value.type === "truth") {
    return (
      <Checkbox
        label={value.name}
        description={value.description}
        checked={text === "true"}
        onChange={(event) => onText(event.currentTarget.checked ? "true" : "")}
      />
    );
  }
  return (
    <TextInput
      {...words}
      inputMode={value.type === "number" ? "decimal" : "text"}
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}
