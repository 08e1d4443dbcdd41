/**
 * A rule accuses nobody where another rule's ground is gone. An app that can't be launched fails one rule, not the thirty
 * that launch it to see something else; whoever reads the report mends one thing and looks again. What did harm is never
 * let go, unless the very rule it stands on has shown the same harm.
 */
import type { Edition, Verdict } from "../evidence/index.ts";
import type { Rule } from "../rules/index.ts";

/** What settling needs of a rule. */
export type Grounded = Pick<Rule, "id"> & {
  readonly standsOn?: readonly Grounded[];
  readonly findingsStandOn?: readonly Grounded[];
  readonly shownBy?: Grounded;
};

/** A verdict with the rule that has to hold first, where one does not. */
export type Settled = Verdict & { readonly mendFirst?: string };

/** Every rule this one stands on, also by way of others; the deepest first, each once. */
export function groundsOf({ standsOn = [] }: Grounded): readonly Grounded[] {
  return [...new Set(standsOn.flatMap((ground) => [...groundsOf(ground), ground]))];
}

/** The rules that a finding stands on, also by way of others: its rule's, or those of them that it says itself. */
function groundsOfFinding(rule: Grounded, { standsOn }: Verdict): readonly Grounded[] {
  if (standsOn === undefined) return groundsOf(rule);
  const { findingsStandOn = [] } = rule;
  const grounds = [...groundsOf(rule), ...groundsOf({ id: rule.id, standsOn: findingsStandOn })];
  return groundsOf({ id: rule.id, standsOn: grounds.filter(({ id }) => standsOn.includes(id)) });
}

/** The rules of which one has to fail in each edition before a pass says nothing; the deepest first. */
function showersOf({ shownBy }: Grounded): readonly Grounded[] {
  return shownBy === undefined ? [] : [...groundsOf(shownBy), shownBy];
}

/** Whether a verdict is held against the app. */
function accuses({ verdict }: Verdict): boolean {
  return verdict === "fail" || verdict === "warning";
}

/** The rules of which it has to be known whether they hold before a verdict counts. */
function awaitedBy(rule: Grounded, verdict: Verdict): readonly Grounded[] {
  if (accuses(verdict)) return groundsOfFinding(rule, verdict);
  return verdict.verdict === "pass" ? showersOf(rule) : [];
}

/**
 * The verdict as it counts: an accusation is not tested where a rule that it stands on fails, in each edition of the
 * payloads in which it accuses. A ground that was not looked at, or can't be judged, lets nothing go. A pass is not tested
 * where in each edition the rule that shows it fails, or one that this rule stands on.
 *
 * @param settled the verdicts of the rules it stands on, as they count.
 * @param editions those that are checked; what is tried in one alone is tried in the first.
 */
export function settle(
  rule: Grounded,
  verdict: Verdict,
  settled: ReadonlyMap<string, Verdict>,
  editions: readonly Edition[],
): Settled {
  const [ordinary = "guide"] = editions;
  if (verdict.verdict === "pass") return shown(rule, verdict, settled, editions);
  if (!accuses(verdict)) return verdict;
  const accused = verdict.editions ?? [ordinary];
  const broken = groundsOfFinding(rule, verdict).flatMap(({ id }) => {
    const ground = settled.get(id);
    const lets = ground?.verdict === "fail" && (verdict.harm !== true || ground.harm === true);
    const there = lets ? (ground.editions ?? [ordinary]).filter((edition) => accused.includes(edition)) : [];
    return there.length > 0 ? [{ id, editions: there }] : [];
  });
  const [first] = broken;
  const gone = new Set(broken.flatMap((ground) => ground.editions));
  if (first === undefined || !accused.every((edition) => gone.has(edition))) return verdict;
  return {
    verdict: "not_tested",
    evidence: `It stands on ${first.id}, which does not hold: mend that first. What was seen without it: ${verdict.evidence}`,
    mendFirst: first.id,
  };
}

function shown(
  rule: Grounded,
  verdict: Verdict,
  settled: ReadonlyMap<string, Verdict>,
  editions: readonly Edition[],
): Settled {
  const broken = showersOf(rule).flatMap(({ id }) => {
    const shower = settled.get(id);
    return shower?.verdict === "fail" ? [{ id, editions: shower.editions ?? editions }] : [];
  });
  const [first] = broken;
  const gone = new Set(broken.flatMap((shower) => shower.editions));
  if (first === undefined || !editions.every((edition) => gone.has(edition))) return verdict;
  return {
    verdict: "not_tested",
    evidence: `Nothing shows it while ${first.id} does not hold, so that what was seen says nothing: mend that first. ${verdict.evidence}`,
    mendFirst: first.id,
  };
}

type Look = { readonly verdict: Verdict };

/**
 * Settles verdicts as they come, in any order: an accusation waits until it is known whether what it stands on holds.
 *
 * @param tell told once of each rule, with its verdict as it counts.
 */
export function openSettling<R extends Grounded, L extends Look>(
  chosen: readonly R[],
  editions: readonly Edition[],
  tell: (rule: R, look: L, verdict: Settled) => void,
) {
  const ids = new Set(chosen.map(({ id }) => id));
  const settled = new Map<string, Verdict>();
  const open = new Set<{ readonly rule: R; readonly look: L }>();
  const isReady = ({ rule, look }: { readonly rule: R; readonly look: L }) =>
    awaitedBy(rule, look.verdict).every(({ id }) => settled.has(id) || !ids.has(id));
  return {
    /** What was seen of a rule in the end. */
    conclude(rule: R, look: L): void {
      open.add({ rule, look });
      for (let one = [...open].find(isReady); one !== undefined; one = [...open].find(isReady)) {
        open.delete(one);
        const verdict = settle(one.rule, one.look.verdict, settled, editions);
        settled.set(one.rule.id, verdict);
        tell(one.rule, one.look, withLeftOut(one.rule, verdict, ids));
      }
    },
    /** Whether it would be no use to look again, since what the rule stands on is known not to hold. */
    isLetGo: (rule: R, verdict: Verdict): boolean =>
      accuses(verdict)
        ? !accuses(settle(rule, verdict, settled, editions))
        : groundsOf(rule).some(({ id }) => settled.get(id)?.verdict === "fail"),
  };
}

/** Says of an accusation which of the rules it stands on nobody looked at. */
function withLeftOut(rule: Grounded, verdict: Settled, lookedAt: ReadonlySet<string>): Settled {
  const leftOut = groundsOfFinding(rule, verdict).filter(({ id }) => !lookedAt.has(id));
  if (!accuses(verdict) || leftOut.length === 0) return verdict;
  return {
    ...verdict,
    evidence: `${verdict.evidence} It stands on what this run left out: ${leftOut.map(({ id }) => id).join(", ")}.`,
  };
}
