/** Checks an app of the zoo and says what is wrong with the verdicts; nothing where it is told apart. */
import {
  type Browsers,
  type CheckOptions,
  type Cloud,
  checkApp,
  type Report,
  ruleDescriptions,
} from "@annex/check";
import type { AppName } from "./apps.ts";
import type { Defect } from "./defects.ts";
import { keep } from "./keeper.ts";
import type { Variant } from "./variants.ts";

/** What checks share. */
export type Shared = { readonly cloud: Cloud; readonly browsers: Browsers };

/** Fewer passes than this, and the rules did not look at what is there. */
const leastPasses = { quick: 40, whole: 70, halfOfQuick: 25 };

/** Which rules look at a good app: the quick ones, these, those that are both, or every one. */
type Looking = { readonly fast?: boolean; readonly only?: readonly string[] };

/**
 * A good app must have no failure. Where some rules are named, slow ones too, each of them has to pass, but for those that a
 * variant leaves nothing to judge, which must say so.
 */
export async function checkGoodApp(
  app: AppName | Variant,
  { fast = false, only, ...shared }: Shared & Looking,
): Promise<readonly string[]> {
  const [name, change] = typeof app === "string" ? [app] : [app.app, app];
  const report = await reportOf(name, change, only === undefined ? { fast } : { fast, only }, shared);
  if (only !== undefined && !fast) return [...failuresOf(report), ...notAsWanted(report, change?.untold)];
  const least = only === undefined ? (fast ? leastPasses.quick : leastPasses.whole) : leastPasses.halfOfQuick;
  const tooFew = report.summary.pass < least ? [`Only ${report.summary.pass} rules passed.`] : [];
  return [...failuresOf(report), ...tooFew];
}

/** The rules that neither pass nor, where that is all there is to say, judge nothing. A failure is said anyway. */
function notAsWanted({ rules }: Report, untold: readonly string[] = []): readonly string[] {
  return rules
    .filter(({ id, verdict }) => verdict !== (untold.includes(id) ? "not_tested" : "pass"))
    .filter(({ verdict }) => verdict !== "fail")
    .map(({ id, verdict, evidence }) => `${id}: ${verdict}: ${evidence}`);
}

/**
 * Which rules look at a defect besides its own: the quick ones that its own stands on, also those that stand on its own, or
 * all that `--fast` runs.
 */
export type Beside = "grounds" | "standing" | "all";

/**
 * A defect must be found by its rule, which nothing else lets go, and by no unrelated one of those that look at it; what it
 * is said to break besides must be broken, where that was looked at.
 */
export async function checkDefect(
  defect: Defect,
  { beside = "grounds", ...shared }: Shared & { readonly beside?: Beside },
): Promise<readonly string[]> {
  const others = beside === "all" ? await reportOf(defect.app, defect, { fast: true }, shared) : undefined;
  const own = ruleIn(others, defect);
  // What passes where nothing waits, kills or opens a browser may be found by those that do.
  const isSettled = own !== undefined && (isFound(own) || own.mendFirst !== undefined);
  const alsoBreaks = defect.alsoBreaks ?? [];
  const slowOnes = beside === "all" ? alsoBreaks.filter(isSlow) : [];
  const only = [...new Set([defect.rule, ...rulesBeside(defect, beside), ...slowOnes])];
  const isWhole = isSettled && slowOnes.length === 0;
  const report = isWhole ? others : await reportOf(defect.app, defect, { only }, shared);
  const meant = ruleIn(isSettled ? others : report, defect);
  const found = meant !== undefined && isFound(meant);
  const rightly = [defect.rule, ...alsoBreaks, ...(defect.mayBreak ?? [])];
  const reports = [...new Set([report, others])].filter((one) => one !== undefined);
  return [
    ...(found ? [] : [`Not found: ${meant?.verdict}: ${meant?.evidence}`]),
    ...reports.flatMap(failuresOf).filter((line) => !rightly.some((id) => line.startsWith(`${id}:`))),
    ...alsoBreaks
      .filter((id) => isUnbroken(id, reports))
      .map((id) => `Said to break ${id} too, which passes.`),
  ];
}

/** Whether a rule passed and nowhere failed; what was let go, or not looked at, says nothing. */
function isUnbroken(rule: string, reports: readonly Report[]): boolean {
  if (!ruleDescriptions.some(({ id }) => id === rule)) throw new Error(`There is no rule ${rule}.`);
  const verdicts = reports.flatMap(({ rules }) => rules.filter(({ id }) => id === rule));
  return verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === "pass");
}

function isSlow(rule: string): boolean {
  return ruleDescriptions.find(({ id }) => id === rule)?.slow === true;
}

function isFound({ verdict }: Report["rules"][number]): boolean {
  return verdict === "fail" || verdict === "warning";
}

function ruleIn(report: Report | undefined, { rule }: Defect) {
  return report?.rules.find(({ id }) => id === rule);
}

/** Where a defect breaks a ground of its own rule too, that lets it go, and nobody is told of the defect. */
function rulesBeside({ rule }: Defect, beside: Beside): readonly string[] {
  const grounds = groundsOf(rule);
  return ruleDescriptions
    .filter(
      ({ id, slow }) =>
        // What stands on it uses what is broken to look at something else.
        (grounds.has(id) || (beside === "standing" && groundsOf(id).has(rule))) &&
        (!slow || beside === "all"),
    )
    .map(({ id }) => id);
}

/** Every rule that one stands on, also by way of others. */
function groundsOf(rule: string): ReadonlySet<string> {
  const standsOn = ruleDescriptions.find(({ id }) => id === rule)?.standsOn ?? [];
  return new Set(standsOn.flatMap((ground) => [ground, ...groundsOf(ground)]));
}

function failuresOf({ rules }: Report): readonly string[] {
  return rules.filter(({ verdict }) => verdict === "fail").map(({ id, evidence }) => `${id}: ${evidence}`);
}

/** What the checker says of an app of the zoo, with a defect where one is given. */
export async function reportOf(
  name: AppName,
  change: Pick<Defect, "name" | "changes" | "press"> | undefined,
  chosen: Pick<CheckOptions, "only" | "fast">,
  shared: Shared,
): Promise<Report> {
  const keeper = await keep(name, change);
  try {
    return await checkApp({ ...keeper.options, ...chosen }, shared);
  } finally {
    keeper.forget();
  }
}
