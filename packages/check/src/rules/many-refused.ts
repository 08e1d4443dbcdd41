import { fail, missed, NotTested, pass, type Verdict } from "../evidence/index.ts";
import {
  installed,
  isLaunched,
  launchAnswer,
  openPortal,
  pause,
  type Tenant,
  until,
  type World,
} from "../world/index.ts";
import { answeredAfter } from "./parts/refusals.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";

const many = 5;
const longestGrace = 90;
/** The first question after a refusal comes after a minute at the latest. */
const watched = 80_000;
const pagesOften = 4000;
/** What has its answer from Cloud may not have made anything of it yet: so long it has for that. */
const longestBack = 6000;

export default defineRule({
  id: "many-refused",
  title: "When many keys are refused at once none of them is given up",
  section: "5",
  holdsTo:
    "When many installations are refused within a minute, it is taken for a fault between here and Cloud: none is suspended for good.",
  severity: "serious",
  how: "After the grace time Cloud answers 401 unauthorized to the calls of five tenants at once, as with a wrong base address or a broken gateway, while their pages are opened in Chromium; then it answers again, and each must be launchable and use its key again.",
  fix: "Take a 401 without the code key_revoked for a fault on the way: keep the keys, ask again with growing pauses, and say so in health and log.",
  standsOn: [portalAccepted],
  needs: ["start", "browser"],
  // No single key is refused meanwhile: many refusals within a minute are what the app goes by. What goes wrong beside it is
  // looked at again.
  pace: "refusing",
  prepare: (world) => void grown(world).catch(() => undefined),
  observe: async (world) => {
    const { graceSeconds } = world.options;
    if (graceSeconds > longestGrace)
      throw new NotTested(
        `The grace time is ${graceSeconds} s, longer than a check may take.`,
        "Start the app with a shorter one and say so with --grace.",
      );
    const [tenants] = await Promise.all([grown(world), world.cloud.ready, world.browser()]);
    const known = tenants.map(({ calls }) => calls.length);
    const clear = await Promise.all(tenants.map((tenant) => world.front.meets(tenant, unauthorized)));
    await Promise.all(tenants.map((tenant) => open(world, tenant)));
    const refused = tenants.filter(({ calls }, place) =>
      calls.slice(known[place] ?? 0).some(({ heard, status }) => heard && status === 401),
    );
    await Promise.all(clear.map((end) => end()));
    const isBack = (tenant: Tenant) => {
      const since = known[tenants.indexOf(tenant)] ?? 0;
      const first = tenant.calls.findIndex(({ status }, place) => place >= since && status === 401);
      return answeredAfter(tenant, first).length > 0;
    };
    await comeBack(world, refused, isBack);
    const launched = await Promise.all(
      refused.map((tenant) => until(async () => isLaunched(await launchAnswer(world, tenant)), longestBack)),
    );
    return {
      refused: refused.length,
      closed: launched.filter((one) => !one).length,
      silent: refused.filter((tenant) => !isBack(tenant)).length,
    };
  },
  judge: judgeMany,
});

type Seen = {
  /** How many keys were refused. */
  readonly refused: number;
  /** How many of these can't be launched any more, and how many were never used again. */
  readonly closed: number;
  readonly silent: number;
};

export function judgeMany({ refused, closed, silent }: Seen): Verdict {
  if (refused < 2)
    throw new NotTested(
      "The app asked nothing of Cloud while its pages opened.",
      "It needs pages that show something of the ledger.",
      "missed",
    );
  if (closed > 0)
    return missed(
      fail(`After ${refused} keys were refused at once, ${closed} installations can't be launched any more.`),
    );
  return silent === 0
    ? pass(`All ${refused} came back by themselves.`)
    : missed(
        fail(
          `After ${refused} keys were refused at once, ${silent} of them were never used again within ${watched / 1000} s, though Cloud would have taken them.`,
        ),
      );
}

/** Installations whose grace time is over. */
function grown(world: World): Promise<readonly Tenant[]> {
  return world.once("grown tenants", async () => {
    const tenants = await Promise.all(Array.from({ length: many }, () => installed(world)));
    await pause(Math.min(longestGrace, world.options.graceSeconds) * 1000 + 1000);
    return tenants;
  });
}

const unauthorized = { fault: "gateway-status", status: 401 } as const;

/** Opens the pages now and then until each key is used again, or the app has given up all that are not. */
async function comeBack(
  world: World,
  tenants: readonly Tenant[],
  isBack: (tenant: Tenant) => boolean,
): Promise<void> {
  const ends = performance.now() + watched;
  const away = () => tenants.filter((tenant) => !isBack(tenant));
  while (performance.now() < ends && away().length > 0) {
    const opened = await Promise.all(away().map((tenant) => open(world, tenant)));
    if (opened.length > 0 && !opened.includes(true)) return;
    const next = Math.min(ends, performance.now() + pagesOften);
    while (performance.now() < next && away().length > 0) await pause(500);
  }
}

/** Whether the app could be launched. */
async function open(world: World, tenant: Tenant): Promise<boolean> {
  try {
    const { frame } = await openPortal(world, tenant);
    await frame.close();
    return true;
  } catch (error) {
    if (error instanceof NotTested) return false;
    throw error;
  }
}
