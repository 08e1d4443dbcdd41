import { ErrorState, PermissionButton } from "@annex/portal";
import { TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

/** Why something may stay as it is: one line, and the button that says so. */
export function ReasonForm(props: {
  readonly reason?: string;
  readonly button: string;
  readonly saving: { readonly isPending: boolean; readonly error: unknown };
  readonly onReason: (reason: string) => void;
}) {
  const [reason, setReason] = useState(props.reason ?? "");
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (reason.trim() !== "" && !props.saving.isPending) props.onReason(reason);
  };
  return (
    <form className="stripe-form" onSubmit={submit}>
      <TextInput
        label="Why it may stay"
        placeholder="Settled with the network on 3 November"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="stripe-form__actions">
        <PermissionButton
          needs={["data:read"]}
          variant="default"
          blocked={reason.trim() === "" ? "Say why first." : undefined}
          loading={props.saving.isPending}
          onPress={() => submit()}
        >
          {props.button}
        </PermissionButton>
      </div>
      {props.saving.error !== null && <ErrorState error={props.saving.error} />}
    </form>
  );
}
