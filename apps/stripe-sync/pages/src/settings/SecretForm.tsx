import { ErrorState, Notice, PermissionButton, useSecret } from "@annex/portal";
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { useSettingsChange } from "./queries.ts";

const needs = ["data:read", "data:write"] as const;

type Change<Input> = Parameters<typeof useSettingsChange<Input>>[0];

type SecretFormProps = {
  readonly label: string;
  readonly description: string;
  /** How such a secret begins. */
  readonly placeholder: string;
  /** Why it cannot be sent while it is empty. */
  readonly missing: string;
  readonly save: { readonly label: string; readonly change: Change<string> };
  /** Where one is kept that can be removed: what comes of that is said before it is done. */
  readonly remove:
    | { readonly label: string; readonly comesOfIt: string; readonly change: Change<void> }
    | undefined;
  /** What is sent with it. */
  readonly children?: ReactNode;
};

/** One secret: entered and kept, replaced, removed. It leaves the form once it is kept or the session ends, and is never shown again. */
export function SecretForm(props: SecretFormProps) {
  const { save, remove } = props;
  const { text: secret, write, clear } = useSecret();
  const [removes, setRemoves] = useState(false);
  // Where none is kept any more the question is over: it is not asked of the next one that is entered.
  if (removes && remove === undefined) setRemoves(false);
  const saving = useSettingsChange(save.change);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (secret.trim() === "" || saving.isPending) return;
    saving.mutate(secret.trim(), { onSuccess: clear });
  };
  // Once it is removed, or the next one is being entered, this is no longer so.
  const isKept = saving.isSuccess && remove !== undefined && secret === "";
  return (
    <form className="stripe-form" onSubmit={submit}>
      <TextInput
        type="password"
        label={props.label}
        description={props.description}
        placeholder={props.placeholder}
        autoComplete="off"
        value={secret}
        onChange={(event) => write(event.currentTarget.value)}
      />
      {saving.error !== null && <ErrorState error={saving.error} />}
      {props.children}
      {/* Without a button of this kind, Enter does nothing in a form of two fields. */}
      <input type="submit" hidden />
      <div className="stripe-form__actions">
        <PermissionButton
          needs={needs}
          blocked={secret.trim() === "" ? props.missing : undefined}
          loading={saving.isPending}
          onPress={() => submit()}
        >
          {save.label}
        </PermissionButton>
        {remove !== undefined && (
          <PermissionButton
            needs={needs}
            variant="default"
            aria-expanded={removes}
            onPress={() => setRemoves(!removes)}
          >
            {remove.label}
          </PermissionButton>
        )}
        <span className="stripe-form__outcome" role="status">
          {isKept ? "Saved." : ""}
        </span>
      </div>
      {remove !== undefined && removes && <Removal remove={remove} onKeep={() => setRemoves(false)} />}
    </form>
  );
}

/** Nobody can read it here afterwards, so what comes of it is said first. */
function Removal(props: {
  readonly remove: NonNullable<SecretFormProps["remove"]>;
  readonly onKeep: () => void;
}) {
  const { remove, onKeep } = props;
  const removing = useSettingsChange(remove.change);
  return (
    <Notice tone="warning" title={`${remove.label}?`}>
      <p>{remove.comesOfIt}</p>
      <div className="stripe-form__actions">
        <PermissionButton
          needs={needs}
          variant="default"
          loading={removing.isPending}
          onPress={() => removing.mutate(undefined, { onSuccess: onKeep })}
        >
          Remove it
        </PermissionButton>
        <Button variant="subtle" onClick={onKeep}>
          Keep it
        </Button>
      </div>
      {removing.error !== null && <ErrorState error={removing.error} />}
    </Notice>
  );
}
