/** What a rule says of an app, and what all of them together say. The report's shape is fixed by the doors. */

export type VerdictName = "pass" | "fail" | "warning" | "not_tested";

/** How bad it is when the rule does not hold. */
export type Severity = "critical" | "serious" | "minor";

/** Which fields the payloads carry: `guide` has `organization_id` and `user_id`, `later` leaves both out. */
export type Edition = "guide" | "later";

/**
 * What a verdict other than a pass rests on, where that matters. `seen`: something wrong was seen to happen, and one time
 * is enough, however rare. `missed`: something good did not come while it was waited for, which a slow machine alone can
 * bring about; it counts when a second look, by itself, misses it again.
 */
export type Ground = "seen" | "missed";

/**
 * A verdict with what it rests on. `evidence` is one or more sentences, of several findings a line each, and holds no secret. `editions` are those in which
 * the rule does not hold, where it was tried in each. `harm`: money was moved twice or unasked, a secret or another's
 * records were given out, or another's installation was ended, which nothing excuses. `standsOn` names the rules without
 * which this finding says nothing, where those are fewer than its rule declares; none where it would be true whatever else
 * is broken.
 */
export type Verdict = {
  readonly verdict: VerdictName;
  readonly evidence: string;
  readonly ground?: Ground;
  readonly harm?: true;
  readonly standsOn?: readonly string[];
  readonly editions?: readonly Edition[];
};

/** One rule's line in a report. `seconds` is how long it took. */
export type RuleReport = Pick<Verdict, "verdict" | "evidence"> & {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  readonly severity: Severity;
  readonly fix: string;
  readonly seconds: number;
  readonly holdsTo: string;
  readonly how: string;
  /** The rules without which this one's findings say nothing. */
  readonly standsOn: readonly string[];
  /** The rule that has to hold before this one can be judged; there where one does not hold that this one stands on. */
  readonly mendFirst?: string;
  /** What was sent and answered, in order, secrets masked. */
  readonly exchanges: readonly string[];
  /** JPEG pictures of pages, base64. */
  readonly pictures: readonly { readonly title: string; readonly jpeg: string }[];
};

/** Everything one check found. */
export type Report = {
  readonly app: string;
  readonly startedAt: string;
  readonly summary: Readonly<Record<VerdictName, number>> & { readonly seconds: number };
  readonly rules: readonly RuleReport[];
};

export const pass = (evidence: string): Verdict => ({ verdict: "pass", evidence });

/** Says what was found wrong, each thing once and on a line of its own. */
export const fail = (...found: readonly string[]): Verdict => ({
  verdict: "fail",
  evidence: [...new Set(found)].join("\n"),
});

export const warning = (evidence: string): Verdict => ({ verdict: "warning", evidence });

/**
 * The first of many alike findings, and how many there are besides.
 *
 * @example
 * ```ts
 * firstOf(["A is wide.", "B is wide.", "C is wide."], 2); // ["A is wide.", "B is wide.", "And 1 more."]
 * ```
 */
export function firstOf(found: readonly string[], most: number): readonly string[] {
  const each = [...new Set(found)];
  return each.length <= most ? each : [...each.slice(0, most), `And ${each.length - most} more.`];
}

/** Says that harm was done: what else is wrong with the app excuses nothing of it. */
export const harm = (verdict: Verdict): Verdict => ({ ...verdict, harm: true });

/**
 * Says that it needs no more than these of the rules that its rule stands on; without any it needs none.
 *
 * @example
 * ```ts
 * standingOn([portalAccepted], fail("An acknowledged install was gone after a crash."));
 * ```
 */
export const standingOn = (grounds: readonly { readonly id: string }[], verdict: Verdict): Verdict => ({
  ...verdict,
  standsOn: grounds.map(({ id }) => id),
});

/** Says that one look is enough: nothing but the app can have brought this about. */
export const seen = (verdict: Verdict): Verdict => ({ ...verdict, ground: "seen" });

/** Says that slowness alone could have brought this about, so that it is looked at again before it counts. */
export const missed = (verdict: Verdict): Verdict => ({ ...verdict, ground: "missed" });

/**
 * Nothing could be judged: why, and what it would need.
 *
 * @example
 * ```ts
 * notTested("Nobody was named whom the app refuses.", "Give --denied-user ID.");
 * ```
 */
export function notTested(reason: string, wouldNeed: string, ground?: "missed"): Verdict {
  const verdict: Verdict = { verdict: "not_tested", evidence: `${reason} ${wouldNeed}` };
  return ground === undefined ? verdict : missed(verdict);
}

/**
 * Thrown by an observation that finds no ground to stand on; the rule is then not tested, and says why. With `missed` it
 * is looked at again first.
 */
export class NotTested extends Error {
  readonly verdict: Verdict;

  constructor(reason: string, wouldNeed: string, ground?: "missed") {
    super(reason);
    this.verdict = notTested(reason, wouldNeed, ground);
  }
}

/** Thrown where nothing of the records planted in the ledger was found on a page. */
export class NothingShown extends NotTested {}

/** Thrown by an observation that was ended by what it found, in place of something to judge. */
export class Found extends Error {
  readonly verdict: Verdict;

  constructor(verdict: Verdict) {
    super(verdict.evidence);
    this.verdict = verdict;
  }
}

/** Counts the verdicts. */
export function summarize(rules: readonly Pick<RuleReport, "verdict">[], seconds: number): Report["summary"] {
  const count = (name: VerdictName) => rules.filter(({ verdict }) => verdict === name).length;
  return {
    pass: count("pass"),
    fail: count("fail"),
    warning: count("warning"),
    not_tested: count("not_tested"),
    seconds: Math.round(seconds * 10) / 10,
  };
}
