/** The parts of a run, as the kit shows them. */
import type { RunPhases } from "@annex/portal";
import type { AboutRunJson } from "../../../src/portal-types.ts";
import { phaseLabels } from "../words/labels.ts";

const names = Object.values(phaseLabels);

export function phasesOf({ phase }: Pick<AboutRunJson, "phase">): RunPhases {
  return { names, current: phase === undefined ? undefined : phaseLabels[phase] };
}
