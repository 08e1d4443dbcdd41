/** Why an execution does not go on, in words for a person. */
import { AppError } from "../../errors/app-error.ts";
import type { UnstorableValue } from "../../values/index.ts";

export type StopReason = "cancelled" | "lost" | "shutting-down" | "deadline";

const stopTexts: Readonly<Record<StopReason, string>> = {
  cancelled: "This run was cancelled.",
  lost: "This run was taken over by another process.",
  "shutting-down": "The app is shutting down; the run goes on when it is back.",
  deadline: "This run took longer than it may.",
};

/** What the steps and the signal of a stopped execution say. */
export function stopError(reason: StopReason): AppError {
  return new AppError({
    code: `run_${reason.replace("-", "_")}`,
    status: 409,
    whatHappened: stopTexts[reason],
    whatToDo: "Nothing has to be done.",
  });
}

/** The run is not worked now; it was neither finished nor did it fail. */
export class Postponed extends Error {
  override readonly name = "Postponed";
  /** How long it waits, in milliseconds. */
  readonly waits: number;
  constructor(waits: number) {
    super("The run waits.");
    this.waits = waits;
  }
}

/** One try took longer than its deadline; it may be tried again. */
export function deadlinePassed(milliseconds: number): AppError {
  return new AppError({
    code: "run_deadline",
    status: 504,
    whatHappened: `This run took longer than the ${Math.round(milliseconds / 1000)} seconds it may take.`,
    whatToDo: "It is tried again by itself. If it keeps happening, give it less to do at a time.",
  });
}

export function unstorable(error: UnstorableValue): AppError {
  return new AppError({
    code: "unstorable_value",
    status: 500,
    whatHappened: error.message,
    whatToDo: "Correct the job: a run keeps plain JSON only, and nothing secret.",
    cause: error,
  });
}

export function stepNameUsedTwice(name: string): AppError {
  return new AppError({
    code: "step_name_used_twice",
    status: 500,
    whatHappened: `The job has two steps named "${name}"; the second would get the first one's result.`,
    whatToDo: "Correct the job: put what the step is about into its name, such as an id.",
  });
}

/** A document that a step had read was changed by somebody else before the step's result was kept. */
export function dataConflict(): AppError {
  return new AppError({
    code: "data_conflict",
    status: 423,
    whatHappened: "A document was changed by something else at the same time; nothing was written.",
    whatToDo: "Try again.",
  });
}
