/** Watching what an app asks of Cloud, and giving it occasion to. */
import type { CloudCall } from "../../evidence/index.ts";
import {
  enter,
  launchAnswer,
  pause,
  portalUrlIn,
  send,
  type Tenant,
  until,
  type World,
} from "../../world/index.ts";

/**
 * At rest: so long without a call. Longer where none has come yet, for queues that are looked at now and then, and
 * for as long as it is not known how long this app pauses between two steps.
 */
const quietMilliseconds = { least: 700, most: 5000 };
const unknownMilliseconds = 2500;
/** Pauses are not of one length. */
const allowance = 3;
const longestWork = 15_000;

/** Whether a call changes something. The Filters API and Core's searches are POSTs that only read. */
export function isWrite(call: CloudCall): boolean {
  if (call.method === "GET" || call.method === "HEAD") return false;
  return !/\/filter(\?|$)/.test(call.path);
}

/** Those of these calls that are writes which Cloud carried out. */
export function writesOf({ calls }: { readonly calls: readonly CloudCall[] }): readonly CloudCall[] {
  return calls.filter((call) => isWrite(call) && (call.status ?? 500) < 300);
}

/** What a write does, whatever its random parts: method, path without query, and body. */
export function effectOf(call: CloudCall): string {
  return `${call.method} ${call.path.split("?")[0] ?? ""} ${call.body}`;
}

/**
 * How often a page that is opened again has made the app ask Cloud what it asked when the page was opened before. What
 * else comes meanwhile is work of the app's own, which on a busy machine comes late.
 */
export function askedAgain(before: readonly CloudCall[], again: readonly CloudCall[]): number {
  const ofPage = new Set(before.map(questionOf));
  return again.filter((call) => ofPage.has(questionOf(call))).length;
}

function questionOf({ method, path }: CloudCall): string {
  return `${method} ${path.split("?")[0] ?? ""}`;
}

/** Apps that were seen to ask nothing of Cloud after an install. */
const idle = new WeakSet<World>();
/** How long each app is at rest when it is at rest, as its first work showed. */
const rests = new WeakMap<World, number>();

/** Takes the measure of an app's pauses from its first work; without any there is no first call to wait for. */
export function learnRest(world: World, tenant: Tenant | undefined): void {
  if (tenant === undefined) idle.add(world);
  const pauses = (tenant?.calls ?? [])
    .slice(1)
    .map(({ at }, place) => at - (tenant?.calls[place]?.endedAt ?? at));
  const longest = allowance * Math.max(0, ...pauses);
  rests.set(world, Math.min(quietMilliseconds.most, Math.max(quietMilliseconds.least, longest)));
}

/** Until the app has asked nothing for a moment with this tenant's key. @returns whether it came to rest. */
export async function quiet(world: World, tenant: Tenant, longest = longestWork): Promise<boolean> {
  await world.cloud.ready;
  const rest = rests.get(world) ?? unknownMilliseconds;
  const first = idle.has(world) ? rest : Math.max(rest, unknownMilliseconds);
  let seen = -1;
  let changed = performance.now();
  return until(() => {
    const open = tenant.calls.some((call) => call.endedAt === null);
    if (open || tenant.calls.length !== seen) {
      seen = tenant.calls.length;
      changed = performance.now();
    }
    return performance.now() - changed > (seen === 0 ? first : rest);
  }, longest);
}

/**
 * Until Cloud answers a tenant's calls at once, where the app calls the checker's: an app may ask Cloud of an event before
 * it answers that, and the local Cloud takes its time for the first call of an installation.
 */
export async function answersFor(world: World, tenant: Tenant): Promise<void> {
  // Where the local Cloud is too busy to give one, the first call finds it.
  if (world.process !== undefined) await world.front.backing(tenant).catch(() => undefined);
}

const leastPause = 1000;
const mostPause = 10_000;
const lag = 10;

/** Until what the app had under way is out: a second, or more where it is slow to answer anything at all. */
export async function letPass({ options }: World): Promise<void> {
  const { milliseconds } = await send("GET", new URL(options.callback).origin);
  await pause(Math.min(mostPause, Math.max(leastPause, lag * milliseconds)));
}

/** Launches and opens the page as far as that goes without a browser, to make the app ask Cloud something. */
export async function stir(world: World, tenant: Tenant): Promise<void> {
  const url = portalUrlIn(await launchAnswer(world, tenant));
  if (url !== undefined) await enter(url);
}
