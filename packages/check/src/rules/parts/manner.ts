/** How an app works, which says which rules may run beside each other. */
import { refused } from "../../evidence/index.ts";
import {
  enter,
  install,
  installed,
  isLaunched,
  isUnanswered,
  launch,
  launchAnswer,
  longestAnswer,
  type Tenant,
  uninstall,
  until,
  type World,
} from "../../world/index.ts";
import { beginWork } from "./beginning.ts";
import { isEnded, openedLink } from "./opened-links.ts";
import { callsMoreThan, firstWork, type OrdinaryWork, ordinaryWork } from "./work.ts";

export { seeFirstCall } from "./work.ts";

/** An install that brings about more calls makes hours of work out of the hundreds of installs of a check. */
const manyCalls = 12;

/**
 * Whether each install brings about much work. A quick check, which leaves out what watches much of it, only waits until that
 * is known.
 */
export async function worksHard(world: World): Promise<boolean> {
  if (world.options.fast === true && (await callsMoreThan(world, manyCalls))) return true;
  return (await ordinaryWork(world)).calls.length > manyCalls;
}

/** A tenant that was seen at work, and its calls: of much work a quick check sees the beginning. */
export async function seenAtWork(world: World): Promise<Pick<OrdinaryWork, "tenant" | "calls">> {
  if (world.options.fast !== true || !(await worksHard(world))) return ordinaryWork(world);
  const { tenant } = await firstWork(world);
  return { tenant, calls: tenant.calls };
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
    const begun = await Promise.allSettled(Array.from({ length: unlucky }, () => begin(world, "hang")));
    const held = begun.filter((one) => one.status === "fulfilled").map(({ value }) => value);
    const other: Begun[] = [];
    try {
      // Of those that could not begin nothing hangs.
      if (held.length < unlucky || !(await until(() => held.every(isTried), longestBeside))) return false;
      other.push(await begin(world));
      return await until(() => other.every(isTried), longestBeside);
    } finally {
      for (const { clear } of held) await clear();
      await Promise.all([...held, ...other].map(({ tenant }) => uninstall(world, tenant)));
    }
  });
}

type Begun = { readonly tenant: Tenant; readonly known: number; readonly clear: () => void | Promise<void> };

/** Begins a tenant's work, whose calls hang or are answered. */
async function begin(world: World, weather?: "hang"): Promise<Begun> {
  const tenant = world.tenant();
  const { known, clear } = await beginWork(world, tenant, () => world.front.weather(tenant, () => weather));
  return { tenant, known, clear };
}

function isTried({ tenant, known }: Begun): boolean {
  return tenant.calls.length > known;
}

/** Whether any of two events is answered, whatever the answer; one that ends the app is no answer and soon over. */
export async function answersEvents(world: World): Promise<boolean> {
  const answers = await Promise.all([world.tenant(), world.tenant()].map((tenant) => install(world, tenant)));
  return answers.some(({ status, milliseconds }) => status !== null || milliseconds < longestAnswer);
}

/** Whether none of two portal URLs leads to a page that answers in time. */
export async function answersNoPage(world: World): Promise<boolean> {
  const tenant = await installed(world);
  const pages = await Promise.all([enterLaunched(world, tenant), enterLaunched(world, tenant)]);
  await uninstall(world, tenant);
  return pages.every(({ page }) => isUnanswered(page));
}

async function enterLaunched(world: World, tenant: Tenant) {
  return enter(await launch(world, tenant));
}

/** Whether the uninstall of one installation ends others of other organizations too. */
export async function endsOthers(world: World): Promise<boolean> {
  const [one, other] = await Promise.all([installed(world), installed(world)]);
  const before = isLaunched(await launchAnswer(world, other));
  // Whose launch goes on may have lost the links that were given before.
  const link = await openedLink(world, other);
  await uninstall(world, one);
  const linkEnded = await isEnded(world, link);
  const after = await launchAnswer(world, other);
  await uninstall(world, other);
  // No answer in time is no end.
  return linkEnded || (before && refused(after));
}
