import { ErrorState, FailedState } from "@annex/portal";
import type { FailureJson, RunJson } from "../../../src/portal-types.ts";
import { useRetryRun } from "../queries.ts";

/** Why a run failed, what to do, and the button that goes on where it stopped. */
export function RunFailure({ run, failure }: { readonly run: RunJson; readonly failure: FailureJson }) {
  const retry = useRetryRun(run.run_id);
  return (
    <>
      <FailedState
        failure={failure}
        retryLabel="Retry run"
        onRetry={run.can_retry ? () => retry.mutate() : undefined}
        retrying={retry.isPending}
      />
      {retry.isError && <ErrorState error={retry.error} />}
    </>
  );
}
