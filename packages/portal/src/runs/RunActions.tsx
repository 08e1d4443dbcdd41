import type { ActionAnswer, RunAnswer } from "@annex/protocol";
import { RetryIcon } from "@annex/ui";
import { Button, type ButtonProps } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { ErrorState } from "../states/ErrorState.tsx";
import { useCancelRun, useJob, useRetryRun, useStartRun } from "./run-queries.ts";

/**
 * A button for what may or may not be done now. When it may not, it stays reachable by keyboard and says why: the reason
 * stands under it and is its description for a screen reader.
 *
 * @example
 * ```tsx
 * <ActionButton action={run.actions.retry} onPress={retry}>Try again</ActionButton>
 * ```
 */
export function ActionButton({
  action,
  onPress,
  children,
  ...look
}: Omit<ButtonProps, "disabled"> & {
  readonly action: ActionAnswer;
  readonly onPress: () => void;
  readonly children: ReactNode;
}) {
  const reasonId = useId();
  if (action.allowed)
    return (
      <Button {...look} onClick={onPress}>
        {children}
      </Button>
    );
  return (
    <div className="annex-blocked">
      <Button {...look} data-disabled aria-disabled="true" aria-describedby={reasonId}>
        {children}
      </Button>
      <p id={reasonId} className="annex-blocked__reason">
        {[action.reason, action.next].filter(Boolean).join(" ")}
      </p>
    </div>
  );
}

const notKnownYet: ActionAnswer = { allowed: false, code: "not_loaded", reason: "Not loaded yet." };

/**
 * Starts a run of a job; where it may not, it says why, and a start that failed says so beside it.
 *
 * @example
 * <StartButton job="import-pay-ins">Import now</StartButton>
 */
export function StartButton({
  job,
  input,
  children,
}: {
  readonly job: string;
  readonly input?: unknown;
  readonly children: ReactNode;
}) {
  const { start, starting, error } = useStartRun(job);
  const known = useJob(job);
  return (
    <div className="annex-start">
      <ActionButton
        size="md"
        action={known?.start ?? notKnownYet}
        loading={starting}
        leftSection={<RetryIcon aria-hidden="true" size={18} />}
        onPress={() => start(input)}
      >
        {children}
      </ActionButton>
      {error !== undefined && <ErrorState error={error} onRetry={() => start(input)} retrying={starting} />}
    </div>
  );
}

/**
 * Ends a run that has not ended; nothing for any other.
 *
 * @example
 * ```tsx
 * <CancelRun run={run} />
 * ```
 */
export function CancelRun({ run }: { readonly run: RunAnswer }) {
  const cancel = useCancelRun(run.run_id);
  if (run.actions.cancel.allowed === false && run.actions.cancel.code === "run_state") return null;
  return (
    <>
      <ActionButton
        action={run.actions.cancel}
        variant="default"
        loading={cancel.isPending}
        onPress={() => cancel.mutate()}
      >
        Cancel run
      </ActionButton>
      {cancel.isError && <ErrorState error={cancel.error} />}
    </>
  );
}

/**
 * Goes on with a run that failed or was cancelled; nothing for any other.
 *
 * @example
 * ```tsx
 * <RetryRun run={run} />
 * ```
 */
export function RetryRun({ run }: { readonly run: RunAnswer }) {
  const retry = useRetryRun(run.run_id);
  if (run.actions.retry.allowed === false && run.actions.retry.code === "run_state") return null;
  return (
    <>
      <ActionButton
        action={run.actions.retry}
        variant="default"
        loading={retry.isPending}
        onPress={() => retry.mutate()}
      >
        Retry run
      </ActionButton>
      {retry.isError && <ErrorState error={retry.error} />}
    </>
  );
}
