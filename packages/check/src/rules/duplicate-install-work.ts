import { fail, NotTested, pass } from "../evidence/index.ts";
import { install, installed, pause, until } from "../world/index.ts";
import { defineRule } from "./rule.ts";
import { effectOf, ordinaryWork, quiet, writesOf } from "./watching.ts";

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
    const ordinary = writesOf(await ordinaryWork(world));
    if (ordinary.length === 0)
      throw new NotTested(
        "The app writes nothing to Cloud after an install.",
        "It needs an app that works in the background.",
      );
    const tenant = await installed(world);
    // A queue that does one thing after another may have others before this one.
    await until(() => writesOf(tenant).length >= ordinary.length, 45_000);
    await quiet(world, tenant);
    await install(world, tenant);
    await Promise.all([install(world, tenant), install(world, tenant)]);
    await pause(800);
    await quiet(world, tenant);
    return { wanted: ordinary.length, written: writesOf(tenant) };
  },
  judge: ({ wanted, written }) => {
    const effects = written.map(effectOf);
    const again = written.find((call, place) => effects.indexOf(effectOf(call)) < place);
    const first = again ?? (written.length > wanted ? written.at(-1) : undefined);
    if (first === undefined)
      return pass(`${written.length} writes after the install, none more after its copies.`);
    return fail(
      `After copies of an install event the app wrote again: ${first.method} ${first.path.split("?")[0]} (${written.length} writes in place of ${wanted}).`,
    );
  },
});
