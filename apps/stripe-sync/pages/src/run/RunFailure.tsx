import { ErrorState, FailedState } from "@annex/portal";
import { useMemo } from "react";
import type { FailureJson, RunJson } from "../../../src/portal-types.ts";
import { useRetryRun } from "../queries.ts";

/** Why a run failed, what to do, and the button that goes on where it stopped. */
export function RunFailure({ run, failure }: { readonly run: RunJson; readonly failure: FailureJson }) {
  const retry = useRetryRun(run.run_id);
  // A stored failure does not name its provider; this app has only one.
  const named = useMemo(() => ({ provider: "Stripe", ...failure }), [failure]);
  return (
    <>
      <FailedState
        failure={named}
        retryLabel="Retry run"
        onRetry={run.can_retry ? () => retry.mutate() : undefined}
        retrying={retry.isPending}
      />
      {retry.isError && <ErrorState error={retry.error} />}
    </>
  );
}
