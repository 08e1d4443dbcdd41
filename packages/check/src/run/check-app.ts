/** One whole check. */
import {
  type Answer,
  Found,
  maskSecrets,
  NotTested,
  notTested,
  type Report,
  type RuleReport,
  summarize,
  type Verdict,
} from "../evidence/index.ts";
import { answersNoPage, type Rule, rules } from "../rules/index.ts";
import {
  type Browsers,
  type CheckOptions,
  type Cloud,
  checkReachable,
  type End,
  EndedError,
  emptyTrace,
  install,
  launchAnswer,
  longestAnswer,
  openBrowsers,
  openCloud,
  openWorld,
  pause,
  sentenceOf,
  uninstall,
  type World,
  within,
  withTrace,
} from "../world/index.ts";
import { openBeside } from "./beside.ts";
import { chooseRules, missingNeed, verdictOfThrown } from "./choosing.ts";
import { broughtAbout, downSince, endedForGood, type Fallen, letGo } from "./downfall.ts";
import { lastOnes, leftOut, parted, runLanes, seeManner, several } from "./lanes.ts";
import { accusesNobody, isDoubtful, isLeftForPages, type Look, notLooked, twice } from "./second-look.ts";
import { groundsOf, openSettling, type Settled } from "./settling.ts";
import { checkStanding, openStanding, type Standing } from "./standing.ts";

/** Told as each rule ends. */
export type Progress = (rule: RuleReport, done: number, all: number) => void;

export type CheckTools = {
  readonly onRule?: Progress;
  /** A local Cloud to share between checks; by default each check has its own. */
  readonly cloud?: Cloud;
  /** A Chromium to share between checks; by default each check has its own. */
  readonly browsers?: Browsers;
  /** No rule begins after so many seconds, besides the lives that are waited for; by default ten minutes. */
  readonly longestSeconds?: number;
};

/** Many times what a check takes: who waits for longer has an app that answers nothing in time, and knows it by then. */
const longestCheck = 600;
/** Beyond all that one rule may wait for on a busy machine, which is over two minutes where it kills the app. */
const ruleTimeLimit = 200_000;
/** What accuses nobody, a few rules may look at again side by side; what accuses then is looked at alone. */
const undecidedAtOnce = 3;

/**
 * Drives an app through the contract.
 *
 * @throws CheckError when nothing can be judged: the app can't be reached, its command ends, an unknown rule.
 * @example
 * ```ts
 * const report = await checkApp({ callback, portal, linkSeconds: 300, sessionSeconds: 900, graceSeconds: 60, edition: "both" });
 * report.summary.fail; // 0
 * ```
 */
export async function checkApp(options: CheckOptions, tools: CheckTools = {}): Promise<Report> {
  const chosen = chooseRules(rules, options);
  const started = performance.now();
  const startedAt = new Date().toISOString();
  // Before the local Cloud takes its seconds: an address that nobody answers is said at once.
  if (options.start === undefined) await checkReachable(options);
  const cloud = tools.cloud ?? openCloud();
  const browsers = tools.browsers ?? openBrowsers();
  try {
    const world = await openWorld(options, cloud, browsers);
    try {
      const { onRule = () => undefined, longestSeconds = longestCheck } = tools;
      const limit = { started, seconds: longestSeconds + livesOf(options) };
      const reports = await runAll(world, chosen, onRule, limit);
      const seconds = (performance.now() - started) / 1000;
      return {
        app: new URL(options.callback).origin,
        startedAt,
        summary: summarize(reports, seconds),
        rules: reports,
      };
    } finally {
      await world.close();
    }
  } finally {
    if (tools.browsers === undefined) await browsers.close();
    if (tools.cloud === undefined) await cloud.close();
  }
}

/** A rule whose first look was no ground for a verdict. */
type Doubtful = { readonly rule: Rule; readonly first: Look };

/** When the check began, as `performance.now()` counts, and after how many seconds no rule begins any more. */
type Limit = { readonly started: number; readonly seconds: number };

function livesOf({ linkSeconds, sessionSeconds, graceSeconds }: CheckOptions): number {
  return linkSeconds + sessionSeconds + graceSeconds;
}

/** In milliseconds. */
function timeLeft({ started, seconds }: Limit): number {
  return started + 1000 * seconds - performance.now();
}

/** Side by side what can be, then one by one what can't: waits pass meanwhile. Reported in the order of the catalogue. */
async function runAll(
  world: World,
  chosen: readonly Rule[],
  onRule: Progress,
  limit: Limit,
): Promise<readonly RuleReport[]> {
  const manner = await seeManner(world, chosen);
  const reports = new Map<string, RuleReport>();
  const doubtful: Doubtful[] = [];
  const fallen: Fallen[] = [];
  const standing = openStanding(world);
  const sinceThen = (end: End) => downSince(end, broughtAbout(fallen)?.rule);
  const { conclude, isLetGo } = openSettling<Rule, Look>(chosen, world.editions, (rule, look, verdict) => {
    const report = reportOf(rule, { ...look, verdict }, world);
    reports.set(report.id, report);
    onRule(report, reports.size, chosen.length);
  });
  /** Unless the app ended under it for good: then by whom has to be found out first. */
  const settleAs = async (rule: Rule, look: Look) => {
    const [end] = look.ends.slice(-1);
    const why = end === undefined ? undefined : await standing.whyGone();
    if (end === undefined || why === undefined) conclude(rule, look);
    else fallen.push({ rule, look, end, why });
  };
  /** Why it ended is known when all are through who were looking at it. */
  const tellDown = (rule: Rule, why: Error) => {
    const [end, verdict] = [standing.lastEnd(), hasEnded(why)];
    const look = { verdict, trace: emptyTrace(), seconds: 0, ends: [] };
    if (end === undefined) conclude(rule, look);
    else fallen.push({ rule, look, end, why });
  };
  const beside = openBeside();
  const besideOthers = async (rule: Rule, isLookedAt: boolean, look: () => Promise<Look>): Promise<Look> => {
    const { result, isBesideRefusals } = await beside.look(rule, look);
    return { ...result, isBesideRefusals: isBesideRefusals && isLookedAt };
  };
  const run = async (rule: Rule) => {
    const left = leftOut(rule, manner, world) ?? tooLate(limit);
    const isLookedAt = left === undefined && missingNeed(rule, world.options) === undefined;
    const why = isLookedAt ? await standing.needed().catch((error: Error) => error) : undefined;
    if (why !== undefined) return tellDown(rule, why);
    const look =
      left === undefined
        ? await besideOthers(rule, isLookedAt, () => lookAt(rule, world, standing, limit))
        : notLooked(rule, left, manner);
    // Their work would pile up before that of the rules to come.
    if (manner.hard) await Promise.all(look.trace.tenants.map((tenant) => uninstall(world, tenant)));
    const isGone = look.ends.length > 0 && (await standing.whyGone()) !== undefined;
    if (!isGone && isDoubtful(rule, look)) doubtful.push({ rule, first: look });
    else await settleAs(rule, look);
  };
  await runLanes(world, chosen, manner, run);
  // What was started again after all is looked at again.
  if (fallen.length > 0 && (await standing.whyGone()) === undefined)
    doubtful.push(...fallen.splice(0).map(({ rule, look }) => ({ rule, first: look })));
  if (doubtful.length > 0) {
    const calm = world.afresh();
    const answers = await answersBefore(limit, calm);
    const showsPages =
      answers &&
      doubtful.some(({ first }) => isLeftForPages(first)) &&
      (await answersPageBefore(limit, calm));
    const answersNow = (first: Look) => (isLeftForPages(first) ? showsPages : answers);
    // What stands on another is looked at after that, which may let it go without a second look.
    const depth = ({ rule }: Doubtful) => groundsOf(rule).length;
    const accusedBeside: Doubtful[] = [];
    const lookAgain = async ({ rule, first }: Doubtful, calm: World, isAlone = true) => {
      const end = (await standing.whyGone()) === undefined ? undefined : standing.lastEnd();
      const again =
        !isLetGo(rule, first.verdict) &&
        (answersNow(first) ||
          first.verdict.ground === "missed" ||
          first.ends.length > 0 ||
          first.isBesideRefusals === true);
      if (end !== undefined) conclude(rule, { ...first, verdict: letGo(first, sinceThen(end)) });
      else if (again && timeLeft(limit) <= 0) conclude(rule, { ...first, verdict: undecided(first, limit) });
      else if (again) {
        const second = await lookAt(rule, calm, standing, limit);
        if (!isAlone && second.verdict.verdict !== "not_tested" && isDoubtful(rule, second))
          accusedBeside.push({ rule, first });
        else await settleAs(rule, twice(first, second, isAlone));
      } else conclude(rule, first);
    };
    const sorted = doubtful.toSorted((left, right) => depth(left) - depth(right));
    const [undecidedOnes, alone] = parted(sorted, ({ rule, first }) =>
      accusesNobody(rule, first, manner.sideBySide),
    );
    await several(alone, 1, (one) => lookAgain(one, calm));
    await several(undecidedOnes, undecidedAtOnce, (one) => lookAgain(one, calm, false));
    const calmer = world.afresh();
    await several(accusedBeside, 1, (one) => lookAgain(one, calmer));
  }
  await Promise.all(lastOnes(chosen).map(run));
  const culprit = broughtAbout(fallen);
  for (const one of fallen)
    conclude(one.rule, {
      ...one.look,
      verdict: one === culprit ? endedForGood(one) : letGo(one.look, sinceThen(one.end)),
    });
  await checkStanding(world, standing, [...reports.values()]);
  return chosen.map(({ id }) => reports.get(id)).filter((report) => report !== undefined);
}

/** An app that is slow with everything would take hours. */
function tooLate(limit: Limit): Verdict | undefined {
  if (timeLeft(limit) > 0) return undefined;
  return notTested(
    `The check had taken ${limit.seconds} s before it was this rule's turn, after which none begins.`,
    "It needs an app that answers sooner, or a run of its own with --only.",
  );
}

function undecided({ verdict }: Look, { seconds }: Limit): Verdict {
  return notTested(
    `A first look, beside other rules, was no ground for a verdict, and the check had taken ${seconds} s before it could be looked at again. ${verdict.evidence}`,
    "It needs an app that answers sooner, or a run of its own with --only.",
  );
}

async function lookAt(rule: Rule, world: World, standing: Standing, limit: Limit): Promise<Look> {
  const started = performance.now();
  const known = standing.ended();
  const { result, trace } = await withTrace(() => judge(rule, world, timeLeft(limit)));
  const seconds = (performance.now() - started) / 1000;
  return { verdict: result, trace, seconds, ends: await standing.endsSince(known, trace) };
}

/** Whether the app answers in time when nobody else asks it anything: where not, it is slow and not the machine. */
async function answersInTime(world: World): Promise<boolean> {
  await world.process?.revive().catch(() => undefined);
  const tenant = world.tenant();
  const isInTime = ({ milliseconds }: Answer) => milliseconds <= longestAnswer;
  if (!isInTime(await install(world, tenant))) return false;
  const launched = await launchAnswer(world, tenant);
  await uninstall(world, tenant);
  return isInTime(launched);
}

/** The same, as far as the check has time left, which may be a moment: nobody waits for an answer beyond that. */
async function answersBefore(limit: Limit, world: World): Promise<boolean> {
  const left = timeLeft(limit);
  return left > 0 && (await within(left, answersInTime(world))) === true;
}

/** Whether a page answers now, where none did at the beginning. */
async function answersPageBefore(limit: Limit, world: World): Promise<boolean> {
  const left = timeLeft(limit);
  return left > 0 && (await within(left, answersNoPage(world))) === false;
}

function keysOf({ tenants }: World): readonly string[] {
  return tenants.map(({ key }) => key);
}

type Judged = Omit<Look, "verdict"> & { readonly verdict: Settled };

function reportOf(rule: Rule, { verdict: result, trace, seconds }: Judged, world: World): RuleReport {
  const keys = keysOf(world);
  const mask = (text: string) => maskSecrets(text, keys);
  return {
    id: rule.id,
    title: rule.title,
    section: rule.section,
    severity: rule.severity,
    verdict: result.verdict,
    evidence: mask(result.evidence),
    fix: rule.fix,
    seconds: Math.round(seconds * 10) / 10,
    holdsTo: rule.holdsTo,
    how: rule.how,
    standsOn: (rule.standsOn ?? []).map(({ id }) => id),
    ...(result.mendFirst === undefined ? {} : { mendFirst: result.mendFirst }),
    exchanges: trace.lines.map(mask),
    pictures: trace.pictures,
  };
}

function hasEnded(why: Error): Verdict {
  return notTested(`The app has ended. ${sentenceOf(why)}`, "It needs an app that starts again.");
}

/** A verdict whatever happens; a rule that ends with no ground to stand on says so. */
async function judge(rule: Rule, world: World, left: number): Promise<Verdict> {
  const missing = missingNeed(rule, world.options);
  if (missing !== undefined) return missing;
  const waits = rule.needs?.includes("waiting") === true;
  const limit = Math.min(Math.max(0, left), ruleTimeLimit + (waits ? 1000 * livesOf(world.options) : 0));
  const ended = new AbortController();
  try {
    const late = pause(limit, ended.signal).then(() =>
      notTested(
        `The rule was not through after ${Math.round(limit / 1000)} s.`,
        "It needs an app that answers sooner.",
        "missed",
      ),
    );
    return await Promise.race([rule.check(world), late]);
  } catch (error) {
    if (error instanceof NotTested || error instanceof Found) return verdictOfThrown(error, world.options);
    if (error instanceof EndedError) return hasEnded(error);
    const what = error instanceof Error ? error.message : String(error);
    return notTested(
      `The rule could not be carried through: ${what}.`,
      "Run it alone with --only to see whether it comes back.",
      "missed",
    );
  } finally {
    ended.abort();
  }
}
