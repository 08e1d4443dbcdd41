import { fail, NotTested, pass } from "../evidence/index.ts";
import { install, uninstall, until } from "../world/index.ts";
import { killAndStart } from "./killing.ts";
import { defineRule } from "./rule.ts";
import { isWrite, ordinaryWork } from "./watching.ts";

const longest = 45_000;

export default defineRule({
  id: "kill-work",
  title: "Work that was under way when the app crashed is finished after a new start",
  section: "9",
  holdsTo:
    "For slower jobs, return a successful response first, then continue the work in the background. Work must not die with the process.",
  severity: "serious",
  how: "Cloud holds the first call of the work after an install; the process is killed meanwhile. After a new start the same writes as after an ordinary install must be done.",
  fix: "Queue the work in the database, in the transaction that stores the install, and take up what is unfinished when the app starts.",
  needs: ["start"],
  pace: "alone",
  observe: async (world) => {
    const wanted = (await ordinaryWork(world)).calls.filter(
      (call) => isWrite(call) && (call.status ?? 500) < 300,
    ).length;
    if (wanted === 0)
      throw new NotTested(
        "The app writes nothing to Cloud after an install.",
        "It needs an app that works in the background.",
      );
    const tenant = world.tenant();
    const clear = world.front.weather(tenant, () => ({ kind: "hang" }));
    await install(world, tenant);
    await until(() => tenant.calls.length > 0, 10_000);
    clear();
    await killAndStart(world);
    const done = () => tenant.calls.filter((call) => isWrite(call) && (call.status ?? 500) < 300).length;
    await until(() => done() >= wanted, longest);
    const seen = { wanted, done: done() };
    await uninstall(world, tenant);
    return seen;
  },
  judge: ({ wanted, done }) =>
    done >= wanted
      ? pass(`All ${wanted} writes were done after the new start.`)
      : fail(`Of ${wanted} writes ${done} were done within ${longest / 1000} s after the crash.`),
});
