import { describeAnswer, succeeded } from "../evidence/index.ts";
import { installed, uninstall } from "../world/index.ts";
import { inEachEdition, passesInEach } from "./parts/judging.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";

const copies = 6;
const minute = 60_000;
const day = 24 * 60 * minute;

export default defineRule({
  id: "duplicate-uninstall",
  title: "The same uninstall event again is acknowledged, also with another time",
  section: "5",
  holdsTo:
    "A duplicate uninstall processes nothing twice; the same uninstall again with a later uninstalled_at is answered 2xx.",
  severity: "serious",
  how: "One uninstall event is sent six times at once, once more afterwards, and once with a later uninstalled_at. One of an installation that the app never heard of, so that it can have no other time to compare, is of yesterday; it counts where one of today is acknowledged.",
  fix: "Acknowledge an uninstall of an installation that has ended already with 200. Leave uninstalled_at out of any comparison: Cloud sends a new time when the user tries again, and one that is delivered late has an old one.",
  standsOn: [uninstallAccepted],
  observe: (world) =>
    inEachEdition(world, async (edition) => {
      const tenant = await installed(world, { edition });
      const at = new Date();
      const answers = await Promise.all(Array.from({ length: copies }, () => uninstall(world, tenant, at)));
      const again = await uninstall(world, tenant, at);
      const later = await uninstall(world, tenant, new Date(at.getTime() + minute));
      // Of an installation that is there it would be dated before its install.
      const unheard = await uninstall(world, world.tenant({ edition }), at);
      const late = succeeded(unheard)
        ? await uninstall(world, world.tenant({ edition }), new Date(at.getTime() - day))
        : unheard;
      const wrong = [...answers, again].find((answer) => !succeeded(answer));
      return [
        ...(wrong === undefined
          ? []
          : [`A copy of an uninstall event was not acknowledged: the app ${describeAnswer(wrong)}.`]),
        ...(succeeded(later)
          ? []
          : [
              `The uninstall tried again with a later time was not acknowledged: the app ${describeAnswer(later)}.`,
            ]),
        ...(succeeded(late) || late === unheard
          ? []
          : [`An uninstall that came a day late was not acknowledged: the app ${describeAnswer(late)}.`]),
      ];
    }),
  judge: passesInEach("Every copy was answered 2xx, the one with a later time too."),
});
