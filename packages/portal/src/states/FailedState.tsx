import { useMemo } from "react";
import { errorFromAnswer } from "../refusals/portal-error.ts";
import { ErrorState, type ErrorStateProps } from "./ErrorState.tsx";

/** A failure as the backend stores or reports it, in the shape of a refused call. */
export interface Failure {
  readonly code: string;
  readonly error: string;
  readonly next: string;
  readonly reference?: string | undefined;
  readonly required_scope?: string | undefined;
  readonly provider?: string | undefined;
  readonly retry_after?: number | undefined;
}

/**
 * The error state of something that failed in the background, such as a job's run.
 *
 * @example
 * {run.error && <FailedState failure={run.error} onRetry={retry} />}
 */
export function FailedState({
  failure,
  ...state
}: { readonly failure: Failure } & Omit<ErrorStateProps, "error">) {
  const error = useMemo(() => errorFromAnswer(0, failure), [failure]);
  return <ErrorState {...state} error={error} />;
}
