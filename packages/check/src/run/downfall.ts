/**
 * An app that ended and can't be started any more took the ground from every rule that was looking at it. One of them
 * brought it about and accuses it; what the others saw while nobody was there says nothing.
 */
import { notTested, seen, standingOn, type Verdict } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";
import { type End, type Knock, sentenceOf } from "../world/index.ts";
import type { Look } from "./second-look.ts";

/** A rule under which the app ended for good, and why it does not come back. */
export type Fallen = { readonly rule: Rule; readonly look: Look; readonly end: End; readonly why: Error };

/** What sooner ends an app: a body as nobody sends it, before an address, before what everybody sends. */
const suspicion: Readonly<Record<Knock["manner"], number>> = { odd: 2, page: 1, ordinary: 0 };
const gravity = { critical: 2, serious: 1, minor: 0 } as const;

/**
 * The one that brought it about: of those whose request the app never answered, for it ended meanwhile, the one with the
 * oddest and newest. What several rules saw together is the gravest one's.
 */
export function broughtAbout(all: readonly Fallen[]): Fallen | undefined {
  // Others came when it was down already.
  const fallen = all.filter(({ look }) => look.ends.length > 0);
  const ends = fallen.map(({ end }) => end.at);
  const at = Math.min(...ends);
  const [first] = fallen
    .map((one) => ({ one, worst: worstOf(one, at) }))
    .toSorted(
      (left, right) =>
        compared(right.worst, left.worst) ||
        gravity[right.one.rule.severity] - gravity[left.one.rule.severity],
    );
  return first?.one;
}

/** By what comes first in it. */
type Rank = readonly number[];

function worstOf({ look }: Fallen, end: number): Rank {
  const ranks = look.trace.knocks
    .filter((knock) => knock.at <= end && !knock.isInVain)
    .map((knock) => [knock.isAnswered ? 0 : 1, suspicion[knock.manner], knock.at]);
  return ranks.toSorted((left, right) => compared(right, left))[0] ?? [];
}

function compared(left: Rank, right: Rank): number {
  const length = Math.max(left.length, right.length);
  for (let place = 0; place < length; place += 1) {
    const difference = (left[place] ?? -1) - (right[place] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What counts of the rule that brought it about, whatever else is broken. */
export function endedForGood({ look, end, why }: Fallen): Verdict {
  const evidence = `Meanwhile the app ${end.how}, and it can't be started any more. ${sentenceOf(why)} ${look.verdict.evidence}`;
  return standingOn([], seen({ ...look.verdict, verdict: "fail", evidence }));
}

/** What counts of another: what was seen to go wrong before, or to hold without an answer that failed to come. */
export function letGo({ verdict, trace }: Pick<Look, "verdict" | "trace">, since: string): Verdict {
  const isUntouched = trace.late.length === 0 && trace.knocks.every(({ isAnswered }) => isAnswered);
  const isSeen = verdict.verdict === "fail" && verdict.ground === "seen";
  return isSeen || (verdict.verdict === "pass" && isUntouched) ? verdict : notTested(since, untilUp);
}

/** Since when nobody was there, and by which rule. */
export function downSince({ at, how }: End, by?: Rule): string {
  const time = new Date(performance.timeOrigin + at).toISOString().slice(11, 19);
  const rule = by === undefined ? "" : `, while the rule ${by.id} was looking at it`;
  return `The app was down since ${time} UTC: it ${how}${rule}.`;
}

const untilUp = "It needs an app that stays up: mend that first.";
