import {
  type CloudCall,
  fail,
  missed,
  NotTested,
  pass,
  standingOn,
  type Verdict,
  warning,
} from "../evidence/index.ts";
import { pause, uninstall, until, type World } from "../world/index.ts";
import { beginWork, neverTaken } from "./parts/beginning.ts";
import { effectOf, writesOf } from "./parts/watching.ts";
import { behindThePage, ordinaryCalls } from "./parts/work.ts";
import { defineRule } from "./rule.ts";
import workAfterAnswer from "./work-after-answer.ts";

const told = 3;
/** Pauses between tries may grow up to a minute. */
const longest = 70_000;
/** Another call may have been on its way, or waiting for a free connection, when the answer came. In milliseconds. */
const underWay = 500;

export default defineRule({
  id: "waits-as-told",
  title: "The app waits as long as Retry-After says",
  section: "8",
  holdsTo: "Over the rate limit: 429 rate_limited, Retry-After.",
  severity: "serious",
  how: "The first call of the work after an install is answered 429 with Retry-After: 3; no call of that tenant may come sooner: the same one again, with the same body, is a failure, another one a warning.",
  fix: "Read Retry-After as seconds and let no call of that installation go out before it is over.",
  standsOn: [workAfterAnswer],
  needs: ["start"],
  pace: "work",
  observe: (world) => seeWaiting(world),
  judge: judgeWaiting,
});

/** What comes after a first call that is told to wait; `dated` tells it so by a date. */
export async function seeWaiting(world: World, manner?: "dated"): Promise<Seen> {
  const ordinary = behindThePage(await ordinaryCalls(world));
  const tenant = world.tenant();
  const { clear, known, isTaken } = await beginWork(world, tenant, async () => {
    const clearDay = await world.front.meets(tenant, {
      fault: "gateway-rate-limited",
      times: 1,
      retry_after: told,
    });
    const clearWeather = world.front.weather(tenant, () => manner);
    return async () => {
      clearWeather();
      await clearDay();
    };
  });
  const told429 = () => tenant.calls.find(({ status, heard }) => status === 429 && heard);
  const afterwards = () => callsAfter(tenant.calls, told429());
  await until(() => afterwards().length > 0, longest);
  // What comes first may be another call, and the same one again too soon after that.
  const over = (told429()?.endedAt ?? 0) + told * 1000 - world.front.now();
  await pause(Math.max(200, Math.min(over, told * 1000)));
  await clear();
  const first = told429();
  const calls = [...afterwards()];
  await uninstall(world, tenant);
  const isDone = ordinary.writes > 0 && written(tenant.calls.slice(known)) >= ordinary.writes;
  return { first, calls, ordinary: ordinary.calls.length, isTaken: isTaken(), isDone };
}

export type Seen = {
  /** The call that was told to wait. */
  readonly first: CloudCall | undefined;
  /** What came after that. */
  readonly calls: readonly CloudCall[];
  /** How many calls an install brings about that nobody tells to wait. */
  readonly ordinary: number;
  /** Whether the app said yes to what begins its work. */
  readonly isTaken: boolean;
  /** Whether all was written all the same: what was told to wait was asked beside the work, as by the page it was begun on. */
  readonly isDone?: boolean;
};

/** The same is the same request with the same body: another one of its path may have been on its way. */
export function judgeWaiting({ first, calls, ordinary, isTaken, isDone }: Seen): Verdict {
  if (first === undefined)
    throw new NotTested(
      "No call of the app surely heard that it has to wait.",
      "It needs an app that works in the background, and a machine that is less busy.",
      "missed",
    );
  const [next] = calls;
  if (next === undefined && ordinary < 2)
    throw new NotTested(
      "After one 429 no call came, but an ordinary install brings about no more than one.",
      "It needs an app whose work is more than one call.",
    );
  if (next === undefined && isDone === true)
    throw new NotTested(
      "The call that was told to wait was one beside the work, which was done meanwhile: nothing was left to be asked.",
      "It needs an app whose work asks one thing after another.",
      "missed",
    );
  // Whoever pressed was told that it came to nothing.
  if (next === undefined && !isTaken) throw neverTaken();
  if (next === undefined)
    return missed(fail(`After one 429 nothing more came within ${longest / 1000} s: the work was given up.`));
  const tooSoon = calls.filter((call) => waited(first, call) < told - 0.2);
  const again = tooSoon.find((call) => effectOf(call) === effectOf(first));
  if (again !== undefined) {
    const verdict = fail(
      `Told to wait ${told} s, the app asked again after ${waited(first, again).toFixed(1)} s.`,
    );
    return standingOn([], missed(verdict));
  }
  const other = tooSoon.find((call) => waited(first, call) > underWay / 1000);
  if (other !== undefined) {
    const verdict = warning(
      `Told to wait ${told} s, the app did not ask the same again, but went on with ${other.method} ${pathOf(other)} after ${waited(first, other).toFixed(1)} s: the limit is of the key, whatever is asked with it.`,
    );
    return standingOn([], missed(verdict));
  }
  const waiting = calls.find((call) => !tooSoon.includes(call)) ?? next;
  return pass(`The next call came after ${waited(first, waiting).toFixed(1)} s.`);
}

/** A call that was under way already when the answer came could not know. */
function callsAfter(calls: readonly CloudCall[], first: CloudCall | undefined): readonly CloudCall[] {
  return calls.filter(({ at }) => at >= (first?.endedAt ?? Number.POSITIVE_INFINITY));
}

/** How many writes the ledger took. */
function written(calls: readonly CloudCall[]): number {
  return writesOf({ calls }).filter(({ status }) => status !== null && status < 300).length;
}

/** In seconds. */
function waited(first: CloudCall, next: CloudCall): number {
  return (next.at - (first.endedAt ?? first.at)) / 1000;
}

function pathOf({ path }: CloudCall): string {
  return path.split("?")[0] ?? "";
}
