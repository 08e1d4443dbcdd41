import { Progress } from "@annex/portal";
import type { RunJson, RunPhase } from "../../../src/portal-types.ts";
import { phaseLabels, phaseSentences } from "../words/labels.ts";

const phases = Object.keys(phaseLabels) as readonly RunPhase[];

/**
 * Where a run is: its phases, and how much is done. What is being done is said per phase, without figures, so that
 * a screen reader hears it once and not every second.
 */
export function RunProgress({ run }: { readonly run: RunJson }) {
  const { progress } = run;
  return (
    <>
      <Progress
        label="Progress of the run"
        done={progress?.total === undefined ? run.counts.all : progress.done}
        total={progress?.total}
        message={progress === undefined ? "Waiting to start" : phaseSentences[progress.phase]}
      />
      <ol className="stripe-phases" aria-label="Parts of the run">
        {phases.map((phase) => (
          <li
            key={phase}
            aria-current={phase === progress?.phase ? "step" : undefined}
            data-state={phaseState(phase, progress?.phase)}
          >
            {phaseLabels[phase]}
          </li>
        ))}
      </ol>
    </>
  );
}

function phaseState(phase: RunPhase, current: RunPhase | undefined): "done" | "current" | "ahead" {
  if (phase === current) return "current";
  return current !== undefined && phases.indexOf(phase) < phases.indexOf(current) ? "done" : "ahead";
}
