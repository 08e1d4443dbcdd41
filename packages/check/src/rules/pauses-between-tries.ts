import { type CloudCall, fail, missed, NotTested, pass, seen, type Verdict } from "../evidence/index.ts";
import { type Fault, install, pause, uninstall, until, type World } from "../world/index.ts";
import { seeBrokenDay } from "./parts/error-pages.ts";
import { effectOf, stir } from "./parts/watching.ts";
import { defineRule } from "./rule.ts";

/** So long the instance is away, in milliseconds, and longer while what is tried is not told from what goes on without end. */
const away = 3000;
const longestAway = 9000;
/** Who pauses at all comes nowhere near; who doesn't makes hundreds. */
const most = 25;
const second = 1000;
/** With fewer tries than this it can't be told from their pauses whether those grow, and with so few nobody need ask. */
const fewestSteady = 10;
const fewestDoubtful = 5;
/** The same pause, but for what a busy machine adds: how far on average its lengths are from the middle, as a part of that. */
const scatter = 0.4;
/** Pauses that grow at all have grown by more than this from the first half of so many tries to the second. */
const growth = 1.2;
/** So long after a call failed nothing may come again before that says something. */
const leastWatched = 1000;

/** What was asked while Cloud failed, and until when that was watched. */
export type Trouble = { readonly calls: readonly CloudCall[]; readonly until: number };

export default defineRule({
  id: "pauses-between-tries",
  title: "A call that fails is not made again and again without a pause",
  section: "8",
  holdsTo:
    "Instance stopped or unreachable: 503 instance_unavailable, Retry-After. Calls stop after a few tries.",
  severity: "serious",
  how: "After an install, and while a page is opened in Chromium where that may be, the instance is away, something in between answers 401, Cloud answers 422, or 500 for some seconds, longer where the pauses between the tries of one call do not grow until they are many; it is counted how often the very same call came within one second, and measured whether the pauses between its tries grow.",
  fix: "Put a pause before each further try, let it grow, and take Retry-After for the least of it. A loop without one takes the whole rate limit of its workspace and keeps a ledger down that is just coming back.",
  needs: ["start"],
  pace: "work",
  observe: async (world) => ({
    troubles: await Promise.all(troubles.map((fault) => duringTrouble(world, fault))),
    page: await whileBroken(world),
  }),
  judge: ({ troubles, page }) => judgeTries(troubles, page),
});

/**
 * Fails on a call that surely came in a loop, since nobody else asks so often, and on one that came again and again after
 * the same short pause until Cloud answered. What a page asks may come from more than one place in it, and is only counted.
 */
export function judgeTries(troubles: readonly Trouble[], page: readonly CloudCall[] = []): Verdict {
  const failed = [...troubles.map(({ calls }) => calls), page].map((calls) => calls.filter(isFailed));
  if (failed.every(({ length }) => length === 0))
    throw new NotTested(
      "The app asked nothing of Cloud while it failed.",
      "It needs an app that calls Cloud after an install or while its page opens.",
      "missed",
    );
  const [worst] = failed.flatMap(repeats).toSorted((left, right) => right.times - left.times);
  if (worst !== undefined && worst.times > most)
    return seen(
      fail(
        `While Cloud answered ${worst.call.status} the app made ${nameOf(worst.call)} ${worst.times} times within a second.`,
      ),
    );
  const tries = troubles.flatMap(triesIn);
  const steady = tries.find(isSteady);
  if (steady !== undefined)
    return missed(
      fail(
        `While Cloud answered ${steady.call.status} the app made ${nameOf(steady.call)} ${steady.pauses.length + 1} times, until Cloud was there again, and its pauses did not grow: ${milliseconds(halves(steady)[0])} on average at first, ${milliseconds(halves(steady)[1])} in the end.`,
      ),
    );
  const doubtful = tries.find(isDoubtful);
  if (doubtful !== undefined)
    throw new NotTested(
      `While Cloud answered ${doubtful.call.status} the app made ${nameOf(doubtful.call)} ${doubtful.pauses.length + 1} times, until Cloud was there again: too few, or after pauses too uneven, to say that these don't grow.`,
      "It needs a machine with less to do; look whether the pauses between its tries grow.",
      "missed",
    );
  const again = tries.filter(({ pauses }) => pauses.length > 0);
  if (again.length === 0 && tries.every(({ watched }) => watched < leastWatched))
    throw new NotTested(
      "What failed was asked just before Cloud was there again, so that nothing is known of further tries.",
      "It needs an app that calls Cloud soon after an install.",
      "missed",
    );
  const shortest = Math.min(...again.flatMap(({ pauses }) => pauses));
  return pass(
    again.length === 0
      ? "No call that failed was made again while Cloud failed."
      : `At most ${worst?.times ?? 0} of the same call within a second while Cloud failed; the shortest pause before a further try was ${milliseconds(shortest)}.`,
  );
}

function nameOf({ method, path }: CloudCall): string {
  return `the same call, ${method} ${path.split("?")[0]},`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

/** The tries of one call: the pauses from each answer to the next try, and how long it was watched after the last. */
type Tries = { readonly call: CloudCall; readonly pauses: readonly number[]; readonly watched: number };

function triesIn({ calls, until }: Trouble): readonly Tries[] {
  const same = Map.groupBy(
    calls.filter((call) => isFailed(call) && call.at < until),
    ({ method, path, body }) => `${method} ${path} ${body}`,
  );
  return [...same.values()].map((those) => {
    const sorted = those.toSorted((left, right) => left.at - right.at);
    const pauses = sorted
      .slice(1)
      .map(({ at }, place) => Math.max(0, at - endOf(sorted[place] as CloudCall)));
    return { call: sorted[0] as CloudCall, pauses, watched: until - endOf(sorted.at(-1) as CloudCall) };
  });
}

function endOf({ at, endedAt }: CloudCall): number {
  return endedAt ?? at;
}

/** Tried without end: so often that growing pauses would show, after pauses of one length, and still tried when Cloud came back. */
function isSteady(tries: Tries): boolean {
  return tries.pauses.length + 1 >= fewestSteady && goesOn(tries) && isEven(tries);
}

/** As if without end, but not seen often enough to be sure, or after pauses of any length. */
function isDoubtful(tries: Tries): boolean {
  return tries.pauses.length + 1 >= fewestDoubtful && goesOn(tries) && !isSteady(tries);
}

/** Whether its pauses don't grow, and it was still tried in the end. */
function goesOn(tries: Tries): boolean {
  const [early, late] = halves(tries);
  return late < growth * early && tries.watched < 3 * late;
}

function isEven({ pauses }: Tries): boolean {
  const middle = average(pauses);
  return average(pauses.map((one) => Math.abs(one - middle))) <= scatter * middle;
}

/** The average pause in the first half of the tries and in the second. */
function halves({ pauses }: Tries): readonly [early: number, late: number] {
  const half = Math.floor(pauses.length / 2);
  return [average(pauses.slice(0, half)), average(pauses.slice(-half))];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function isFailed({ status }: CloudCall): boolean {
  return status !== null && status >= 400;
}

/** How often each call came within the second in which it came most. */
function repeats(calls: readonly CloudCall[]) {
  const same = Map.groupBy(calls, effectOf);
  return [...same.values()].map((those) => ({ call: those[0] as CloudCall, times: mostInASecond(those) }));
}

function mostInASecond(calls: readonly CloudCall[]): number {
  const times = calls.map(({ at }) => at).toSorted((left, right) => left - right);
  let from = 0;
  let mostSoFar = 0;
  for (const [place, at] of times.entries()) {
    while (at - (times[from] ?? at) >= second) from += 1;
    mostSoFar = Math.max(mostSoFar, place - from + 1);
  }
  return mostSoFar;
}

/** What work in the background meets: only time helps, or, where Cloud can't take what is sent, nothing. */
const troubles = [
  { fault: "instance-stopped" },
  { fault: "gateway-401" },
  { fault: "gateway-status", status: 422 },
] as const satisfies readonly Fault[];

async function duringTrouble(world: World, fault: Fault): Promise<Trouble> {
  const tenant = world.tenant();
  const clear = await world.front.meets(tenant, fault);
  await install(world, tenant);
  await stir(world, tenant);
  await pause(away);
  const trouble = () => ({ calls: tenant.calls, until: world.front.now() });
  await until(() => !triesIn(trouble()).some(isTooEarly), longestAway - away);
  const seen = trouble();
  await clear();
  await uninstall(world, tenant);
  return seen;
}

/** Whether it would be many tries soon, so that there is something to say then. */
function isTooEarly(tries: Tries): boolean {
  return isDoubtful(tries) && tries.pauses.length + 1 < fewestSteady;
}

/** What a page makes the app ask, where one may be opened. */
async function whileBroken(world: World): Promise<readonly CloudCall[]> {
  if (world.options.fast === true) return [];
  try {
    return (await seeBrokenDay(world)).tenant.calls;
  } catch (error) {
    if (error instanceof NotTested) return [];
    throw error;
  }
}
