/** Which rules run side by side, which one by one, and in what order: as the app's own manner of working allows. */
import { notTested, type Verdict } from "../evidence/index.ts";
import {
  answersEvents,
  answersNoPage,
  endsOthers,
  isPressed,
  type Pace,
  type Rule,
  seeFirstCall,
  worksHard,
  worksSideBySide,
} from "../rules/index.ts";
import type { World } from "../world/index.ts";
import { missingNeed } from "./choosing.ts";

/** Rules that run at the same time; those that wait come on top. */
const side = 4;
/** Pages are waited for more than they are worked on. */
const pagesAtOnce = 3;
/** Rules that watch the work of an app which does much of it for each tenant, but for several side by side. */
const hardWorkAtOnce = 5;
/** The same where each of them opens a page and presses. */
const pressedAtOnce = 3;

/** So few rules have an end soon enough. */
const mostOfMute = 4;
/** What is judged by an event that is not answered, or without any. */
const judgesSilence: ReadonlySet<string> = new Set([
  "install-accepted",
  "uninstall-accepted",
  "urls-https",
  "manifest-scopes",
]);

/** How an app works, as far as it says which rules may run beside each other. */
export type Manner = {
  /** It answers no event at all, each of which would be waited for in vain. */
  readonly mute: boolean;
  /** Its page answers nothing, which every rule that opens one would wait for in vain. */
  readonly silent: boolean;
  /** An uninstall ends more than it names: one rule's would end what another looks through. */
  readonly interferes: boolean;
  /** Each install brings about much work. */
  readonly hard: boolean;
  /** It works for one tenant while its calls for others hang. */
  readonly sideBySide: boolean;
};

/** Asked before any rule runs, and no more than the rules that can run need to know. */
export async function seeManner(world: World, chosen: readonly Rule[]): Promise<Manner> {
  const ready = chosen.filter((rule) => isReady(rule, world));
  // Chromium takes its seconds too; whoever needs it hears where there is none.
  if (ready.some(({ needs }) => needs?.includes("browser") === true))
    void world.browser().catch(() => undefined);
  const watchesWork = ready.some((rule) => rule.pace !== undefined && isStartNeeded(rule));
  // Before any other install, whose work might come before this one's; the Cloud takes its seconds meanwhile.
  if (watchesWork) await seeFirstCall(world).catch(() => undefined);
  // An app of ours calls this Cloud from now on, so there has to be one.
  if (world.process !== undefined) await world.cloud.ready;
  const mute = ready.length > mostOfMute && !(await answersEvents(world));
  if (mute) return { mute, silent: false, interferes: false, hard: false, sideBySide: false };
  const silent = ready.length > mostOfMute && (await answersNoPage(world).catch(() => false));
  const interferes = ready.length > 1 && (await endsOthers(world).catch(() => false));
  // Seen before anything else goes on: what an install ordinarily brings about is the measure of many rules.
  const hard = watchesWork && (await worksHard(world).catch(() => false));
  if (hard && world.options.fast === true) return { mute, silent, interferes, hard, sideBySide: false };
  // Its tenants would end each other's, and the rules run one by one whatever it says.
  const sideBySide = watchesWork && !interferes && (await worksSideBySide(world).catch(() => false));
  return { mute, silent, interferes, hard, sideBySide };
}

/** Why a rule is not even tried, given how the app works: much work for each install takes longer than a quick check may. */
export function leftOut(rule: Rule, { mute, silent, hard }: Manner, { options }: World): Verdict | undefined {
  const { id, pace, hangs } = rule;
  if (mute && !judgesSilence.has(id))
    return notTested("The app answers no event at all.", "Mend that first; see the rule install-accepted.");
  if (silent && opensPage(rule))
    return notTested("The app's page never answers.", "Mend that first; see the rule portal-accepted.");
  if (options.fast !== true || !hard || pace !== "work" || hangs === true) return undefined;
  return notTested(
    "Each install of this app brings about much work, which this rule watches: it was left out by --fast.",
    "Run without --fast.",
  );
}

/** Runs all rules but the last ones. Where one uninstall ends others, one by one; else waits pass side by side. */
export async function runLanes(
  world: World,
  chosen: readonly Rule[],
  manner: Manner,
  run: (rule: Rule) => Promise<void>,
): Promise<void> {
  if (manner.interferes)
    return inTurn(
      chosen.filter(({ pace }) => pace !== "last"),
      run,
    );
  for (const rule of chosen.filter((one) => isReady(one, world))) rule.prepare?.(world);
  const lane = (name: Lane) => chosen.filter((rule) => laneOf(rule) === name);
  const { hard, sideBySide } = manner;
  const atOnce = workAtOnce(world, manner);
  const worked = inWork(lane("work"), atOnce, run);
  // Few tenants and long waits: they pass while the work of a hard worker is watched, and hold up little of it.
  const [hanging, waiting] = parted(lane("waiting"), ({ hangs }) => hangs === true && !sideBySide);
  // Where one tenant's work has to wait for all others', its page shows nothing meanwhile that calls would be made for.
  const [patient, afterWork] = parted(waiting, (rule) => !(hard && !sideBySide && isStartNeeded(rule)));
  const waited = Promise.all(patient.map(run));
  if (hard && !sideBySide) await worked;
  const looked = several(lane("browser"), pagesAtOnce, run);
  const asked = worked.then(() => Promise.all(afterWork.map(run)));
  // Hundreds of installs, each with much work: nothing else would get done beside them.
  if (hard) await Promise.all([worked, looked]);
  const together = several(longFirst(lane("together")), side, run);
  // Single keys are refused by what waits and what watches work: many at a time would be taken for a fault on the way.
  await Promise.all([waited, asked, worked, looked]);
  await Promise.all([together, inTurn(lane("refusing"), run)]);
  // Nothing would get done for anybody else meanwhile.
  await inTurn(hanging, run);
  await inTurn(lane("alone"), run);
}

/** What was looked at when all else was done. */
export function lastOnes(chosen: readonly Rule[]): readonly Rule[] {
  return chosen.filter((rule) => laneOf(rule) === "last");
}

type Run = (rule: Rule) => Promise<void>;

/** What holds up the work of the app comes before what only watches it, and what takes long before what does not. */
async function inWork(rules: readonly Rule[], atOnce: number, run: Run): Promise<void> {
  const [hanging, others] = parted(rules, ({ hangs }) => hangs === true);
  await inTurn(hanging, run);
  await several(longFirst(others), Math.min(atOnce, others.length), run);
}

function longFirst(rules: readonly Rule[]): readonly Rule[] {
  return parted(rules, ({ isLong }) => isLong === true).flat();
}

/** How many rules may watch the app's work side by side. */
function workAtOnce(world: World, { hard, sideBySide }: Manner): number {
  if (!sideBySide) return 1;
  if (hard) return hardWorkAtOnce;
  return isPressed(world) ? pressedAtOnce : Number.POSITIVE_INFINITY;
}

/** Runs something for all of them in their order, so many at a time. */
export async function several<Item extends object>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
    }),
  );
}

/** Those for which it holds, and the others, each in their order. */
export function parted<Item>(
  items: readonly Item[],
  holds: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))];
}

/** Whether a rule says nothing where no page of the app answers. */
export function opensPage({ needs, opensPage }: Pick<Rule, "needs" | "opensPage">): boolean {
  return opensPage ?? needs?.includes("browser") === true;
}

function isStartNeeded({ needs }: Rule): boolean {
  return needs?.includes("start") === true;
}

function inTurn(rules: readonly Rule[], run: Run): Promise<void> {
  return several(rules, 1, run);
}

function isReady(rule: Rule, world: World): boolean {
  return missingNeed(rule, world.options) === undefined;
}

type Lane = Pace | "waiting" | "browser";

/** Waits pass side by side; a few pages at a time, since they share the machine's cores. */
function laneOf(rule: Rule): Lane {
  if (rule.pace !== undefined) return rule.pace;
  if (rule.needs?.includes("waiting") === true) return "waiting";
  return rule.needs?.includes("browser") === true ? "browser" : "together";
}
