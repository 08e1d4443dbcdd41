import type { RunAnswer, RunDetailAnswer } from "@annex/protocol";
import { Notice } from "@annex/ui";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { ErrorState } from "../states/ErrorState.tsx";
import { FailedState } from "../states/FailedState.tsx";
import { RetryRun } from "./RunActions.tsx";
import { useResolveEffect } from "./run-queries.ts";

/** The app's own way out of a failure, such as a link to its settings; undefined where it has none. */
export type WayOut = (failure: NonNullable<RunAnswer["error"]>) => ReactNode;

/**
 * Why a run failed: who failed, what to do, the app's own way out of it, and the button that goes on where it stopped.
 * Nothing while it has not failed.
 *
 * @example
 * ```tsx
 * <RunFailure run={run} wayOut={({ code }) => code === "no_key" && <PortalLink to="/settings">Enter a key</PortalLink>} />
 * ```
 */
export function RunFailure(props: { readonly run: RunAnswer | RunDetailAnswer; readonly wayOut?: WayOut }) {
  const { run, wayOut } = props;
  if (run.status !== "failed" || run.error === undefined) return null;
  const effects = "open_effects" in run ? run.open_effects : [];
  return (
    <div className="annex-run__failure">
      <FailedState failure={run.error} />
      {wayOut?.(run.error)}
      {effects.length > 0 ? <OpenEffects run={run} effects={effects} /> : <RetryRun run={run} />}
    </div>
  );
}

/** What a run did of which nobody knows whether it happened; when a person has said it of each, the run goes on. */
function OpenEffects({
  run,
  effects,
}: {
  readonly run: RunAnswer;
  readonly effects: RunDetailAnswer["open_effects"];
}) {
  const resolve = useResolveEffect(run.run_id);
  const may = run.actions.retry.allowed;
  return (
    <Notice tone="danger" title="Look whether this happened, then say so">
      <ul className="annex-effects">
        {effects.map(({ effect_key, description }) => (
          <li key={effect_key}>
            <p>{description}</p>
            {may && (
              <div className="annex-effects__answers">
                <Button
                  size="xs"
                  variant="default"
                  loading={resolve.isPending}
                  onClick={() => resolve.mutate({ effectKey: effect_key, seen: "done" })}
                >
                  It happened
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  loading={resolve.isPending}
                  onClick={() => resolve.mutate({ effectKey: effect_key, seen: "not-done" })}
                >
                  It did not happen
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {!may && <p>{run.actions.retry.allowed ? "" : run.actions.retry.reason}</p>}
      {resolve.isError && <ErrorState error={resolve.error} />}
    </Notice>
  );
}
