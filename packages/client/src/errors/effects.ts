import { CloudError, inWordsOf } from "./cloud-error.ts";

/**
 * A write may have been done, its answer was lost, and Cloud cannot be asked. It was not sent a second time. A person
 * has to look; the scope then answers the effect's intent with what he saw, and the work goes on.
 *
 * @example
 * if (error instanceof OutcomeUnknown) askPerson(error.effectId, error.whatToDo);
 */
export class OutcomeUnknown extends CloudError {
  declare readonly code: "outcome_unknown";
  /** The effect's id within its scope, to answer its intent by. */
  readonly effectId: string;
  /** Where a person sees whether it was done, as part of a sentence. */
  readonly lookAt: string;

  constructor(facts: {
    readonly effectId: string;
    readonly what: string;
    readonly lookAt: string;
    readonly cause?: unknown;
    /** A person said that it was done, and Cloud does not show it. */
    readonly seen?: "done" | undefined;
  }) {
    const { what, lookAt, seen } = facts;
    const words = inWordsOf("outcome_unknown", { effect: what, lookAt, seen });
    super({ code: "outcome_unknown", outcome: "unknown", ...words, cause: facts.cause });
    this.effectId = facts.effectId;
    this.lookAt = facts.lookAt;
  }
}

/**
 * Work that is executed again asks at the same place for something else than it did before, so that nobody can tell
 * what was done and what was not. Nothing was sent.
 *
 * @example
 * if (error instanceof EffectChanged) report(`make ${error.effectId} the same each time`);
 */
export class EffectChanged extends CloudError {
  declare readonly code: "effect_changed";
  readonly effectId: string;

  constructor(effectId: string, what: string) {
    super({
      code: "effect_changed",
      outcome: "not-sent",
      whatHappened: `An earlier try of this work sent something else in place of ${what} (${effectId}).`,
      whatToDo:
        "Make the step ask for the same each time: keep times and random values out of it, walk lists in a fixed order, or give a reference of your own.",
    });
    this.effectId = effectId;
  }
}
