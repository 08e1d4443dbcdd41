import { rolePrefix, scopes } from "@annex/protocol/words";
import { Notice } from "@annex/ui";
import { Button, Checkbox, Group, MultiSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import type { Session } from "../api/types.ts";
import { useSession } from "../session/session.ts";
import { OwnAddressNote } from "./own-address-note.tsx";
import { allowsText } from "./permissions.ts";
import type { Registration } from "./use-registration.ts";

/** A manifest before anything is said. */
export const emptyManifest = {
  name: "",
  description: "",
  developer: "",
  logo_url: "",
  registration_callback_url: "",
  portal_generator_url: "",
  permissions: ["data:read"] as string[],
  launch_access: [] as string[],
  launch_requires_authentication: false,
};

export type FormManifest = typeof emptyManifest;
type TextField =
  | "name"
  | "description"
  | "developer"
  | "logo_url"
  | "registration_callback_url"
  | "portal_generator_url";

const formFields = Object.keys(emptyManifest);

type ManifestFormProps = {
  readonly initial: FormManifest;
  readonly registration: Registration;
  /** What the form does; its name and its button's. */
  readonly name: "Register app" | "Edit app";
  /** URLs that are left empty stay as they are. */
  readonly keepsUrls?: boolean;
};

export function ManifestForm({ initial, registration, name, keepsUrls = false }: ManifestFormProps) {
  const { members } = useSession();
  const [manifest, setManifest] = useState<FormManifest>(initial);
  const change = (changes: Partial<FormManifest>) => setManifest({ ...manifest, ...changes });
  // A problem within a list, `permissions.0`, is shown at the list.
  const refused = registration.field?.split(".")[0];
  const errorOf = (field: string) => (refused === field ? registration.problem : undefined);
  const form = useRef<HTMLFormElement>(null);
  // The button is far below the field: whoever pressed it is brought to what was refused.
  const showRefused = (field: string) =>
    form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(field)}"]`)?.focus();
  const text = (field: TextField) => ({
    name: field,
    value: manifest[field],
    error: errorOf(field),
    onChange: (event: { currentTarget: { value: string } }) => change({ [field]: event.currentTarget.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    registration.submit(keepsUrls ? withoutEmptyUrls(manifest) : manifest, showRefused);
  };
  return (
    <form ref={form} onSubmit={submit} aria-label={name}>
      <Stack gap="md">
        {registration.problem !== undefined && (refused === undefined || !formFields.includes(refused)) ? (
          <Notice
            tone="danger"
            title={keepsUrls ? "The app was not changed" : "The app was not registered"}
            live
          >
            {registration.problem}
          </Notice>
        ) : null}
        <TextInput label="Display name" required maxLength={80} {...text("name")} />
        <Textarea label="Description" autosize minRows={2} maxLength={500} {...text("description")} />
        <Group grow align="flex-start">
          <TextInput label="Developer name" maxLength={80} {...text("developer")} />
          <TextInput label="Logo URL" placeholder="https://" {...text("logo_url")} />
        </Group>
        <TextInput
          label="Registration callback URL"
          description="Told about each install and uninstall"
          placeholder={keepsUrls ? "Stays as it is" : "https://"}
          required={!keepsUrls}
          {...text("registration_callback_url")}
        />
        <TextInput
          label="Portal generator URL"
          description="Asked for a fresh page at each launch"
          placeholder={keepsUrls ? "Stays as it is" : "https://"}
          required={!keepsUrls}
          {...text("portal_generator_url")}
        />
        <OwnAddressNote portalUrl={manifest.portal_generator_url} />
        <Checkbox.Group
          label="Permissions"
          description="Ask only for what the app needs"
          error={errorOf("permissions")}
          value={manifest.permissions}
          onChange={(permissions) => change({ permissions })}
        >
          <Stack gap={6} mt="xs">
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={<span className="annex-identifier">{scope}</span>}
                description={allowsText(scope)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <MultiSelect
          label="Launch access"
          description="Nobody named: every member may launch it"
          data={[
            { group: "Roles", items: roleChoices(members) },
            { group: "Members", items: members.map(memberChoice) },
          ]}
          value={manifest.launch_access}
          onChange={(launch_access) => change({ launch_access })}
          error={errorOf("launch_access")}
          clearable
        />
        <Checkbox
          label="Ask for password and second factor at each launch"
          checked={manifest.launch_requires_authentication}
          onChange={(event) => change({ launch_requires_authentication: event.currentTarget.checked })}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={registration.pending}>
            {keepsUrls ? "Save changes" : name}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Member = Session["members"][number];

function memberChoice({ user_id, name, role }: Member) {
  return { value: user_id, label: `${name} (${role})` };
}

/** The roles that somebody has. */
function roleChoices(members: readonly Member[]) {
  const roles = [...new Set(members.map(({ role }) => role))];
  return roles.map((role) => ({ value: `${rolePrefix}${role}`, label: `Everybody with the role ${role}` }));
}

function withoutEmptyUrls(manifest: FormManifest): Partial<FormManifest> {
  const { registration_callback_url, portal_generator_url, ...rest } = manifest;
  return {
    ...rest,
    ...(registration_callback_url === "" ? {} : { registration_callback_url }),
    ...(portal_generator_url === "" ? {} : { portal_generator_url }),
  };
}
