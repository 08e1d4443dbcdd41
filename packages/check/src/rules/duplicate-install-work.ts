import { fail, harm, missed, pass, seen } from "../evidence/index.ts";
import { install, installed, pause } from "../world/index.ts";
import duplicateInstall from "./duplicate-install.ts";
import { effectOf, isWrite, quiet, writesOf } from "./parts/watching.ts";
import { seeWork, writesOfInstall } from "./parts/work.ts";
import { defineRule } from "./rule.ts";

/** An app that takes longer to answer an event may have given a call up that was answered in time. In milliseconds. */
const prompt = 2000;

export default defineRule({
  id: "duplicate-install-work",
  title: "The same install event again starts no second work",
  section: "5",
  holdsTo: "Acknowledge with 2xx, no second record, no second side effect.",
  severity: "serious",
  how: "The app's calls to Cloud after an install are watched; then the same event is sent three times more, one after another and at once.",
  fix: "Start the work of an install in the same transaction that stores it, so that a known idempotency_key starts nothing.",
  standsOn: [duplicateInstall],
  needs: ["start"],
  pace: "work",
  isLong: true,
  observe: async (world) => {
    const ordinary = await writesOfInstall(world);
    const tenant = await installed(world);
    await seeWork(world, tenant, ordinary);
    await quiet(world, tenant);
    const before = writesOf(tenant).length;
    const calls = tenant.calls.length;
    const known = new Set(
      writesOf(tenant)
        .filter(({ heard }) => heard)
        .map(effectOf),
    );
    const copy = await install(world, tenant);
    const copies = await Promise.all([install(world, tenant), install(world, tenant)]);
    await pause(800);
    await quiet(world, tenant);
    // Also what the ledger refused, since it had it: the work was begun again.
    const again = tenant.calls.slice(calls).find((call) => isWrite(call) && known.has(effectOf(call)));
    const isPrompt = [copy, ...copies].every(({ milliseconds }) => milliseconds < prompt);
    return { ordinary: ordinary.writes, before, again, isPrompt, written: writesOf(tenant) };
  },
  judge: ({ ordinary, before, again, isPrompt, written }) => {
    // A write whose answer the app may not have heard is rightly made once more.
    const twice =
      again ??
      written.find((call, place) =>
        written.slice(0, place).some((one) => one.heard && effectOf(one) === effectOf(call)),
      );
    // What goes on after the copies may be the rest of the install's own work, as far as that goes.
    const first = twice ?? (written.length > Math.max(ordinary, before) ? written.at(-1) : undefined);
    if (first === undefined)
      return pass(`${written.length} writes after the install, none more after its copies.`);
    const verdict = fail(
      `After copies of an install event the app wrote again: ${first.method} ${first.path.split("?")[0]} (${written.length} writes; ${before} before the copies).`,
    );
    if (twice === undefined) return missed(verdict);
    return harm(isPrompt ? seen(verdict) : missed(verdict));
  },
});
