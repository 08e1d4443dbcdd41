import { type Draft, PermissionButton, useDraft } from "@annex/portal";
import { Button, TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import type { OverviewJson } from "../../../src/portal-types.ts";
import type { useStartRun } from "../queries.ts";
import { reasonNotToStart } from "./SyncNow.tsx";

/** The first and the last day, as they are typed. */
export type TypedDays = { readonly from: Draft; readonly to: Draft };

export function useTypedDays(): TypedDays {
  return { from: useDraft("first day to sync"), to: useDraft("last day to sync") };
}

/** Which days to read again, and what that does. */
export function SyncDays(props: {
  readonly id: string;
  readonly overview: OverviewJson | undefined;
  readonly start: ReturnType<typeof useStartRun>;
  readonly days: TypedDays;
  readonly onDone: () => void;
}) {
  const { start, days } = props;
  const [from, to] = [days.from.text, days.to.text];
  const blocked = reasonNotToStart(props.overview) ?? reasonOfDays(from, to);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (blocked === undefined && !start.isPending)
      start.mutateAsync({ from, to }).then(done, () => undefined);
  };
  const done = () => {
    days.from.clear();
    days.to.clear();
    props.onDone();
  };
  return (
    <form id={props.id} className="annex-card stripe-days" aria-label="Sync certain days" onSubmit={submit}>
      <p>
        Reads these days from Stripe again, whole days in UTC, and looks up each balance transaction in the
        ledger. What is missing is posted, what differs becomes a finding, and nothing is posted twice.
      </p>
      <div className="stripe-days__fields">
        <TextInput
          type="date"
          label="From"
          value={from}
          onChange={(event) => days.from.write(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label="To, this day included"
          value={to}
          onChange={(event) => days.to.write(event.currentTarget.value)}
        />
      </div>
      <div className="stripe-form__actions">
        <PermissionButton
          needs={["data:read", "data:write"]}
          blocked={blocked}
          loading={start.isPending}
          onPress={() => submit()}
        >
          Sync these days
        </PermissionButton>
        <Button variant="default" onClick={done}>
          Close
        </Button>
      </div>
    </form>
  );
}

function reasonOfDays(from: string, to: string): string | undefined {
  if (from === "" || to === "") return "Choose the first and the last day.";
  return from > to ? "The last day is before the first." : undefined;
}
