/** What a refused key makes of an installation whose grace time is over. Contract section 5. */
import { type CloudCall, NotTested } from "../evidence/index.ts";
import {
  installed,
  isLaunched,
  launchAnswer,
  openPortal,
  pause,
  type Tenant,
  uninstall,
  type World,
} from "../world/index.ts";
import { stir } from "./watching.ts";

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
  const [fair] = await Promise.all([openAgain(world, tenant), pause(graceSeconds * 1000 + 1000)]);
  const known = tenant.calls.length;
  const clear = await world.front.meets(tenant, { fault: faults[refusal] });
  const launchedMeanwhile = isLaunched(await launchAnswer(world, tenant));
  const text = await openAgain(world, tenant);
  const refused = tenant.calls.slice(known).filter(({ heard, status }) => heard && status === 401).length;
  if (refused === 0) {
    await clear();
    throw new NotTested(
      "The app asked nothing of Cloud while its page opened.",
      "It needs a page that shows something of the ledger.",
      "missed",
    );
  }
  const first = tenant.calls.findIndex(({ status }, place) => place >= known && status === 401);
  await clear();
  const before = tenant.calls.length;
  // Who tries again at once may have been answered before that was counted.
  const later = () =>
    refusal === "revoked" ? tenant.calls.length - before : answeredAfter(tenant, first).length;
  const ends = performance.now() + watched[refusal];
  while (performance.now() < ends && later() === 0) {
    await openAgain(world, tenant);
    const next = Math.min(ends, performance.now() + pagesOften);
    while (performance.now() < next && later() === 0) {
      await stir(world, tenant);
      await pause(1000);
    }
  }
  const seen = {
    refused,
    launchedMeanwhile,
    launchedAfter: isLaunched(await launchAnswer(world, tenant)),
    later: later(),
    fair,
    text,
  };
  await uninstall(world, tenant);
  return seen;
}

/** The calls after one that was refused to which Cloud gave another answer. */
export function answeredAfter({ calls }: Tenant, refused: number): readonly CloudCall[] {
  return calls.slice(refused + 1).filter(({ status }) => status !== null && status !== 401);
}

async function openAgain(world: World, tenant: Tenant): Promise<string | undefined> {
  try {
    const { frame } = await openPortal(world, tenant);
    const { text } = await frame.look();
    await frame.close();
    return text;
  } catch (error) {
    // An app that refuses the launch itself has ended the installation; that is judged.
    if (error instanceof NotTested) return undefined;
    throw error;
  }
}
