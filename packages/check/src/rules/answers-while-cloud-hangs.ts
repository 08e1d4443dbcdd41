import { type Answer, describeAnswer, fail, pass, standingOn } from "../evidence/index.ts";
import { install, launchAnswer, longestAnswer, uninstall } from "../world/index.ts";
import installAccepted from "./install-accepted.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";

export default defineRule({
  id: "answers-while-cloud-hangs",
  title: "Events and launches are answered in time while Cloud does not answer",
  section: "9",
  holdsTo:
    "Install callback answers within 10 s. Do only the required work before responding; for slower jobs, return a successful response first.",
  severity: "critical",
  how: "Cloud's API takes every call of a tenant and never answers; install, a copy of it, portal request and uninstall are sent and timed.",
  fix: "Store the event, answer, and make every call to Cloud in the background. Give each call a time limit of a few seconds.",
  standsOn: [installAccepted, portalAccepted, uninstallAccepted],
  needs: ["start"],
  pace: "work",
  hangs: true,
  observe: async (world) => {
    const tenant = world.tenant();
    const clear = world.front.weather(tenant, () => "hang");
    const steps = [
      { what: "The install event", ground: installAccepted, send: () => install(world, tenant) },
      { what: "A copy of the install event", ground: installAccepted, send: () => install(world, tenant) },
      { what: "The portal request", ground: portalAccepted, send: () => launchAnswer(world, tenant) },
      { what: "The uninstall event", ground: uninstallAccepted, send: () => uninstall(world, tenant) },
    ];
    try {
      // One that nobody would have waited for says enough.
      for (const { what, ground, send } of steps) {
        const answer = await send();
        if (isLate(answer)) return { what, ground, answer };
      }
      return undefined;
    } finally {
      clear();
    }
  },
  judge: (late) =>
    late === undefined
      ? pass("Install, its copy, portal request and uninstall were answered in time while Cloud hung.")
      : standingOn(
          [late.ground],
          fail(
            `${late.what} was not answered within 10 s while Cloud hung: the app ${describeAnswer(late.answer)}.`,
          ),
        ),
});

function isLate({ status, milliseconds }: Answer): boolean {
  return status === null || milliseconds > longestAnswer;
}
