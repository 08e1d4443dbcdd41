import { describeAnswer, harm, missed, seen, succeeded } from "../evidence/index.ts";
import {
  deliver,
  inAnotherInstance,
  install,
  installBody,
  installed,
  isLaunched,
  launchAnswer,
  pause,
  portalBody,
  requestPortal,
  type Tenant,
  type World,
} from "../world/index.ts";
import conflictingInstall from "./conflicting-install.ts";
import duplicateInstallWork from "./duplicate-install-work.ts";
import { onceReady, passesWhenNone } from "./parts/judging.ts";
import { killAndStart } from "./parts/killing.ts";
import { effectOf, isWrite, letPass, quiet } from "./parts/watching.ts";
import { setUp } from "./parts/work.ts";
import { defineRule } from "./rule.ts";

const judgeProblems = passesWhenNone("Acknowledged, nothing done again, nothing overwritten.");

export default defineRule({
  id: "kill-deduplication",
  title: "After a crash a copy of a known event still changes nothing",
  section: "5",
  holdsTo:
    "Handlers deduplicate by idempotency_key. Key, fingerprint, record and queued work are durable together.",
  severity: "serious",
  how: "An installation is made and its work gets done; the process is killed and started; the same install event comes again, and one with the same key and another instance.",
  fix: "Keep idempotency keys in the database, not in memory, and write them in the transaction that stores the installation.",
  standsOn: [duplicateInstallWork, conflictingInstall],
  needs: ["start"],
  pace: "alone",
  prepare: (world) => void atRest(world).catch(() => undefined),
  observe: async (world) => {
    const tenant = await atRest(world);
    await killAndStart(world);
    // What goes on longer is the crash's, and may look like the copy's: a slow app takes it up late.
    await letPass(world);
    const rested = await quiet(world, tenant, 6000);
    const before = [...tenant.calls];
    const copy = await install(world, tenant);
    const elsewhere = inAnotherInstance(tenant);
    await deliver(world.options.callback, { ...installBody(tenant), ...elsewhere });
    await pause(1000);
    await quiet(world, tenant, 6000);
    const known = new Set(before.filter((call) => isWrite(call) && call.heard).map(effectOf));
    const again = tenant.calls
      .slice(before.length)
      .filter((call) => isWrite(call) && known.has(effectOf(call)));
    const moved = isLaunched(
      await requestPortal(world.options.portal, { ...portalBody(tenant), ...elsewhere }),
    );
    const problems = [
      ...(succeeded(copy)
        ? []
        : [
            `After a crash a copy of an install event was not acknowledged: the app ${describeAnswer(copy)}.`,
          ]),
      ...(again.length === 0
        ? []
        : [`After a crash a copy of an install event started its work again (${again.length} writes).`]),
      ...(moved || !isLaunched(await launchAnswer(world, tenant))
        ? ["After a crash the same idempotency_key with another instance overwrote the installation."]
        : []),
    ];
    return { problems, again: again.length > 0, rested };
  },
  judge: ({ problems, again, rested }) => {
    const verdict = judgeProblems(problems);
    if (!again) return onceReady(verdict);
    return harm(rested ? seen(verdict) : missed(verdict));
  },
});

/** An installation whose work is done, which is no less done for the crashes that other rules bring about. */
function atRest(world: World): Promise<Tenant> {
  return world.once("an installation at rest", async () => {
    const tenant = await installed(world);
    await setUp(world, tenant);
    return tenant;
  });
}
