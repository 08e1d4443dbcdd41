import type { RunAnswer } from "@annex/protocol";
import { Progress } from "../jobs/Progress.tsx";
import { isWaiting } from "./words.ts";

/** The parts that a run goes through, in order, and the one it is in. */
export interface RunPhases {
  readonly names: readonly string[];
  /** One of the names; `undefined` before the first. */
  readonly current: string | undefined;
}

/**
 * How far a run is: a bar, what is being done, how much, and its parts where the app names them.
 *
 * @example
 * <RunProgress run={run} phases={{ names: ["Read", "Post"], current: run.phase }} />
 */
export function RunProgress({ run, phases }: { readonly run: RunAnswer; readonly phases?: RunPhases }) {
  const { progress } = run;
  return (
    <div className="annex-run__progress">
      <Progress
        label="Progress of the run"
        done={progress?.done ?? 0}
        total={progress?.total}
        message={progress?.message ?? (isWaiting(run) ? "Waiting" : startMessage(run))}
      />
      {phases !== undefined && <Phases {...phases} />}
    </div>
  );
}

function startMessage({ status }: RunAnswer): string {
  return status === "queued" ? "Waiting to start" : "Under way";
}

function Phases({ names, current }: RunPhases) {
  const reached = current === undefined ? -1 : names.indexOf(current);
  return (
    <ol className="annex-phases" aria-label="Parts of the run">
      {names.map((name, index) => (
        <li
          key={name}
          aria-current={name === current ? "step" : undefined}
          data-state={index < reached ? "done" : index === reached ? "current" : "ahead"}
        >
          {name}
        </li>
      ))}
    </ol>
  );
}
