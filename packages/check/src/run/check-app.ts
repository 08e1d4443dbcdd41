/** One whole check. */
import {
  maskSecrets,
  NotTested,
  notTested,
  type Report,
  type RuleReport,
  summarize,
  type Verdict,
} from "../evidence/index.ts";
import { type Pace, type Rule, rules, worksHard, worksSideBySide } from "../rules/index.ts";
import {
  type Browsers,
  type CheckOptions,
  type Cloud,
  checkReachable,
  openBrowsers,
  openCloud,
  openWorld,
  pause,
  type Tenant,
  uninstall,
  type World,
  withTrace,
} from "../world/index.ts";
import { chooseRules, missingNeed } from "./choosing.ts";

/** Told as each rule ends. */
export type Progress = (rule: RuleReport, done: number, all: number) => void;

export type CheckTools = {
  readonly onRule?: Progress;
  /** A local Cloud to share between checks; by default each check has its own. */
  readonly cloud?: Cloud;
  /** A Chromium to share between checks; by default each check has its own. */
  readonly browsers?: Browsers;
};

/** Rules that run at the same time; those that wait come on top. */
const side = 4;
/** Pages are waited for more than they are worked on. */
const pagesAtOnce = 3;
const ruleTimeLimit = 120_000;

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
      const reports = await runAll(world, chosen, tools.onRule ?? (() => undefined));
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

/** Side by side what can be, then one by one what can't: waits pass meanwhile. Reported in the order of the catalogue. */
async function runAll(
  world: World,
  chosen: readonly Rule[],
  onRule: Progress,
): Promise<readonly RuleReport[]> {
  const reports = new Map<string, RuleReport>();
  const run = async (rule: Rule) => {
    const { report, tenants } = await runRule(rule, world);
    // Their work would pile up before that of the rules to come.
    if (hard) await Promise.all(tenants.map((tenant) => uninstall(world, tenant)));
    reports.set(rule.id, report);
    onRule(report, reports.size, chosen.length);
  };
  const lane = (name: Lane) => chosen.filter((rule) => laneOf(rule) === name);
  const inTurn = async (queue: Rule[]) => {
    for (let rule = queue.shift(); rule !== undefined; rule = queue.shift()) await run(rule);
  };
  const ready = chosen.filter((rule) => missingNeed(rule, world.options) === undefined);
  // Seen before anything else goes on: what an install ordinarily brings about is the measure of many rules.
  const watchesWork = ready.some(
    ({ pace, needs }) => pace !== undefined && needs?.includes("start") === true,
  );
  const hard = watchesWork && (await worksHard(world).catch(() => false));
  const sideBySide = watchesWork && !hard && (await worksSideBySide(world).catch(() => false));
  for (const rule of ready) rule.prepare?.(world);
  const several = (rules: Rule[], atOnce: number) =>
    Promise.all(Array.from({ length: atOnce }, () => inTurn(rules)));
  const work = lane("work");
  const inWork = async () => {
    await inTurn(work.filter(({ hangs }) => hangs === true));
    await several(
      work.filter(({ hangs }) => hangs !== true),
      sideBySide ? work.length : 1,
    );
  };
  if (hard) await inWork();
  await Promise.all([
    ...lane("waiting").map(run),
    hard ? undefined : inWork(),
    several(lane("browser"), pagesAtOnce),
    several(lane("together"), side),
  ]);
  await inTurn(lane("alone"));
  await Promise.all(lane("last").map(run));
  return chosen.map(({ id }) => reports.get(id)).filter((report) => report !== undefined);
}

type Lane = Pace | "waiting" | "browser";

/** Waits pass side by side; a few pages at a time, since they share the machine's cores. */
function laneOf(rule: Rule): Lane {
  if (rule.pace !== undefined) return rule.pace;
  if (rule.needs?.includes("waiting") === true) return "waiting";
  return rule.needs?.includes("browser") === true ? "browser" : "together";
}

/** A rule's report, and the tenants that were made for it alone. */
async function runRule(
  rule: Rule,
  world: World,
): Promise<{ readonly report: RuleReport; readonly tenants: readonly Tenant[] }> {
  const started = performance.now();
  const { result, trace } = await withTrace(() => judge(rule, world));
  const secrets = world.tenants.map(({ key }) => key);
  const mask = (text: string) => maskSecrets(text, secrets);
  const report = {
    id: rule.id,
    title: rule.title,
    section: rule.section,
    severity: rule.severity,
    verdict: result.verdict,
    evidence: mask(result.evidence),
    fix: rule.fix,
    seconds: Math.round((performance.now() - started) / 100) / 10,
    holdsTo: rule.holdsTo,
    how: rule.how,
    exchanges: trace.lines.map(mask),
    pictures: trace.pictures,
  };
  return { report, tenants: trace.tenants };
}

/** A verdict whatever happens; a rule that ends with no ground to stand on says so. */
async function judge(rule: Rule, world: World): Promise<Verdict> {
  const missing = missingNeed(rule, world.options);
  if (missing !== undefined) return missing;
  const waits = rule.needs?.includes("waiting") === true;
  const { linkSeconds, sessionSeconds, graceSeconds } = world.options;
  const limit = ruleTimeLimit + (waits ? 1000 * (linkSeconds + sessionSeconds + graceSeconds) : 0);
  const ended = new AbortController();
  try {
    const late = pause(limit, ended.signal).then(() =>
      notTested(
        `The rule was not through after ${Math.round(limit / 1000)} s.`,
        "It needs an app that answers sooner.",
      ),
    );
    return await Promise.race([rule.check(world), late]);
  } catch (error) {
    if (error instanceof NotTested) return error.verdict;
    const what = error instanceof Error ? error.message : String(error);
    return notTested(
      `The rule could not be carried through: ${what}.`,
      "Run it alone with --only to see whether it comes back.",
    );
  } finally {
    ended.abort();
  }
}
