import { ErrorState, PermissionButton } from "@annex/portal";
import type { RunJson } from "../../../src/portal-types.ts";
import { useCancelRun, useRetryRun } from "../queries.ts";

/** Stops a run; nothing when it cannot be stopped. */
export function CancelRun({ run }: { readonly run: RunJson }) {
  const cancel = useCancelRun(run.run_id);
  if (!run.can_cancel) return null;
  return (
    <>
      <PermissionButton
        needs={["data:read"]}
        variant="default"
        loading={cancel.isPending}
        onPress={() => cancel.mutate()}
      >
        Cancel run
      </PermissionButton>
      {cancel.isError && <ErrorState error={cancel.error} />}
    </>
  );
}

/** Goes on with a run where it stopped; nothing when there is nothing to go on with. */
export function RetryRun({ run }: { readonly run: RunJson }) {
  const retry = useRetryRun(run.run_id);
  if (!run.can_retry) return null;
  return (
    <>
      <PermissionButton
        needs={["data:read", "data:write"]}
        loading={retry.isPending}
        onPress={() => retry.mutate()}
      >
        Retry run
      </PermissionButton>
      {retry.isError && <ErrorState error={retry.error} />}
    </>
  );
}
