/** What a refused key makes of an installation whose grace time is over. Contract section 5. */
import { type CloudCall, NotTested } from "../../evidence/index.ts";
import {
  installed,
  isLaunched,
  launchAnswer,
  openPortal,
  pause,
  type Tenant,
  uninstall,
  until,
  type World,
} from "../../world/index.ts";
import { tryOut } from "./portal-seen.ts";
import { askedAgain, quiet, stir } from "./watching.ts";
import { setUp } from "./work.ts";

/** Cloud's own word on a key, or that of a proxy in between. */
export type Refusal = keyof typeof watched;

export type RefusalSeen = {
  /** Calls that were refused. */
  readonly refused: number;
  readonly launchedMeanwhile: boolean;
  readonly launchedAfter: boolean;
  /** Calls that were made with the key once Cloud took it again; where a proxy was in the way, those that Cloud answered. */
  readonly later: number;
  /** The page before that, and while the key was refused, where it could be opened. */
  readonly fair: string | undefined;
  readonly text: string | undefined;
};

const longestGrace = 90;
/** So long after a page was opened or pressed the app may take to ask what that needs. */
const longestAsking = 6000;
/** What has its answer from Cloud may not have made anything of it yet: so long it has for that. */
const longestBack = 6000;
/**
 * Whoever goes on with a key does so when a page is next opened; whoever comes back by himself asks a minute after
 * the refusal at the latest.
 */
const watched = { revoked: 6000, foreign: 80_000 };
const faults = { revoked: "key-revoked", foreign: "gateway-401" } as const;
const pagesOften = 10_000;

/** Refuses a grown installation's key for a while, opening its page meanwhile and afterwards. */
export async function seeRefusal(world: World, refusal: Refusal): Promise<RefusalSeen> {
  const { graceSeconds } = world.options;
  if (graceSeconds > longestGrace)
    throw new NotTested(
      `The grace time is ${graceSeconds} s, longer than a check may take.`,
      "Start the app with a shorter one and say so with --grace.",
    );
  await world.cloud.ready;
  await world.browser();
  const tenant = await installed(world);
  const [page] = await Promise.all([learnPage(world, tenant), pause(graceSeconds * 1000 + 1000)]);
  const known = tenant.calls.length;
  const clear = await world.front.meets(tenant, { fault: faults[refusal] });
  const launchedMeanwhile = isLaunched(await launchAnswer(world, tenant));
  const opened = await openAgain(world, tenant, page.isPressed);
  const refused = await refusedFor(page, tenant, known);
  if (refused === 0) {
    await clear();
    throw asksNothing();
  }
  // What was pressed went on behind the page.
  const text = page.isPressed ? await openAgain(world, tenant) : opened;
  const first = tenant.calls.findIndex(({ status }, place) => place >= known && status === 401);
  await clear();
  const before = tenant.calls.length;
  // Who tries again at once may have been answered before that was counted.
  const later = () =>
    refusal === "revoked" ? tenant.calls.length - before : answeredAfter(tenant, first).length;
  const ends = performance.now() + watched[refusal];
  while (performance.now() < ends && later() === 0) {
    await openAgain(world, tenant, page.isPressed);
    const next = Math.min(ends, performance.now() + pagesOften);
    while (performance.now() < next && later() === 0) {
      await stir(world, tenant);
      await pause(1000);
    }
  }
  const launches = async () => isLaunched(await launchAnswer(world, tenant));
  const seen = {
    refused,
    launchedMeanwhile,
    launchedAfter: refusal === "foreign" ? await until(launches, longestBack) : await launches(),
    later: later(),
    fair: page.text,
    text,
  };
  await uninstall(world, tenant);
  return seen;
}

/**
 * How many of the calls that a page makes the app ask were refused since these were known. Of whatever else is asked at that
 * moment nobody knows whether it would be asked in another run.
 */
export async function refusedFor(page: Page, { calls }: Tenant, known: number): Promise<number> {
  const refused = () => askedAgain(page.calls, calls.slice(known).filter(wasRefused));
  if (page.calls.length > 0) await until(() => refused() > 0, longestAsking);
  return refused();
}

function wasRefused({ heard, status }: CloudCall): boolean {
  return heard && status === 401;
}

/** Why nothing can be said of an app that asks nothing when its page is used; on a busy machine it may come too late. */
export function asksNothing(): NotTested {
  return new NotTested(
    "The app asked nothing of Cloud while its page was opened and its buttons were pressed.",
    "It needs a page that shows or does something with the ledger.",
    "missed",
  );
}

type Page = {
  /** What the page itself makes the app ask of Cloud. */
  readonly calls: readonly CloudCall[];
  /** Whether it asks only when its buttons are pressed. */
  readonly isPressed: boolean;
  readonly text: string | undefined;
};

/** On a fair day, when the work after the install is done: what the page is like, and what is asked for it. */
export async function learnPage(world: World, tenant: Tenant): Promise<Page> {
  await setUp(world, tenant);
  const known = tenant.calls.length;
  const text = await openAgain(world, tenant);
  await quiet(world, tenant, longestAsking);
  const opened = tenant.calls.slice(known);
  if (opened.length > 0) return { calls: opened, isPressed: false, text };
  const pressed = tenant.calls.length;
  await openAgain(world, tenant, true);
  // What is pressed may only begin work, whose first call comes when the app seems to rest.
  await until(() => tenant.calls.length > pressed, longestAsking);
  await quiet(world, tenant, longestAsking);
  return { calls: tenant.calls.slice(pressed), isPressed: true, text };
}

/** The calls after one that was refused to which Cloud gave another answer. */
export function answeredAfter({ calls }: Tenant, refused: number): readonly CloudCall[] {
  return calls.slice(refused + 1).filter(({ status }) => status !== null && status !== 401);
}

/** @returns its text; nothing where the app refuses the launch itself. */
export async function openAgain(
  world: World,
  tenant: Tenant,
  isPressed = false,
): Promise<string | undefined> {
  try {
    const { frame } = await openPortal(world, tenant);
    if (isPressed) await tryOut(frame);
    const { text } = await frame.look();
    await frame.close();
    return text;
  } catch (error) {
    // An app that refuses the launch itself has ended the installation; that is judged.
    if (error instanceof NotTested) return undefined;
    throw error;
  }
}
