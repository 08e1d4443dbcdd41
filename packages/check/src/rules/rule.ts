/** What a rule is made of. Each stands in a file of its own, named by its id. */
import type { Severity, Verdict } from "../evidence/index.ts";
import type { World } from "../world/index.ts";

/** What a rule can't do without. */
export type Need =
  /** The app's process, or its calls to Cloud: `--start`. */
  | "start"
  | "browser"
  /** Time that has to pass. */
  | "waiting"
  | "database"
  | "log";

/**
 * What may run beside it. `together`, the default: anything. `work`: no other rule that watches or delays
 * the app's work in the background, where the app was seen to do one thing after another. `refusing`: only what asks and is
 * answered at once, since it has many keys refused, which is told of the whole app. `alone`: nothing, since it kills or
 * locks the whole app. `last`: nothing either, since it looks through what all others left behind.
 */
export type Pace = "together" | "work" | "refusing" | "alone" | "last";

type About = {
  readonly id: string;
  readonly title: string;
  /** The section of the contract. */
  readonly section: string;
  /** The sentence of the contract or of the platform's best practices it holds the app to. */
  readonly holdsTo: string;
  readonly severity: Severity;
  /** How it is tested. */
  readonly how: string;
  /** How to mend it, for somebody who knows nothing of Annex. */
  readonly fix: string;
  readonly needs?: readonly Need[];
  readonly pace?: Pace;
  /**
   * The rules without which what this one sees says nothing: where one of them does not hold, this one accuses nobody. Named
   * by what they export, so that one that does not exist is no program, and a circle of them does not load. A finding that
   * needs fewer of them says so itself (`standingOn`).
   */
  readonly standsOn?: readonly Rule[];
  /** Rules that this one as a whole does not stand on, and some finding of it that says so (`standingOn`) does. */
  readonly findingsStandOn?: readonly Rule[];
  /**
   * The rule that has to hold before this one's pass says anything, where it passes by what the app does not do: an app that
   * launches nothing at all launches nothing forged either.
   */
  readonly shownBy?: Rule;
  /**
   * Opens a page of the app whether or not there is Chromium, as every rule does that needs it, and says nothing where no page
   * answers.
   */
  readonly opensPage?: boolean;
  /** Lets calls to Cloud hang: what does one thing after another does nothing else meanwhile. */
  readonly hangs?: boolean;
  /** Takes longer than others of its pace, so that it begins before them. */
  readonly isLong?: boolean;
  /** Begins at once what takes its time until the rule's turn comes. Never throws; the observation hears of failures. */
  prepare?(world: World): void;
};

export type Rule = About & { check(world: World): Promise<Verdict> };

type Definition<Evidence> = About & {
  /** Drives the app and brings back what was seen. */
  observe(world: World): Promise<Evidence>;
  /** Judges what was seen; a pure function. */
  judge(evidence: Evidence): Verdict;
};

/** A rule from an observation and a judgement over it. */
export function defineRule<Evidence>({ observe, judge, ...about }: Definition<Evidence>): Rule {
  return { ...about, check: async (world) => judge(await observe(world)) };
}
