import { PermissionButton } from "@annex/portal";
import SyncIcon from "@primer/octicons-react/SyncIcon";
import type { OverviewJson } from "../../../src/portal-types.ts";
import type { useStartRun } from "../queries.ts";
import { whoMay } from "../words/who-may.ts";

/** The button that starts a sync; when it may not be pressed it says why, and else whom it is for. */
export function SyncNow(props: {
  readonly overview: OverviewJson | undefined;
  readonly start: ReturnType<typeof useStartRun>;
  /** The form of days: where it is, whether it is open, and what opens it. */
  readonly days: { readonly id: string; readonly open: boolean; readonly onToggle: () => void };
}) {
  const { days } = props;
  const blocked = reasonNotToStart(props.overview);
  return (
    <div className="stripe-start">
      <div className="stripe-start__ways">
        <PermissionButton
          needs={["data:read", "data:write"]}
          blocked={blocked}
          size="md"
          loading={props.start.isPending}
          leftSection={<SyncIcon aria-hidden="true" size={18} />}
          onPress={() => props.start.mutate({})}
        >
          Sync now
        </PermissionButton>
        <button
          type="button"
          className="stripe-textbutton"
          aria-expanded={days.open}
          aria-controls={days.id}
          onClick={days.onToggle}
        >
          Sync certain days…
        </button>
      </div>
      {blocked === undefined && <p className="stripe-dim">Open to {whoMay}.</p>}
    </div>
  );
}

/** Why no sync can start now; undefined where one can. */
export function reasonNotToStart(overview: OverviewJson | undefined): string | undefined {
  if (overview === undefined) return "The overview is not loaded yet.";
  const { start } = overview.actions;
  if (start.allowed) return undefined;
  // The page says below where, and what comes of it.
  if (start.code === "no_stripe_key") return "Enter a Stripe key first.";
  return [start.reason ?? "A sync cannot start now.", start.next].filter(Boolean).join(" ");
}
