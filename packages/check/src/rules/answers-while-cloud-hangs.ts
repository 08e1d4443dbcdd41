import { type Answer, describeAnswer } from "../evidence/index.ts";
import { install, launchAnswer, uninstall } from "../world/index.ts";
import { passesWhenNone } from "./judging.ts";
import { defineRule } from "./rule.ts";

export default defineRule({
  id: "answers-while-cloud-hangs",
  title: "Events and launches are answered in time while Cloud does not answer",
  section: "9",
  holdsTo:
    "Install callback answers within 10 s. Do only the required work before responding; for slower jobs, return a successful response first.",
  severity: "critical",
  how: "Cloud's API takes every call of a tenant and never answers; install, a copy of it, portal request and uninstall are sent and timed.",
  fix: "Store the event, answer, and make every call to Cloud in the background. Give each call a time limit of a few seconds.",
  needs: ["start"],
  pace: "work",
  hangs: true,
  observe: async (world) => {
    const tenant = world.tenant();
    const clear = world.front.weather(tenant, () => "hang");
    const problems = [
      await timed("The install event", () => install(world, tenant)),
      await timed("A copy of the install event", () => install(world, tenant)),
      await timed("The portal request", () => launchAnswer(world, tenant)),
      await timed("The uninstall event", () => uninstall(world, tenant)),
    ];
    clear();
    return problems.flat();
  },
  judge: passesWhenNone(
    "Install, its copy, portal request and uninstall were answered in time while Cloud hung.",
  ),
});

const limit = 10_000;

async function timed(what: string, sendIt: () => Promise<Answer>): Promise<readonly string[]> {
  const answer = await sendIt();
  const late = answer.status === null || answer.milliseconds > limit;
  return late
    ? [`${what} was not answered within 10 s while Cloud hung: the app ${describeAnswer(answer)}.`]
    : [];
}
