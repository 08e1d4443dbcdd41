/** Watching what an app asks of Cloud, and giving it occasion to. */
import type { CloudCall } from "../evidence/index.ts";
import {
  enter,
  install,
  installed,
  launchAnswer,
  pause,
  portalUrlIn,
  type Tenant,
  uninstall,
  until,
  type World,
} from "../world/index.ts";

/** At rest: so long without a call; longer where none has come yet, for queues that are looked at now and then. */
const quietMilliseconds = 700;
const firstMilliseconds = 2500;
const longestWork = 15_000;
/** A queue may be looked at every few seconds only. */
const longestFirst = 6000;

/** Whether a call changes something. The Filters API and Core's searches are POSTs that only read. */
export function isWrite(call: CloudCall): boolean {
  if (call.method === "GET" || call.method === "HEAD") return false;
  return !/\/filter(\?|$)/.test(call.path);
}

/** The writes of a tenant that Cloud carried out. */
export function writesOf({ calls }: Tenant): readonly CloudCall[] {
  return calls.filter((call) => isWrite(call) && (call.status ?? 500) < 300);
}

/** What a write does, whatever its random parts: method, path without query, and body. */
export function effectOf(call: CloudCall): string {
  return `${call.method} ${call.path.split("?")[0] ?? ""} ${call.body}`;
}

/** Apps that were seen to ask nothing of Cloud after an install: there is no first call to wait for. */
const idle = new WeakSet<World>();

/** Until the app has asked nothing for a moment with this tenant's key. @returns whether it came to rest. */
export async function quiet(world: World, tenant: Tenant, longest = longestWork): Promise<boolean> {
  await world.cloud.ready;
  const first = idle.has(world) ? quietMilliseconds : firstMilliseconds;
  const since = performance.now();
  let seen = -1;
  let changed = since;
  return until(() => {
    const open = tenant.calls.some((call) => call.endedAt === null);
    if (open || tenant.calls.length !== seen) {
      seen = tenant.calls.length;
      changed = performance.now();
    }
    return performance.now() - changed > (seen === 0 ? first : quietMilliseconds);
  }, longest);
}

/** What an ordinary install makes the app do in the background, seen once. */
export function ordinaryWork(world: World): Promise<Tenant> {
  return world.once("ordinary work", async () => {
    await world.cloud.ready;
    const tenant = await installed(world);
    if (!(await until(() => tenant.calls.length > 0, longestFirst))) {
      idle.add(world);
      return tenant;
    }
    await quiet(world, tenant);
    await pause(quietMilliseconds);
    await quiet(world, tenant);
    return tenant;
  });
}

/** An install that brings about more calls makes hours of work out of the hundreds of installs of a check. */
const manyCalls = 12;

/** Whether each install brings about much work. */
export async function worksHard(world: World): Promise<boolean> {
  return (await ordinaryWork(world)).calls.length > manyCalls;
}

const unlucky = 3;
const longestBeside = 2000;
/**
 * Whether the app works for one tenant while its calls for others hang. Where it does one thing after another, rules
 * that hold its work up would hold up each other's, and take its patience with one tenant for a fault with another.
 */
export function worksSideBySide(world: World): Promise<boolean> {
  return world.once("works side by side", async () => {
    if ((await ordinaryWork(world)).calls.length === 0) return true;
    const held = Array.from({ length: unlucky }, () => world.tenant());
    const clear = held.map((tenant) => world.front.weather(tenant, () => ({ kind: "hang" })));
    await Promise.all(held.map((tenant) => install(world, tenant)));
    const allTried = await until(() => held.every(({ calls }) => calls.length > 0), longestBeside);
    const other = world.tenant();
    if (allTried) await install(world, other);
    const beside = allTried && (await until(() => other.calls.length > 0, longestBeside));
    for (const end of clear) end();
    await Promise.all((allTried ? [...held, other] : held).map((tenant) => uninstall(world, tenant)));
    return beside;
  });
}

/** Launches and opens the page as far as that goes without a browser, to make the app ask Cloud something. */
export async function stir(world: World, tenant: Tenant): Promise<void> {
  const url = portalUrlIn(await launchAnswer(world, tenant));
  if (url !== undefined) await enter(url);
}
