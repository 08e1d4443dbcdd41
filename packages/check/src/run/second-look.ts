/**
 * What a slow machine alone may have brought about doesn't count until it is seen again: the same app gets the same
 * verdict, and a good one is never accused because the machine was busy. What was seen to go wrong counts at once.
 */
import type { Verdict } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";
import { type End, emptyTrace, type Trace } from "../world/index.ts";
import { type Manner, opensPage } from "./lanes.ts";

/** A rule's verdict with all that was done for it; `ends` tells how the app ended by itself meanwhile. */
export type Look = {
  readonly verdict: Verdict;
  readonly trace: Trace;
  readonly seconds: number;
  readonly ends: readonly End[];
  /** Whether many keys were refused meanwhile, for which an app may put off whatever is asked of it. */
  readonly isBesideRefusals?: boolean;
};

/** What is waited for in vain, in a trace of a rule that was not looked at. */
const unanswered = { events: "events", pages: "pages" };

/** What was left out of an app that answers nothing is looked at in the end if it answers then: the machine was busy. */
export function notLooked(
  rule: Pick<Rule, "needs" | "opensPage">,
  verdict: Verdict,
  { mute, silent }: Pick<Manner, "mute" | "silent">,
): Look {
  const ofPages = silent && opensPage(rule) ? [unanswered.pages] : [];
  const late = mute ? [unanswered.events] : ofPages;
  return { verdict, trace: { ...emptyTrace(), late }, seconds: 0, ends: [] };
}

/** Whether a rule was left out since no page answered. */
export function isLeftForPages({ trace }: Pick<Look, "trace">): boolean {
  return trace.late.includes(unanswered.pages);
}

/**
 * Whether slowness alone may be why this is no pass, so that it doesn't count yet; or what another rule may have brought
 * about: the app ended meanwhile, or was busy with many keys that were refused.
 */
export function isDoubtful(
  { pace }: Pick<Rule, "pace">,
  { verdict: { verdict, ground }, trace, ends, isBesideRefusals }: Look,
): boolean {
  if (ground === "seen" || pace === "last") return false;
  // A rule that takes something from the app judges itself what becomes of that.
  if (ends.length > 0 && pace !== "alone") return true;
  return verdict !== "pass" && (ground === "missed" || trace.late.length > 0 || isBesideRefusals === true);
}

/**
 * Whether it may be looked at again beside others like it: it said nothing of the app, and holds up nobody's work, as what
 * watches work does not where the app works side by side.
 */
export function accusesNobody(
  { pace, hangs }: Pick<Rule, "pace" | "hangs">,
  { verdict: { verdict }, ends }: Look,
  sideBySide: boolean,
): boolean {
  const holdsUp = (pace === "work" || hangs === true) && !sideBySide;
  const isApart = pace === "refusing" || pace === "alone" || pace === "last";
  return verdict === "not_tested" && ends.length === 0 && !holdsUp && !isApart;
}

/** What the second look says, with what the first one said. An app that ends whenever a rule looks at it fails that rule. */
export function twice(first: Look, second: Look, isAlone = true): Look {
  const [end] = first.ends.length > 0 ? second.ends : [];
  return joined(first, end === undefined ? second : { ...second, verdict: endedBy(second, end) }, isAlone);
}

function endedBy({ verdict }: Look, { how }: End): Verdict {
  const evidence = `Meanwhile the app ${how}, so that until somebody starts it again nobody is served. ${verdict.evidence}`;
  return { ...verdict, verdict: "fail", evidence };
}

function joined(first: Look, second: Look, isAlone: boolean): Look {
  const { verdict, evidence } = second.verdict;
  const same = verdict === first.verdict.verdict;
  const told = same
    ? `${evidence} Seen twice${isAlone ? ", beside other rules and alone" : ""}.`
    : `${evidence} (A first look, beside other rules, was no ground for a verdict: ${first.verdict.evidence})`;
  return {
    verdict: { ...second.verdict, evidence: told },
    trace: {
      ...second.trace,
      lines: [...first.trace.lines, `— looked at again${isAlone ? ", alone" : ""} —`, ...second.trace.lines],
      pictures: [...first.trace.pictures, ...second.trace.pictures],
    },
    seconds: first.seconds + second.seconds,
    ends: [...first.ends, ...second.ends],
  };
}
