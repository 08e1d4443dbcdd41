/**
 * What an install makes an app do in the background: how much of it is ordinary for this app, seen in a quiet moment
 * at the beginning, and whether a tenant's got done. No app is judged by how much it does or how long it takes, only
 * by its work coming to a standstill before it is done.
 */
import { type CloudCall, fail, missed, NotTested, pass, type Verdict } from "../../evidence/index.ts";
import { installed, type Tenant, uninstall, until, type World } from "../../world/index.ts";
import { type Beginning, beginWork, isPressed, isTakenInTime, neverTaken } from "./beginning.ts";
import { isWaitedFor } from "./sendings.ts";
import { learnRest, quiet, writesOf } from "./watching.ts";

export type OrdinaryWork = {
  readonly tenant: Tenant;
  /** As they were when the work had come to rest. */
  readonly calls: readonly CloudCall[];
  readonly writes: number;
  /** The kinds of its writes, whatever records they are about. */
  readonly kinds: ReadonlySet<string>;
  /** Whether somebody pressed for it and had no answer before all was written: then nothing of it goes on behind the page. */
  readonly inFront: boolean;
};

/** A queue may be looked at every few seconds only. */
const longestFirst = 6000;
/** And until whoever pressed has his answer. */
const longestTaken = 30_000;
/** How much longer than the first time a queue may take that is looked at now and then. */
const patience = 3;

type Idle = { readonly tenant: Tenant; readonly installedAt: number };
/** Of each check the first tenant, where it was installed and nothing came of it while that was waited for. */
const idle = new WeakMap<World["front"], Idle>();

/**
 * Waits for the first call that an install brings about, while the local Cloud may still be starting: what has called
 * before it is there only waits for its answer. Where none comes there is nothing more to wait for.
 */
export async function seeFirstCall(world: World): Promise<void> {
  if (isPressed(world)) return;
  const first = await installed(world);
  const installedAt = world.front.now();
  if (await until(() => first.calls.length > 0, longestFirst)) await uninstall(world, first);
  else idle.set(world.front, { tenant: first, installedAt });
}

/** The checks in which the app was seen to work after an install, with nobody pressing anything. */
const works = new WeakSet<World["front"]>();
/** Before this one a queue may have the work of all who were installed just before. */
const longestSetUp = 60_000;

/**
 * Until what its install began is done, where the app is known to work after each: only then does a page ask what it asks
 * every day. What has not come to rest by then is not waited for any longer.
 */
export async function setUp(world: World, tenant: Tenant): Promise<void> {
  if (works.has(world.front)) await until(() => tenant.calls.length > 0, longestSetUp);
  await quiet(world, tenant, longestSetUp);
}

/**
 * What an ordinary install makes the app do in the background, seen once. It is the second of the check: all tenants
 * stand on one ledger, and what an app finds in it from the first it rightly doesn't write again.
 */
export function ordinaryWork(world: World): Promise<OrdinaryWork> {
  return world.once("ordinary work", async () => {
    await world.cloud.ready;
    if (isPressed(world)) return pressedWork(world);
    const { tenant: first, hasBegun } = await firstWork(world);
    if (!hasBegun) return describeIdle(world, first);
    await quiet(world, first);
    learnRest(world, first);
    works.add(world.front);
    if (writesOf(first).length === 0) return describeWork(first);
    await uninstall(world, first);
    const second = await installed(world);
    await until(() => second.calls.length > 0, firstCallWithin(world));
    await quiet(world, second);
    return describeWork(second);
  });
}

/** The first install whose work is looked at, as soon as that has begun, or has not come in all the time there is. */
export function firstWork(world: World): Promise<{ readonly tenant: Tenant; readonly hasBegun: boolean }> {
  return world.once("first work", async () => {
    await world.cloud.ready;
    const longest = firstCallWithin(world);
    const known = idle.get(world.front);
    if (known !== undefined && longest === 0) return { tenant: known.tenant, hasBegun: false };
    const tenant = await installed(world);
    const installedAt = world.front.now();
    const hasBegun = await until(() => tenant.calls.length > 0, longest);
    if (!hasBegun) idle.set(world.front, { tenant, installedAt });
    return { tenant, hasBegun };
  });
}

/** Whether the first install brings about more calls than so many, which is known before all of them have come. */
export async function callsMoreThan(world: World, many: number): Promise<boolean> {
  const { tenant } = await firstWork(world);
  const isMore = () => tenant.calls.length > many;
  let rests = false;
  void quiet(world, tenant).then(() => {
    rests = true;
  });
  await until(() => isMore() || rests, longestWork);
  return isMore();
}

/** As it is after a press; the second tenant's, as after an install. */
async function pressedWork(world: World): Promise<OrdinaryWork> {
  const begin = async () => {
    const tenant = world.tenant();
    const begun = await beginWork(world, tenant);
    // What is done in front of whoever pressed is begun before it is answered.
    await until(() => begun.isTaken() || tenant.calls.length > begun.known, longestTaken);
    await until(() => tenant.calls.length > begun.known, longestFirst);
    await quiet(world, tenant);
    return { tenant, begun };
  };
  const first = await begin();
  learnRest(world, first.tenant);
  if (writesOf(first.tenant).length > 0) await uninstall(world, first.tenant);
  const { tenant, begun } = writesOf(first.tenant).length > 0 ? await begin() : first;
  const work = describeWork(tenant, begun.known);
  const writes = writesOf(work);
  // Of work that writes it is the writes that somebody waits for.
  return { ...work, inFront: isWaitedFor(writes.length > 0 ? writes : work.calls, begun.sent()) };
}

/** Longer, at a second look, where the first look's tenant was asked for when nobody waited any more; nothing where never. */
function firstCallWithin(world: World): number {
  const known = idle.get(world.front);
  if (known === undefined) return longestFirst;
  const [call] = known.tenant.calls;
  return call === undefined ? 0 : patience * (call.at - known.installedAt);
}

function describeIdle(world: World, tenant: Tenant): OrdinaryWork {
  learnRest(world, undefined);
  return describeWork(tenant);
}

function describeWork(tenant: Tenant, known = 0): OrdinaryWork {
  const calls = tenant.calls.slice(known);
  const writes = writesOf({ calls });
  return {
    tenant,
    calls,
    writes: writes.length,
    kinds: new Set(writes.map(workKind)),
    inFront: false,
  };
}

/** The ordinary work of an app that asks Cloud anything. @throws NotTested for any other. */
export async function ordinaryCalls(world: World): Promise<OrdinaryWork> {
  const work = await ordinaryWork(world);
  if (work.calls.length > 0) return work;
  if (isPressed(world)) throw pressesNothing(world, "asks nothing of Cloud");
  throw new NotTested(
    "The app asks nothing of Cloud after an install.",
    workingApp(world),
    // On a busy machine the first call may come when nobody waits for it any more.
    "missed",
  );
}

/** The ordinary work of an app that writes. @throws NotTested for any other. */
export async function ordinaryWrites(world: World): Promise<OrdinaryWork> {
  const work = await ordinaryWork(world);
  if (work.writes > 0) return work;
  if (isPressed(world)) throw pressesNothing(world, "writes nothing to Cloud");
  throw new NotTested(
    "The app writes nothing to Cloud after an install.",
    workingApp(world),
    // On a busy machine the first write may come when the app seems to rest.
    "missed",
  );
}

/** What an app would need whose install was followed by nothing. */
function workingApp({ options }: World): string {
  return options.press === undefined
    ? "It needs an app that works in the background; where somebody begins that work on its page, name what is pressed with --press."
    : `Leave --fast out, so that ${options.press} is pressed in a browser: --fast opens none.`;
}

function pressesNothing({ options }: World, what: string): NotTested {
  return new NotTested(
    `The app ${what} when ${options.press} is pressed.`,
    "Give --press the CSS selector of what begins the app's work.",
    "missed",
  );
}

/**
 * The same where what is looked at goes on behind the page.
 *
 * @throws NotTested for work that is done before whoever pressed for it has an answer: he sees what became of it.
 */
export function behindThePage(work: OrdinaryWork): OrdinaryWork {
  if (!work.inFront) return work;
  throw new NotTested(
    "What is pressed is done before the page has its answer, so that whoever pressed sees what became of it.",
    "It needs an app that works in the background.",
    // On a busy machine the answer may come late, when all is written behind the page.
    "missed",
  );
}

/** The ordinary work that an install begins. @throws NotTested where somebody has to press for it, and for an app that writes nothing. */
export async function writesOfInstall(world: World): Promise<OrdinaryWork> {
  if (!isPressed(world)) return ordinaryWrites(world);
  throw new NotTested(
    "The app's work begins when somebody presses, as --press says.",
    "It needs an app whose work begins with the install.",
  );
}

/** What a call is for, whatever record it is about. */
export function workKind({ method, path }: CloudCall): string {
  const { pathname } = new URL(path, "http://cloud");
  return `${method} ${pathname.replaceAll(/\/[a-z]*_?[0-9a-f]{8}[0-9a-f-]*(?=\/|$)/gi, "/:id")}`;
}

export type WorkSeen = {
  readonly wanted: number;
  readonly done: number;
  /** Kinds of writes that an ordinary install brings about and this one did not. */
  readonly missing: readonly string[];
  /**
   * `going on` where it was still at work when the rule could wait no longer, `not begun` where the app never said yes to what
   * begins it.
   */
  readonly state: "done" | "standstill" | "going on" | "not begun";
};

/** Longer than the pauses between tries that grow up to a minute. */
const standstill = 70_000;
const longestWork = 100_000;
/** So long at rest with something of each kind done: the rest was there already. */
const longRest = 4000;

type Looking = {
  /** How the work began; by default with an install that the app acknowledged. */
  readonly begun?: Beginning;
  /** What may end the waiting sooner: enough was seen where the work rests, or so much that the rest says nothing more. */
  readonly isEnough?: () => boolean;
  readonly isOver?: () => boolean;
};

/** Waits until a tenant's work is done, has come to a standstill, or rests with enough of it seen. */
export async function seeWork(
  world: World,
  tenant: Tenant,
  ordinary: OrdinaryWork,
  { begun = acknowledged, isEnough, isOver }: Looking = {},
): Promise<WorkSeen> {
  const { known } = begun;
  if (!(await isTakenInTime(begun))) return workSeen(tenant, ordinary, begun, true);
  // A queue that does one thing after another may have these before this one.
  const before = world.tenants.slice(0, world.tenants.indexOf(tenant));
  const began = performance.now();
  let sign = { own: "", any: "", ownAt: began, anyAt: began };
  const look = () => {
    const now = performance.now();
    const own = signOf(tenant);
    const any = `${own} ${before.map(signOf).join(" ")}`;
    sign = {
      own,
      any,
      ownAt: own === sign.own && !isOpen(tenant) ? sign.ownAt : now,
      anyAt: any === sign.any && !isOpen(tenant) ? sign.anyAt : now,
    };
    const missing = missingKinds(tenant, ordinary, known);
    const complete = missing.length === 0 && writesSince(tenant, known).length >= ordinary.writes;
    const resting = now - sign.ownAt > longRest && (missing.length === 0 || isEnough?.() === true);
    return complete || resting || isOver?.() === true || now - sign.anyAt > standstill;
  };
  const ended = await until(look, longestWork);
  return workSeen(tenant, ordinary, begun, ended);
}

const acknowledged: Beginning = { known: 0, isTaken: () => true };

function workSeen(
  tenant: Tenant,
  ordinary: OrdinaryWork,
  { known, isTaken }: Beginning,
  ended: boolean,
): WorkSeen {
  const missing = missingKinds(tenant, ordinary, known);
  const unfinished = isTaken() ? "standstill" : "not begun";
  return {
    wanted: ordinary.writes,
    done: writesSince(tenant, known).length,
    missing,
    state: missing.length === 0 ? "done" : ended ? unfinished : "going on",
  };
}

/** What became of work that stood still, and whether another installation's was done meanwhile. */
export type WorkBeside = { readonly work: WorkSeen; readonly worksForOthers: boolean };

/** Of the checks in which an app that had worked did so for nobody after a crash. */
const idleSinceCrash = new WeakSet<World["front"]>();

/** So long an app may take for the work of another installation, while a tenant's stands still. */
const longestOther = 30_000;
/** And so long until it works again for anybody, after a look that already took two minutes. */
const longestLease = 60_000;

/**
 * Looks once more at work that stands still, after an installation that came later: where its work gets done the app
 * works, and what stands still is lost; where nobody's gets done it may only have no turn on a busy machine.
 */
export async function seeWorkBesideAnother(
  world: World,
  tenant: Tenant,
  ordinary: OrdinaryWork,
  begun: Beginning,
): Promise<WorkBeside> {
  const other = world.tenant();
  const { known, isTaken } = await beginWork(world, other);
  const worksForOthers = await until(() => missingKinds(other, ordinary, known).length === 0, longestOther);
  const work = workSeen(tenant, ordinary, begun, true);
  // Of what it never said yes to it does nothing, crash or no crash.
  if (!worksForOthers && isTaken() && other.calls.length === known) idleSinceCrash.add(world.front);
  await uninstall(world, other);
  return { work, worksForOthers };
}

/** Whether an app that worked for nobody after a crash still doesn't: a lease of the process that died would be over. */
export async function worksNoMore(world: World): Promise<boolean> {
  if (!idleSinceCrash.has(world.front)) return false;
  const tenant = world.tenant();
  const begun = await beginWork(world, tenant);
  const works = await until(() => tenant.calls.length > begun.known, longestLease);
  await uninstall(world, tenant);
  return begun.isTaken() && !works;
}

function signOf({ calls }: Tenant): string {
  return String(calls.length);
}

function isOpen({ calls }: Tenant): boolean {
  return calls.some(({ endedAt }) => endedAt === null);
}

function writesSince({ calls }: Tenant, known: number): readonly CloudCall[] {
  return writesOf({ calls: calls.slice(known) });
}

function missingKinds(tenant: Tenant, { kinds }: OrdinaryWork, known = 0): readonly string[] {
  const done = new Set(writesSince(tenant, known).map(workKind));
  return [...kinds].filter((kind) => !done.has(kind));
}

/** Fails on a standstill alone. @throws NotTested while the work goes on. */
export function judgeWork({ wanted, done, missing, state }: WorkSeen, after: string): Verdict {
  if (state === "done")
    return pass(`${done} writes were done ${after}; an ordinary install brings about ${wanted}.`);
  if (state === "going on")
    throw new NotTested(
      `The app was still at work ${longestWork / 1000} s ${after} (${done} of ${wanted} writes).`,
      "Run it alone with --only to see whether it gets done.",
      "missed",
    );
  if (state === "not begun") throw neverTaken();
  return missed(
    fail(
      `Of the ${wanted} writes that an ordinary install brings about, ${done} were done ${after}; then nothing came for ${standstill / 1000} s. Missing: ${missing.join(", ")}.`,
    ),
  );
}
