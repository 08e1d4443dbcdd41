import { type CloudCall, fail, NotTested, pass } from "../evidence/index.ts";
import { install, installed, pause, until } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { effectOf, isWrite, ordinaryWork, quiet } from "./watching.ts";

export default defineRule({
  id: "duplicate-install-work",
  title: "The same install event again starts no second work",
  section: "5",
  holdsTo: "Acknowledge with 2xx, no second record, no second side effect.",
  severity: "serious",
  how: "The app's calls to Cloud after an install are watched; then the same event is sent three times more, one after another and at once.",
  fix: "Start the work of an install in the same transaction that stores it, so that a known idempotency_key starts nothing.",
  needs: ["start"],
  pace: "work",
  observe: async (world) => {
    const ordinary = await ordinaryWork(world);
    if (ordinary.calls.length === 0)
      throw new NotTested(
        "The app asks nothing of Cloud after an install.",
        "It needs an app that works in the background.",
      );
    const tenant = await installed(world);
    await until(() => tenant.calls.length >= ordinary.calls.length, 20_000);
    await quiet(world, tenant);
    const before = [...tenant.calls];
    await install(world, tenant);
    await Promise.all([install(world, tenant), install(world, tenant)]);
    await pause(800);
    await quiet(world, tenant);
    return { before, after: tenant.calls.slice(before.length) };
  },
  judge: ({ before, after }) => {
    const known = new Set(before.filter(isWrite).map(effectOf));
    const again = after.filter((call) => isWrite(call) && known.has(effectOf(call)));
    const first: CloudCall | undefined = again[0] ?? after.find(isWrite);
    if (first === undefined)
      return pass(`${before.length} calls after the install, no write after its copies.`);
    return fail(
      `After copies of an install event the app wrote again: ${first.method} ${first.path.split("?")[0]}.`,
    );
  },
});
