import { ErrorState, PermissionButton, type PortalClient, useDraft } from "@annex/portal";
import { TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import { useFindingChange } from "./queries.ts";

/** What a reason is called while it is typed. @param about the finding, or the kind */
export function reasonAbout(about: string): string {
  return `reason ${about}`;
}

/** Why something may stay as it is: one line, and the button that says so. */
export function ReasonForm(props: {
  /** Of which finding, or of which kind. */
  readonly about: string;
  readonly reason?: string;
  readonly button: string;
  /** Sends it: from then on it is no draft any more. */
  readonly change: (client: PortalClient, reason: string) => Promise<unknown>;
}) {
  const { text: reason, write, clear } = useDraft(reasonAbout(props.about), props.reason);
  const saving = useFindingChange(props.change, clear);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (reason.trim() !== "" && !saving.isPending) saving.mutate(reason);
  };
  return (
    <form className="stripe-form" onSubmit={submit}>
      <TextInput
        label="Why it may stay"
        placeholder="Settled with the network on 3 November"
        maxLength={500}
        value={reason}
        onChange={(event) => write(event.currentTarget.value)}
      />
      <div className="stripe-form__actions">
        <PermissionButton
          needs={["data:read"]}
          variant="default"
          blocked={reason.trim() === "" ? "Say why first." : undefined}
          loading={saving.isPending}
          onPress={() => submit()}
        >
          {props.button}
        </PermissionButton>
      </div>
      {saving.error !== null && <ErrorState error={saving.error} />}
    </form>
  );
}
