import { type Answer, describeAnswer, fail, pass, standingOn, succeeded } from "../evidence/index.ts";
import { install, launchAnswer, longestAnswer, uninstall, until } from "../world/index.ts";
import installAccepted from "./install-accepted.ts";
import { seenAtWork } from "./parts/manner.ts";
import portalAccepted from "./portal-accepted.ts";
import { defineRule } from "./rule.ts";
import uninstallAccepted from "./uninstall-accepted.ts";

/** Until the work after an install has begun. */
const longestFirst = 6000;

export default defineRule({
  id: "answers-while-cloud-hangs",
  title: "Events and launches are answered in time while Cloud does not answer",
  section: "9",
  holdsTo:
    "Install callback answers within 10 s. Do only the required work before responding; for slower jobs, return a successful response first.",
  severity: "critical",
  how: "Cloud's API takes every call of a tenant and never answers; install, a copy of it, portal request and uninstall are sent and timed. An uninstall must be accepted all the same.",
  fix: "Store the event, answer, and make every call to Cloud in the background. Give each call a time limit of a few seconds.",
  standsOn: [installAccepted, portalAccepted, uninstallAccepted],
  needs: ["start"],
  pace: "work",
  hangs: true,
  observe: async (world) => {
    const works = (await seenAtWork(world)).calls.length > 0;
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
        // An app that waits for the end of its work has to be at it.
        if (ground === uninstallAccepted && works) await until(() => tenant.calls.length > 0, longestFirst);
        const answer = await send();
        // An app may prove a key before it takes an install; nobody has to be asked about an end.
        const isRefused = ground === uninstallAccepted && !succeeded(answer);
        if (isLate(answer) || isRefused) return { what, ground, answer };
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
            `${late.what} was not ${isLate(late.answer) ? "answered within 10 s" : "accepted"} while Cloud hung: the app ${describeAnswer(late.answer)}.`,
          ),
        ),
});

function isLate({ status, milliseconds }: Answer): boolean {
  return status === null || milliseconds > longestAnswer;
}
